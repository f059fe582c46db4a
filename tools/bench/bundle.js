// Makes the page that measures: one bundle a contender, since no library comes from elsewhere at run time.
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../lib/toolchain.js";

const ENTRIES = {
  main: join(ROOT, "tools/bench/page/main.js"),
  "hubstash-worker": join(ROOT, "tools/bench/page/hubstash-worker.js"),
  "codec-worker": join(ROOT, "tools/bench/page/codec-worker.js"),
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
    external: ["/dist/*", "/codec/*", "/pages/*"],
    // The package says so itself (`browser` in its package.json), where esbuild does not look once there are `exports`.
    alias: { "@huggingface/hub": join(ROOT, "node_modules/@huggingface/hub/dist/browser/index.mjs") },
    define: { global: "globalThis" },
    logLevel: "warning",
  });
}
