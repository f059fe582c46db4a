// The first page of a large PDF that is not on the device: how much of the file is fetched for it.
import { statSync } from "node:fs";
import { join } from "node:path";
import { LARGE_PDFS, makeLargePdfs } from "../../../tests/browser/api/large-pdfs.js";
import { PDF_FOLDER } from "../../../tests/browser/api/pdfs.js";
import { check, row } from "../row.js";

const MOST_PERCENT = 10;

export const RANGE_ROWS = ["range"];

/** @param {import("../run.js").Context} context */
export async function rangeRows({ setting, quick, progress }) {
  progress("the first page of large PDFs", 0);
  await makeLargePdfs();
  const kinds = Object.entries(LARGE_PDFS).slice(0, quick ? 1 : undefined);
  const hub = await setting.hub();
  const target = await hub.dataset();
  const writer = await setting.tab("hubstash@range-writer", { open: false });
  await writer.run("publishPdfs", { hub: target, files: kinds.map(([, file]) => file) });
  const samples = {};
  const checks = [];
  const notes = [];
  for (const [kind, file] of kinds) {
    const { size } = statSync(join(PDF_FOLDER, file));
    // Each on a host of its own: a device that has nothing.
    const reader = await setting.tab(`hubstash@range-${kind}`, { open: false });
    await reader.run("openForPages", { hub: target });
    await hub.forget();
    const { ms } = await reader.run("firstPage", { file });
    const first = await hub.log();
    await reader.load();
    await reader.run("openForPages", { hub: target });
    await hub.forget();
    await reader.run("firstPage", { file });
    const again = await hub.log();
    const percent = (100 * first.sentBytes) / size;
    samples[kind] = [percent];
    checks.push(check(`${kind}: of the file`, percent, "<=", MOST_PERCENT, "%"));
    checks.push(check(`${kind}: once more after a reload`, again.sentBytes, "<=", 0, "bytes"));
    notes.push(`${kind}: ${first.sentBytes} of ${size} bytes in ${first.requests} requests; the page showed after ` +
      `${Math.round(ms)} ms.`);
  }
  return [row({
    key: "range",
    title: "First page of a 44 MB PDF that is not on the device, by pdf.js",
    target: "<= 10 % of its bytes fetched, each range kept",
    samples,
    unit: "%",
    checks,
    notes,
  })];
}
