// Goal: axe-core finds nothing wrong with any view of the app, in light and in dark, on a wide screen and at 360 px;
// and at 360 px nothing has to be scrolled sideways. The views: welcome, list with every state, reader, conflict,
// banners, dialogs, storage and activity.
import { deepStrictEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { repository } from "../harness/emscripten.js";
import { DATASET, REPORTLAB, SMALL, TOKEN, person, world } from "./support.js";

const AXE = readFileSync(path.join(repository, "node_modules/axe-core/axe.min.js"), "utf8");
const SIZES = [{ width: 1200, height: 900 }, { width: 360, height: 800 }];
const LONG_NAME = "A-very-long-name-without-any-place-to-break-it-as-scanners-make-them-20261121-0001";

let site, here;
before(
  async () => {
    site = await world();
    here = await person(site);
  },
  { timeout: 60_000 },
);
after(() => closeAll(here, site));

/** Looks at what is on the page now in both sizes and both colour schemes. @param {string} view */
async function look(view) {
  for (const size of SIZES) {
    await here.page.setViewport(size);
    for (const scheme of ["light", "dark"]) {
      await here.page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" },
      ]);
      // By the browser's tools, so the page's policy stays in force.
      if (!(await here.page.evaluate(() => "axe" in globalThis))) await here.page.evaluate(AXE);
      const { found, beyond } = await here.page.evaluate(async () => {
        const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        const { scrollWidth, clientWidth } = document.documentElement;
        return {
          found: violations.map(({ id, impact, nodes }) => [id, impact, ...nodes.map(({ html }) => html)]),
          beyond: scrollWidth - clientWidth,
        };
      });
      const where = `${view}, ${size.width} px, ${scheme}`;
      deepStrictEqual(found, [], where);
      ok(beyond <= 0, `${where}: ${beyond} px stick out`);
    }
  }
  await here.page.setViewport(SIZES[0]);
}

test("an empty list, then one with a long name and all that a line can say", { timeout: 120_000 }, async () => {
  await here.sync();
  await look("empty");
  await here.add(REPORTLAB);
  await here.isShown(1);
  await here.sync();
  await here.add(SMALL);
  await here.isListed("small");
  await here.press("Rename: small");
  await here.page.$eval("#rename-input", (input, name) => (input.value = name), LONG_NAME);
  await look("rename");
  await here.page.keyboard.press("Enter");
  await here.isListed(LONG_NAME);
  await here.press("Close", "#reader");
  await here.page.click("#activity-panel summary");
  await look("list");
  await here.press("Delete: reportlab");
  await look("confirm");
  await here.press("Cancel", "#confirm");
});

test("the reader with strokes, a note, a problem and the offline banner", { timeout: 120_000 }, async () => {
  await here.press("reportlab");
  await here.isShown(1);
  await here.draw([0.2, 0.1], [0.5, 0.2], [0.8, 0.1]);
  await here.hasMarks(1);
  await here.page.type("#note-text", "Look at this");
  await here.page.keyboard.press("Enter");
  await here.hasMarks(2);
  await here.page.click("#text-panel summary");
  await look("reader");
  await here.page.setOfflineMode(true);
  await here.sync();
  await here.wait(() => !document.querySelector("#problem").hidden && !document.querySelector("#offline").hidden);
  await look("offline, with a problem");
  await here.press("Close", "#problem");
  await here.page.setOfflineMode(false);
  await here.sync();
  await here.says("All changes are on the Hub.");
});

test("two versions side by side", { timeout: 120_000 }, async () => {
  await here.page.evaluate(async (options) => {
    const { openStore } = await import("./hubstash/index.js");
    const store = await openStore({ ...options, mode: "remote" });
    const { id } = (await store.listProjects()).find((one) => one.id.startsWith("reportlab"));
    const project = await store.loadProject(id);
    await store.saveProject({ ...project, name: "theirs", strokes: [] });
    await store.close();
  }, { hubUrl: site.remote.url, token: TOKEN, dataset: DATASET });
  await here.press("Rename: reportlab");
  await here.page.$eval("#rename-input", (input) => (input.value = "ours"));
  await here.page.keyboard.press("Enter");
  await here.isListed("ours");
  await here.sync();
  await here.press("Compare versions: theirs");
  await here.wait(() => document.querySelector("#conflict-page").textContent.startsWith("Shown is page"));
  await look("conflict");
  await here.press("Decide later");
  await look("list with a conflict");
});

test("the account, and the welcome of a first visit", { timeout: 60_000 }, async () => {
  await here.press("Account");
  await look("account");
  await here.press("Close", "#account-dialog");
  await site.stopServer();
  await site.serve({ hubUrl: undefined, token: undefined, dataset: undefined });
  await here.press("Account");
  await Promise.all([here.page.waitForNavigation(), here.press("Sign out", "#account-dialog")]);
  await here.wait(() => !document.querySelector("#welcome").hidden);
  await look("welcome");
});
