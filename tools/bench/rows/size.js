// The sizes of what a page downloads.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/toolchain.js";
import { check, row } from "../row.js";
import { measureSizes, sizesText } from "../sizes.js";

export const SIZE_ROWS = ["sizes"];

/** @param {import("../run.js").Context} context */
export async function sizeRows({ quick }) {
  const parts = measureSizes(join(ROOT, "dist"));
  // A test run leaves the sources as they are.
  if (!quick) writeFileSync(join(ROOT, "docs/sizes.md"), sizesText(parts));
  const held = parts.filter(({ targetKb }) => targetKb !== null);
  return [
    row({
      key: "sizes",
      title: "Size, gzip",
      target: "JS on the page <= 6 KB; JS in the worker with glue <= 30 KB; wasm <= 120 KB",
      checks: held.map(({ what, gzipBytes, targetKb }) => check(what, gzipBytes / 1024, "<=", targetKb, "KB")),
    }),
  ];
}
