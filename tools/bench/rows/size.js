// The sizes of what a page downloads.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/toolchain.js";
import { check, row } from "../row.js";
import { measureSizes, sizesText } from "../sizes.js";

export const SIZE_ROWS = ["sizes"];

/** @param {import("../run.js").Context} context */
export async function sizeRows({ quick }) {
  const sizes = await measureSizes(join(ROOT, "dist"));
  // A test run leaves the sources as they are.
  if (!quick) writeFileSync(join(ROOT, "docs/sizes.md"), sizesText(sizes));
  const kb = (bytes) => bytes / 1024;
  return [
    row({
      key: "sizes",
      title: "Size, gzip",
      target: "JS on the page <= 6 KB; JS in the worker with glue <= 30 KB; wasm <= 120 KB",
      checks: [
        check("JS on the page", kb(sizes.page.gzipBytes), "<=", 6, "KB"),
        check("JS in the worker", kb(sizes.worker.gzipBytes), "<=", 30, "KB"),
        check("wasm", kb(sizes.wasm.gzipBytes), "<=", 120, "KB"),
      ],
      notes: [
        `In one minified file each: page ${kb(sizes.page.minifiedGzipBytes).toFixed(1)} KB, worker with glue ` +
          `${kb(sizes.worker.minifiedGzipBytes).toFixed(1)} KB.`,
      ],
    }),
  ];
}
