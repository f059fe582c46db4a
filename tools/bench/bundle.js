// Makes the page that measures: one bundle a contender, since no library comes from elsewhere at run time.
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../lib/toolchain.js";

const ENTRIES = {
  main: join(ROOT, "tools/bench/page/main.js"),
  "hubstash-worker": join(ROOT, "tools/bench/page/hubstash-worker.js"),
  "opfs-worker": join(ROOT, "web/bench/contenders/opfs-worker.js"),
};

/** @param {string} folder where the files go */
export async function bundlePage(folder) {
  await build({
    entryPoints: ENTRIES,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "chrome120",
    // The built package is served beside it, as apps have it.
    external: ["/dist/*", "/pages/*"],
    // The package says so itself (`browser` in its package.json), where esbuild does not look once there are `exports`.
    alias: { "@huggingface/hub": join(ROOT, "node_modules/@huggingface/hub/dist/browser/index.mjs") },
    define: { global: "globalThis" },
    logLevel: "warning",
  });
}

/**
 * What a file and all that it imports come to as one minified file; for comparison with packages that are measured so.
 * @param {string} entry
 * @returns {Promise<Uint8Array>}
 */
export async function minified(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry], bundle: true, minify: true, format: "esm", target: "chrome120", write: false,
    external: ["./hubstash-core.js"], logLevel: "silent",
  });
  return outputFiles[0].contents;
}

/**
 * @param {string} entry
 * @returns {Promise<string[]>} the file and all that it imports, sooner or later
 */
export async function graphOf(entry) {
  const { metafile } = await build({
    entryPoints: [entry], bundle: true, format: "esm", target: "chrome120", write: false, metafile: true,
    absWorkingDir: ROOT, logLevel: "silent",
  });
  return Object.keys(metafile.inputs).map((path) => join(ROOT, path));
}
