// Goal: what was used lately is loaded from the page's memory, without the worker, and is never older than what the
// database has: not after a save, a deletion or a sync here, and not after those of another tab.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual, site } from "./support.js";

let pages, remote, browser, other;
before(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  other = await browser.newTab();
});
after(() => closeAll(browser, remote, pages));
beforeEach(() => browser.reload());

const remembering = (more = {}) => ({ ...manual(remote.url), cache: {}, ...more });
const load = (page, id) => page.evaluate(async (name) => (await store.loadProject(name)).n, id);

test("a document that was saved or loaded is loaded from memory, as a new object each time", async () => {
  await browser.evaluate(async (options) => {
    await open(options);
    await store.saveProject({ id: "a", n: 1, list: [1] });
  }, remembering());
  const seen = await browser.evaluate(async () => {
    const { memoryBytes } = (await store.metrics()).cache;
    const first = await store.loadProject("a");
    first.list.push(2);
    return { again: await store.loadProject("a"), memoryBytes };
  });
  deepStrictEqual(seen.again, { id: "a", n: 1, list: [1] });
  ok(seen.memoryBytes > 0);
});

test("a save, a deletion and clearLocal() are seen at once", async () => {
  await browser.evaluate((options) => open(options), remembering());
  const seen = await browser.evaluate(async () => {
    const results = [];
    for (let n = 0; n < 20; n++) {
      const saving = store.saveProject({ id: "b", n });
      if (n % 2) await saving;
      results.push((await store.loadProject("b")).n === n);
      await saving;
    }
    await store.deleteProject("b");
    results.push((await store.loadProject("b")) === null);
    await store.saveProject({ id: "b", n: 1 });
    await store.clearLocal({ force: true });
    const { cache } = await store.metrics();
    return { results, memoryBytes: cache.memoryBytes };
  });
  deepStrictEqual(seen.results, Array(21).fill(true));
  strictEqual(seen.memoryBytes, 0);
});

test("what another tab saves is seen when its message has come, and what a sync brings at once", async () => {
  await browser.evaluate((options) => open(options), remembering());
  await other.evaluate((options) => open(options), remembering());
  await browser.evaluate(async () => {
    await store.saveProject({ id: "c", n: 1 });
    await store.sync();
  });
  strictEqual(await load(browser.chromium.page, "c"), 1);
  await other.evaluate(() => store.saveProject({ id: "c", n: 2 }));
  await browser.evaluate(() => until(async () => (await store.loadProject("c")).n === 2));
  // Another device.
  const phone = await device(pages);
  try {
    await other.evaluate(() => store.sync());
    await phone.evaluate(async (options) => {
      await open(options);
      await store.sync();
      await store.loadProject("c");
      await store.saveProject({ id: "c", n: 3 });
      await store.sync();
    }, remembering());
  } finally {
    await phone.close();
  }
  await browser.evaluate(() => store.sync());
  strictEqual(await load(browser.chromium.page, "c"), 3);
});

test("the bound holds, and 0 turns it off", async () => {
  const used = (memoryBytes) =>
    browser.evaluate(
      async (options) => {
        await open(options);
        for (let i = 0; i < 8; i++) await store.saveProject(project(`big-${i}`, 50_000));
        const blob = new Blob([new Uint8Array(200_000)], { type: "application/pdf" });
        await store.savePdf("p", blob);
        const sizes = [(await store.loadPdf("p")).size, (await store.loadPdf("p")).size];
        return { sizes, memoryBytes: (await store.metrics()).cache.memoryBytes };
      },
      { mode: "local", cache: { memoryBytes } },
    );
  const bounded = await used(300_000);
  ok(bounded.memoryBytes > 200_000 && bounded.memoryBytes <= 300_000, `${bounded.memoryBytes}`);
  deepStrictEqual(bounded.sizes, [200_000, 200_000]);
  await browser.reload();
  strictEqual((await used(0)).memoryBytes, 0);
});

test("a list that is in memory follows this tab, other tabs, the Hub and evictions", async () => {
  const second = await browser.newTab();
  for (const tab of [browser, second]) {
    await tab.evaluate((options) => {
      globalThis.states = async () =>
        (await store.listPdfs()).map(({ id, state, cached }) => `${id} ${state} ${cached ? "here" : "away"}`);
      return open(options);
    }, remembering());
  }
  const states = (tab) => tab.evaluate(() => globalThis.states());
  const save = (tab, id) => tab.evaluate((name) => store.savePdf(name, new Blob([`%PDF ${name}`])), id);
  const follows = (tab, expected) =>
    tab.evaluate((wanted) => until(async () => `${await globalThis.states()}` === wanted), `${expected}`);
  await states(browser);
  await save(browser, "m1");
  deepStrictEqual(await states(browser), ["m1 pending here"]);
  await follows(second, ["m1 pending here"]);
  await save(second, "m2");
  await follows(browser, ["m1 pending here", "m2 pending here"]);
  // One tab syncs, and the list that it asks for in the same moment is not an old one; the first tab, which hears of no
  // change, shows a little later that nothing waits any more.
  const after = await second.evaluate(async () => {
    await globalThis.states();
    await store.sync();
    return globalThis.states();
  });
  deepStrictEqual(after, ["m1 synced here", "m2 synced here"]);
  await follows(browser, ["m1 synced here", "m2 synced here"]);
  await browser.evaluate(() => store.pdfs.evict("m1"));
  deepStrictEqual(await states(browser), ["m1 remote-only away", "m2 synced here"]);
  await follows(second, ["m1 remote-only away", "m2 synced here"]);
  await browser.evaluate(() => store.loadPdf("m1"));
  deepStrictEqual(await states(browser), ["m1 synced here", "m2 synced here"]);
  await browser.evaluate(() => store.deletePdf("m2"));
  deepStrictEqual(await states(browser), ["m1 synced here"]);
});
