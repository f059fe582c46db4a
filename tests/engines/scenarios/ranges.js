// The first page of a PDF of 44 MB is shown by pdf.js on a device that does not have the file, for at most a tenth of
// its bytes; after a reload for none.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { LARGE_PDFS, makeLargePdfs } from "../../browser/api/large-pdfs.js";
import { PDF_FOLDER } from "../../browser/api/pdfs.js";

export async function play({ device, open, remote }) {
  await makeLargePdfs();
  const name = LARGE_PDFS.plain;
  const writer = await device();
  await open(writer);
  await writer.evaluate(async (id) => {
    await store.savePdf(id, await (await fetch(`/pdfs/${id}`)).blob());
    await store.sync();
  }, name);

  const reader = await device();
  await open(reader);
  await reader.evaluate(() => store.sync());
  const show = () =>
    reader.evaluate(async (id) => (await import("/pages/first-page.js")).showFirstPage(id), name);
  const sent = async () =>
    (await remote.requests()).reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0);
  await remote.forget();
  const shown = await show();
  const percent = (100 * (await sent())) / statSync(path.join(PDF_FOLDER, name)).size;
  ok(shown.pages > 1_000 && shown.inked > shown.pixels / 1_000, JSON.stringify(shown));
  ok(percent > 0.1 && percent <= 10, `${percent} %`);

  await reader.reload();
  await open(reader);
  await remote.forget();
  deepStrictEqual(await show(), shown);
  strictEqual(await sent(), 0);
}
