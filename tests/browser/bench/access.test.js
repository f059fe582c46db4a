// Goal: everybody can use the benchmark page: axe finds nothing, in light and dark, on a wide window and a phone,
// before and after a run; nothing scrolls sideways; the keyboard alone is enough.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { repository } from "../harness/emscripten.js";
import { benchPages } from "./support.js";

const withPage = benchPages();

const AXE = readFileSync(path.join(repository, "node_modules/axe-core/axe.min.js"), "utf8");

/** All that axe has to say, in a line each. */
async function violations({ tab }) {
  await tab.evaluate(AXE);
  return tab.evaluate(async () => {
    const found = (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations;
    return found.flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${impact} ${id} ${target.join(" ")}: ${failureSummary}`));
  });
}

const overflow = ({ tab }) =>
  tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

for (const dark of [false, true]) {
  for (const viewport of [{ width: 1200, height: 900 }, { width: 360, height: 800 }]) {
    test(`axe finds nothing in ${dark ? "dark" : "light"} mode at ${viewport.width} px`, () =>
      // Only axe itself needs more than the page's policy allows.
      withPage({ viewport, dark, bypassCSP: true }, async (page) => {
        await page.tab.click("#matrix > summary");
        assert.deepEqual(await violations(page), []);
        assert.equal(await overflow(page), 0);
        await page.tick("contenders", ["indexeddb", "dataset", "dexie"]);
        await page.tick("temperatures", ["warm", "cold"]);
        await page.fill("rounds", 1);
        const { state, error } = await page.run();
        assert.equal(state, "done", error);
        await page.tab.click(".about > summary");
        assert.deepEqual(await violations(page), []);
        assert.equal(await overflow(page), 0);
        await page.fill("rounds", 0);
        await page.run();
        assert.ok(await page.isShown("#error-card"));
        assert.deepEqual(await violations(page), []);
      }));
  }
}

test("the keyboard alone chooses, starts, stops and copies", () =>
  withPage({}, async (page) => {
    const focused = () => page.tab.evaluate("document.activeElement.id || document.activeElement.tagName");
    const press = async (key, times = 1) => {
      for (let i = 0; i < times; i++) await page.tab.keyboard.press(key);
    };
    await page.tab.focus("#rounds");
    await press("Tab");
    assert.equal(await focused(), "SUMMARY");
    await press("Enter");
    await press("Tab");
    assert.equal(await focused(), "contenders-indexeddb");
    await press("Tab");
    await press("Space");
    assert.equal(await page.tab.$eval("#contenders-dataset", (one) => one.checked), false);
    assert.equal(await page.textOf("#run-both"), "Measure");
    await press("Space");
    assert.equal(await page.textOf("#run-both"), "Compare both");
    await page.tab.focus("#rounds");
    await press("Enter");
    await page.tab.waitForFunction("hubstashBench.state === 'running'");
    assert.equal(await focused(), "stop");
    await press("Enter");
    assert.match((await page.ended()).error, /^Stopped/);
    assert.equal(await focused(), "error-card");

    await page.fill("rounds", 1);
    await press("Enter");
    assert.equal((await page.ended()).state, "done");
    assert.equal(await focused(), "recommendation-card");
    await press("Tab", 2);
    assert.equal(await focused(), "copy");
    await press("Enter");
    await page.tab.waitForFunction("document.getElementById('copied').textContent !== ''");
    assert.match(await page.textOf("#copied"), /^(Copied|Selected)/);
  }));

test("every field and group has its name, and what happens is announced", () =>
  withPage({}, async (page) => {
    const labels = await page.tab.$$eval("input, select", (fields) => fields.map((one) => one.labels.length));
    assert.deepEqual(labels, labels.map(() => 1));
    const legends = await page.tab.$$eval("fieldset", (groups) => groups.map((one) => one.children[0].tagName));
    assert.deepEqual(legends, Array(6).fill("LEGEND"));
    await page.fill("rounds", 1);
    await page.run("#run-indexeddb");
    assert.match(await page.textOf("#announce[aria-live=polite]"), /^Done\./);
  }));
