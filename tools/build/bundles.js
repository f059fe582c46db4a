// The JavaScript of dist/: one minified file for the page and one for its worker, with source maps, so that opening a
// store costs two requests for scripts instead of thirty. What a page needs now and then is loaded when it does.
import { join } from "node:path";
import { ROOT } from "../lib/toolchain.js";

const SOURCES = join(ROOT, "web/src");

/** Emscripten's glue lies where the module was built. @param {string} moduleFolder */
const glueFrom = (moduleFolder) => ({
  name: "glue",
  setup(build) {
    build.onResolve({ filter: /^\.\/hubstash-core\.js$/ }, ({ path }) => ({ path: join(moduleFolder, path) }));
  },
});

/**
 * @param {string} moduleFolder where the module and its glue were built
 * @returns {Promise<Map<string, Uint8Array>>} files of dist/ by name
 */
export async function bundle(moduleFolder) {
  // Loaded only here: native builds do without any npm package.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: ["index.js", "worker.js"].map((name) => join(SOURCES, name)),
    outdir: join(ROOT, "dist"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    legalComments: "none",
    write: false,
    plugins: [glueFrom(moduleFolder)],
    logLevel: "warning",
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(join(ROOT, "dist/").length), contents]));
}
