// Goal: a person sees how full the device is, has the browser promise to keep the data, frees space and gets the PDF
// back when they open it; and what cannot be saved (no PDF, a damaged one, no space) gets a sentence and
// leaves nothing.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { PDF_FOLDER } from "../api/pdfs.js";
import { closeAll } from "../api/support.js";
import { setQuota } from "../storage/support.js";
import { REPORTLAB, SMALL, person, world } from "./support.js";

let site, here, folder;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "hubstash-files-"));
  site = await world();
  here = await person(site);
});
after(async () => {
  rmSync(folder, { recursive: true });
  await closeAll(here, site);
});

function fileOf(name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

test("what is no PDF, or a broken one, is refused by name, and nothing of it is saved", async () => {
  await here.add(fileOf("letter.pdf", "Dear Sir or Madam, this is no PDF."));
  await here.hasProblem("letter.pdf: This file is not a PDF");
  strictEqual(await here.text("#problem-advice"), "Nothing was saved. Choose a file that ends with .pdf.");
  await here.add(fileOf("cut.pdf", "%PDF-1.7\nand nothing that a PDF has"));
  await here.hasProblem("cut.pdf: This file is not a PDF, or is damaged");
  await here.press("Close", "#problem");
  strictEqual(await here.page.evaluate(() => document.activeElement.id), "files");
  deepStrictEqual(await here.names(), []);
  await here.sync();
  strictEqual(await here.text("#problem-title"), "cut.pdf: This file is not a PDF, or is damaged");
  ok(await here.page.$eval("#problem", (element) => element.hidden));
});

test("one bad file among good ones: the good ones are saved", async () => {
  await here.add(fileOf("bad.pdf", "no"), REPORTLAB, fileOf("Résumé & Co.PDF", readFileSync(SMALL)));
  await here.hasProblem("bad.pdf");
  await here.isListed("reportlab");
  await here.isListed("Résumé & Co");
  await here.wait(() => document.querySelector("#adding").textContent === "2 PDFs saved on this device.");
});

test("a full disk: the PDF is refused with what to do, and nothing is half saved", { timeout: 60_000 }, async () => {
  const before = async (page) => {
    // A page of this origin, since the browser forgets the quota where its process ends.
    await page.goto(`${site.address}icon.svg`);
    // The app's own files take some 4.6 MB of it; the PDF has 6.6 MB.
    await setQuota(page, new URL(site.address).origin, 6 * 1024 * 1024);
  };
  const other = await person(site, { before });
  try {
    await other.add(path.join(PDF_FOLDER, "colour.pdf"));
    await other.hasProblem("colour.pdf: This browser's storage is full");
    match(await other.text("#problem-advice"), /^Nothing was saved of it\. Free some space/);
    await other.add(SMALL);
    await other.isShown(1);
    ok(!(await other.names()).includes("colour"));
    await other.says("changes not on the Hub yet");
  } finally {
    await other.close();
  }
});

test("the bar tells how full the device is", async () => {
  await here.sync();
  match(await here.text("#quota-text"), /^\d[\d.]* [kM]B of \d[\d.]* GB that this browser allows \(less than 1 %\)$/);
  const { value, max } = await here.page.$eval("#quota", ({ value, max }) => ({ value, max }));
  ok(value > 500_000 && value < max, `${value} of ${max}`);
});

test("Free space takes synced PDFs off the device; opening one brings it back", { timeout: 60_000 }, async () => {
  await here.press("Free space");
  await here.press("Free space", "#confirm");
  await here.wait(() => !document.querySelector("#list").textContent.includes("On this device"));
  await here.press("reportlab");
  await here.isShown(1);
  await here.press("Keep on this device: Résumé & Co");
  await here.wait(() => document.querySelector("#list").textContent.includes("On this device"));
});

test("Keep my data: what the browser answers is said, and kept", { timeout: 60_000 }, async () => {
  await here.press("Keep my data");
  await here.wait(() => document.querySelector("#persist-news").textContent.startsWith("The browser did not agree."));
  const context = here.chromium.browser.defaultBrowserContext();
  await context.overridePermissions(new URL(site.address).origin, ["persistent-storage"]);
  await here.press("Keep my data");
  await here.wait(() => document.querySelector("#persist-news").textContent.startsWith("Done"));
  ok(await here.page.$eval("#persist", (button) => button.hidden));
  match(await here.text("#persist-text"), /^The browser has promised to keep your data/);
  here.isClean();
});
