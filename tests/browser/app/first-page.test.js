// Goal: on a device that does not have a PDF of 44 MB its first page is on the screen long before the file is: the
// local Hub counts what it has sent by then. Turning pages fetches more, and the list says that it is not all here.
import { deepStrictEqual, ok } from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { makeLargePdfs, LARGE_PDFS } from "../api/large-pdfs.js";
import { PDF_FOLDER } from "../api/pdfs.js";
import { closeAll } from "../api/support.js";
import { person, world } from "./support.js";

const FILE = path.join(PDF_FOLDER, LARGE_PDFS.plain);
const MOST_PERCENT = 10;
let site, writer, reader;
before(
  async () => {
    await makeLargePdfs();
    site = await world();
    writer = await person(site);
    await writer.add(FILE);
    await writer.isShown(1);
    await writer.page.click("#sync-now");
    await writer.page.waitForFunction(
      () => document.querySelector("#status").textContent === "All changes are on the Hub.",
      { timeout: 90_000 },
    );
    await writer.close();
    reader = await person(site);
  },
  { timeout: 180_000 },
);
after(() => closeAll(reader, site));

const sentBytes = async () => (await site.remote.requests()).reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0);

test("the first page is drawn after a tenth of the bytes at most", { timeout: 120_000 }, async (t) => {
  await reader.isListed("large-plain");
  await site.remote.forget();
  await reader.press("large-plain");
  await reader.isShown(1);
  const { size } = statSync(FILE);
  const first = await sentBytes();
  const percent = (100 * first) / size;
  t.diagnostic(`${first} of ${size} bytes (${percent.toFixed(2)} %)`);
  ok((await reader.inked("#page-canvas")) > 5_000);
  ok(percent > 0.1 && percent <= MOST_PERCENT, `${percent} %`);
  deepStrictEqual(await reader.states(), [["Not on this device", "On the Hub"]]);

  await reader.page.focus("#page");
  await reader.page.keyboard.press("End");
  await reader.wait(() => /^Page 1\d\d\d of/.test(document.querySelector("#reader-news").textContent));
  ok((await sentBytes()) < size / 2);
  reader.isClean();
});
