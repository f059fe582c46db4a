// Goal: two devices give one PDF different names at the same time, which nothing can merge. The list says so, the
// conflict view shows both versions side by side with the strokes of each, and each of the three ways to end it does
// what its button says, on both devices.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { DATASET, REPORTLAB, SMALL, TOKEN, person, world } from "./support.js";

let site, here, there;
before(
  async () => {
    site = await world();
    here = await person(site);
    await here.add(REPORTLAB);
    await here.isShown(1);
    await here.sync();
    there = await person(site);
    await there.isListed("reportlab");
  },
  { timeout: 60_000 },
);
after(() => closeAll(here, there, site));

async function rename(who, from, to) {
  await who.press(`Rename: ${from}`);
  await who.page.$eval("#rename-input", (input) => input.select());
  await who.page.type("#rename-input", to);
  await who.page.keyboard.press("Enter");
  await who.isListed(to);
}

/** Both have `name`; here it becomes `ours`, there `theirs`, which is first on the Hub. */
async function diverge(name, ours, theirs) {
  await there.sync();
  await there.isListed(name);
  await rename(there, name, theirs);
  await there.press(theirs);
  await there.isShown(1);
  const { length } = await there.marks();
  await there.draw([0.2, 0.1], [0.8, 0.1]);
  await there.hasMarks(length + 1);
  await there.sync();
  await rename(here, name, ours);
  await here.sync();
  await here.wait(() => document.querySelector(".chip")?.textContent === "Two versions");
  await here.press(`Compare versions: ${theirs}`);
  await here.wait(() => document.querySelector("#conflict-page").textContent.startsWith("Shown is page"));
}

const shown = () => here.page.$$eval(".version", (all) =>
  all.map((one) => [one.querySelector("h3").textContent, one.querySelector(".version-name").textContent]),
);
const inkOf = (which) => here.inked(`[data-version="${which}"] canvas.ink`);

test("both versions are side by side, each with its page and its strokes", { timeout: 60_000 }, async () => {
  await diverge("reportlab", "ours 1", "theirs 1");
  deepStrictEqual(await shown(), [["The version in your list", "theirs 1"], ["The other version", "ours 1"]]);
  for (const which of ["current", "other"]) {
    const page = await here.inked(`[data-version="${which}"] canvas:not(.ink)`);
    ok(page > 1_000, `${which}: ${page} pixels`);
  }
  ok((await inkOf("current")) > 100);
  strictEqual(await inkOf("other"), 0);
  const [left, right] = await here.page.$$eval(".version canvas.ink", (all) =>
    all.map((one) => one.getBoundingClientRect().toJSON()),
  );
  ok(left.top === right.top && left.right <= right.left);
});

test("Keep this one: the list's version stays, everywhere", { timeout: 60_000 }, async () => {
  await here.press("Keep this one");
  await here.wait(() => document.querySelector("#conflict").hidden);
  await here.sync();
  deepStrictEqual([await here.names(), await here.states()], [["theirs 1"], [["On this device", "On the Hub"]]]);
  await there.sync();
  deepStrictEqual(await there.names(), ["theirs 1"]);
});

test("Use the other: it takes the place, everywhere", { timeout: 60_000 }, async () => {
  await diverge("theirs 1", "ours 2", "theirs 2");
  await here.press("Use the other");
  await here.isListed("ours 2");
  await here.sync();
  await there.sync();
  await there.isListed("ours 2");
  deepStrictEqual([await here.names(), await there.names()], [["ours 2"], ["ours 2"]]);
});

test("Keep both: two lines in the list, and deleting one leaves the other its PDF", { timeout: 60_000 }, async () => {
  await diverge("ours 2", "ours 3", "theirs 3");
  await here.press("Keep both");
  await here.isListed("ours 3 (other version)");
  await here.isListed("theirs 3");
  await here.sync();
  await there.sync();
  await there.isListed("ours 3 (other version)");
  await there.press("Delete: theirs 3");
  await there.press("Delete", "#confirm");
  await there.wait(() => document.querySelectorAll(".entry").length === 1);
  await there.press("ours 3 (other version)");
  await there.isShown(1);
  here.isClean();
  there.isClean();
});

test("two versions of a PDF itself: both files are shown, and can both be kept", { timeout: 60_000 }, async () => {
  const [small, large] = [SMALL, REPORTLAB].map((file) => readFileSync(file).toString("base64"));
  await there.sync();
  await here.sync();
  await here.page.evaluate(async (options, mine, theirs) => {
    const { openStore } = await import("./hubstash/index.js");
    const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const device = await openStore({ ...options, sync: { auto: false, pollMs: 0 } });
    const hub = await openStore({ ...options, mode: "remote" });
    const [{ id }] = await hub.listPdfs();
    await Promise.all([device.loadPdf(id), hub.loadPdf(id)]);
    await hub.savePdf(id, bytesOf(theirs));
    await device.savePdf(id, bytesOf(mine));
    await Promise.all([device.close(), hub.close()]);
  }, { hubUrl: site.remote.url, token: TOKEN, dataset: DATASET }, small, `${large.slice(0, -4)}Cg==`);
  await here.sync();
  await here.wait(() => document.querySelector(".chip")?.textContent === "Two versions");
  await here.press("Compare versions: ours 3 (other version)");
  await here.wait(() => document.querySelector("#conflict-page").textContent.startsWith("Shown is page"));
  for (const which of ["current", "other"]) {
    const page = await here.inked(`[data-version="${which}"] canvas:not(.ink)`);
    ok(page > 100, `${which}: ${page} pixels`);
  }
});

test("Keep both, in a hurry: pressed twice it is one more line, and what is opened meanwhile stays open", {
  timeout: 60_000,
}, async () => {
  const [name, added] = ["ours 3 (other version)", "ours 3 (other version) (other version)"];
  await here.page.evaluate((wanted) => new Promise((resolve) => {
    const list = document.querySelector("#list");
    const watch = new MutationObserver(() => {
      const line = [...list.querySelectorAll(".entry-name")].find((one) => one.textContent === wanted);
      if (!line) return;
      watch.disconnect();
      line.click();
      resolve();
    });
    watch.observe(list, { childList: true, subtree: true });
    for (const _ of [1, 2]) document.querySelector("#keep-both").click();
  }), added);
  await here.isShown(1);
  strictEqual(await here.text("#page-count"), "of 1");
  await here.wait(() => document.querySelector(".chip.problem") === null);
  await here.sync();
  deepStrictEqual((await here.names()).sort(), [name, added]);
  deepStrictEqual(await here.states(), Array(2).fill(["On this device", "On the Hub"]));
  strictEqual(await here.page.$eval("#workplace", ({ dataset }) => dataset.view), "reader");
  strictEqual(await here.text("#reader-title"), added);
  await here.isShown(1);
  here.isClean();
});
