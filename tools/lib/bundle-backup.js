// Builds dist/backup.js: what backups need, with the libraries for it, in one file that pages load only when they make
// or import a backup.
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./toolchain.js";

/** There must be one StoreError, which is the page's; so what the package exports is not bundled once more. */
const pagesOwn = {
  name: "the page's own index.js",
  setup: ({ onResolve }) =>
    void onResolve({ filter: /^\.\.?\/index\.js$/ }, () => ({ path: "./index.js", external: true })),
};

/** @returns {Promise<string>} the path of the bundle */
export async function bundleBackup() {
  const outfile = join(ROOT, "build/bundles/backup.js");
  await build({
    entryPoints: [join(ROOT, "web/src/backup.js")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    banner: { js: "// hubstash. Contains zip.js (BSD-3-Clause) and noble-hashes (MIT): see docs/NOTICES.md." },
    plugins: [pagesOwn],
    logLevel: "warning",
  });
  return outfile;
}
