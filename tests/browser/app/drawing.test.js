// Goal: a person drops a PDF, sees its page, draws on it; what was drawn is there after a reload and on another device,
// and what two devices drew at the same time is on both. The list tells name, size and state; renaming and deleting
// reach the other device; the status line says where the changes are. No error and no violation of the policy.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { REPORTLAB, person, world } from "./support.js";

const PENDING = "not on the Hub yet; safe to close: they stay on this device.";
let site, here, there;
before(async () => {
  site = await world();
  here = await person(site);
});
after(() => closeAll(here, there, site));

test("a PDF that is dropped on the page shows, and is on this device only", async () => {
  await here.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "reportlab.pdf", { type: "application/pdf" }));
    const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(drop);
  }, readFileSync(REPORTLAB).toString("base64"));
  await here.isShown(1);
  const inked = await here.inked("#page-canvas");
  ok(inked > 5_000, `${inked} pixels of the page are not white`);
  deepStrictEqual(await here.names(), ["reportlab"]);
  deepStrictEqual(await here.states(), [["On this device", "Not on the Hub yet"]]);
  match(await here.text(".entry .hint"), /^561 kB · 134 pages · today, /);
  strictEqual(await here.text("#status"), `2 changes ${PENDING}`);
});

test("strokes are drawn where the mouse went, survive a reload, and can be undone", async () => {
  strictEqual(await here.inked("#ink-canvas"), 0);
  await here.draw([0.2, 0.1], [0.5, 0.15], [0.8, 0.1]);
  await here.hasMarks(1);
  const first = await here.inked("#ink-canvas");
  ok(first > 500, `${first} pixels of ink`);
  await here.draw([0.2, 0.2], [0.8, 0.25]);
  await here.hasMarks(2);
  await here.press("Undo");
  await here.hasMarks(1);
  strictEqual(await here.inked("#ink-canvas"), first);
  await here.says("2 changes");

  await here.visit();
  await here.isListed("reportlab");
  await here.press("reportlab");
  await here.isShown(1);
  await here.hasMarks(1);
  const again = await here.inked("#ink-canvas");
  ok(Math.abs(again - first) < first / 10, `${again} pixels after the reload, ${first} before`);
});

test("Sync now sends it: a second device has the PDF and the stroke", { timeout: 60_000 }, async () => {
  await here.sync();
  await here.says("All changes are on the Hub.");
  deepStrictEqual(await here.states(), [["On this device", "On the Hub"]]);
  there = await person(site);
  await there.isListed("reportlab");
  deepStrictEqual(await there.states(), [["Not on this device", "On the Hub"]]);
  await there.press("reportlab");
  await there.isShown(1);
  await there.hasMarks(1);
  ok((await there.inked("#page-canvas")) > 5_000);
  ok((await there.inked("#ink-canvas")) > 500);
});

test("what both draw at the same time is on both in the end", { timeout: 60_000 }, async () => {
  await here.draw([0.2, 0.3], [0.8, 0.3]);
  await here.hasMarks(2);
  await there.draw([0.2, 0.5], [0.8, 0.5]);
  await there.hasMarks(2);
  await here.sync();
  await there.sync();
  await there.hasMarks(3);
  await here.sync();
  await here.hasMarks(3);
  await here.says("All changes are on the Hub.");
});

test("a new name and a deletion reach the other device", { timeout: 60_000 }, async () => {
  await here.press("Rename: reportlab");
  await here.page.type("#rename-input", "User guide");
  await here.page.keyboard.press("Enter");
  await here.isListed("User guide");
  strictEqual(await here.text("#reader-title"), "User guide");
  await here.sync();
  await there.sync();
  await there.isListed("User guide");

  await there.press("Delete: User guide");
  await there.press("Cancel", "#confirm");
  deepStrictEqual(await there.names(), ["User guide"]);
  await there.press("Delete: User guide");
  await there.press("Delete", "#confirm");
  await there.wait(() => document.querySelectorAll(".entry").length === 0);
  ok(await there.page.$eval("#empty", (element) => !element.hidden));
  await there.sync();
  await here.sync();
  await here.wait(() => document.querySelectorAll(".entry").length === 0);
});

test("the activity log tells what happened and how long it took", async () => {
  await here.page.click("#activity-panel summary");
  await here.wait(() => document.querySelectorAll("#activity li").length > 0);
  const lines = await here.page.$$eval("#activity li", (all) => all.map((one) => one.textContent));
  for (const part of ["Synced: ", "First page of “reportlab” shown", "Saved a project on this device"]) {
    const line = lines.find((one) => one.includes(part));
    match(line ?? `no “${part}”`, /\d (ms|s)$/);
  }
});

test("all this without an error in the console or a violation of the policy", () => {
  here.isClean();
  there.isClean();
});
