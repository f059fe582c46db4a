// Goal: everything works without a pointer, and the focus is always on something that can be seen: sign in, add a
// PDF, read, turn pages, draw, write a note, undo, rename, delete. Method: only Tab and the keys that the
// page names.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { DATASET, REPORTLAB, TOKEN, person, world } from "./support.js";

let site, here;
before(async () => {
  site = await world();
  await site.stopServer();
  // As on a static Space: nobody names a Hub or a token, so the person signs in.
  await site.serve({ hubUrl: undefined, token: undefined, dataset: undefined });
  here = await person(site);
});
after(() => closeAll(here, site));

const keys = async (...names) => {
  for (const name of names) await here.page.keyboard.press(name);
};

/** What has the focus, by the name that a screen reader says; and the ring around it must be visible. */
const focused = () => here.page.evaluate(() => {
  const element = document.activeElement;
  const ring = element.matches(".choice input, .swatch input") ? element.closest("label") : element;
  const { width, height } = ring.getBoundingClientRect();
  const label = element.labels?.[0]?.textContent ?? element.textContent;
  const hasRing = getComputedStyle(element.nextElementSibling ?? element).outlineStyle !== "none" ||
    getComputedStyle(ring).outlineStyle !== "none";
  return { name: (element.getAttribute("aria-label") ?? label).trim(), visible: hasRing && width > 0 && height > 0 };
});

/** Tab until the focus is there; each stop on the way must show that it has the focus. */
async function tabTo(name, { back = false } = {}) {
  const seen = [];
  for (let step = 0; step < 60; step++) {
    if (back) await here.page.keyboard.down("Shift");
    await keys("Tab");
    if (back) await here.page.keyboard.up("Shift");
    const now = await focused();
    seen.push(now.name);
    if (now.name.startsWith(name)) return ok(now.visible, `the focus on ${name} cannot be seen`);
  }
  throw new Error(`no way to “${name}” by Tab, only to ${seen.join(" | ")}`);
}

const holding = async (modifier, ...names) => {
  await here.page.keyboard.down(modifier);
  await keys(...names);
  await here.page.keyboard.up(modifier);
};

test("signing in with a token", { timeout: 60_000 }, async () => {
  await tabTo("Sign in");
  await tabTo("Sign in");
  await keys("Enter");
  await here.wait(() => document.querySelector("#account-dialog").open);
  for (const [label, value] of [["Access token", TOKEN], ["Dataset", DATASET], ["Hub address", site.remote.url]]) {
    if ((await focused()).name !== label) await tabTo(label);
    await holding("Control", "a");
    await here.page.keyboard.type(value);
  }
  await keys("Enter");
  await here.wait(() => !document.querySelector("#workplace").hidden);
  await here.says("All changes are on the Hub.");
});

test("the PDF opens with the focus on its page; keys turn pages and change the size", async () => {
  await here.add(REPORTLAB);
  await here.isShown(1);
  match((await focused()).name, /^Page 1 of 134, reportlab$/);
  await keys("ArrowRight");
  await here.isShown(2);
  await keys("End");
  await here.isShown(134);
  await keys("Home");
  await here.isShown(1);
  await keys("+");
  await here.wait(() => document.querySelector("#zoom-level").textContent === "150 %");
  await keys("0");
});

test("the keyboard's pen draws, Delete and Ctrl+Z take back, N writes a note", async () => {
  await holding("Shift", "ArrowUp", "ArrowLeft");
  await keys("Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter");
  await here.hasMarks(1);
  await keys("Enter", "ArrowDown", "ArrowDown", "Enter");
  await here.hasMarks(2);
  await keys("Delete");
  await here.hasMarks(1);
  await holding("Control", "z");
  await here.hasMarks(2);
  await keys("n");
  await here.page.keyboard.type("Ask Ann");
  await keys("Enter");
  await here.hasMarks(3);
  deepStrictEqual((await here.marks())[2], "Note: Ask Ann");
  await tabTo("Delete: Blue stroke 1", { back: true });
  await keys("Enter");
  await here.hasMarks(2);
  match((await focused()).name, /^Delete: /, "the focus goes on to the next line");
});

test("colours and tools by arrow keys; rename, delete and back by Tab and Enter", { timeout: 60_000 }, async () => {
  await tabTo("Blue", { back: true });
  await keys("ArrowRight");
  strictEqual((await focused()).name, "Red");
  ok((await focused()).visible);
  await tabTo("Rename: reportlab", { back: true });
  await keys("Enter");
  await here.page.keyboard.type("Guide");
  await keys("Enter");
  await here.isListed("Guide");
  match((await focused()).name, /^Rename: Guide$/, "back on the button that opened the dialog");
  await tabTo("Sync now", { back: true });
  await keys("Enter");
  await here.says("All changes are on the Hub.");
  strictEqual((await focused()).name, "Sync now");
  await tabTo("Delete: Guide");
  await keys("Enter");
  strictEqual((await focused()).name, "Cancel", "a stray Enter deletes nothing");
  await tabTo("Delete");
  await keys("Enter");
  await here.wait(() => document.querySelectorAll(".entry").length === 0);
  ok((await focused()).name.length > 0);
  here.isClean();
});
