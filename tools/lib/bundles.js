// The JavaScript of dist/: one minified file for the page and one for its worker, with source maps, so that opening a
// store costs two requests for scripts instead of thirty. What a page needs now and then is a file of its own.
import { join } from "node:path";
import { ROOT } from "./toolchain.js";

const SOURCES = join(ROOT, "web/src");

/** Emscripten's glue lies where the module was built. @param {string} moduleFolder */
const glueFrom = (moduleFolder) => ({
  name: "glue",
  setup(build) {
    build.onResolve({ filter: /^\.\/hubstash-core\.js$/ }, ({ path }) => ({ path: join(moduleFolder, path) }));
  },
});

/** Loaded by the first call that needs it. */
const lazyBackups = {
  name: "backup.js by itself",
  setup(build) {
    build.onResolve({ filter: /^\.\/backup\.js$/ }, () => ({ path: "./backup.js", external: true }));
  },
};

/** There must be one StoreError, which is the page's; so what the package exports is not bundled once more. */
const pagesOwn = {
  name: "the page's own index.js",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/index\.js$/ }, () => ({ path: "./index.js", external: true }));
  },
};

/**
 * @param {string} moduleFolder where the module and its glue were built
 * @returns {Promise<Map<string, Uint8Array>>} files of dist/ by name
 */
export async function bundle(moduleFolder) {
  // Loaded only here: native builds do without any npm package.
  const { build } = await import("esbuild");
  const bundleOf = async (entry, plugins, banner = "") => {
    const { outputFiles } = await build({
      entryPoints: [join(SOURCES, entry)],
      outdir: join(ROOT, "dist"),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      sourcemap: "linked",
      legalComments: "none",
      banner: { js: banner },
      write: false,
      plugins,
      logLevel: "warning",
    });
    return outputFiles.map(({ path, contents }) => [path.slice(join(ROOT, "dist/").length), contents]);
  };
  const licences = "// hubstash. Contains zip.js (BSD-3-Clause) and noble-hashes (MIT): see docs/NOTICES.md.";
  const bundles = await Promise.all([
    bundleOf("index.js", [lazyBackups]),
    bundleOf("worker.js", [glueFrom(moduleFolder)]),
    bundleOf("backup.js", [pagesOwn], licences),
  ]);
  return new Map(bundles.flat());
}
