// Goal: of several tabs one syncs at a time, and each change reaches the Hub once. A tab that dies or is frozen in the
// middle of a commit is overtaken: at once where the browser's locks tell, else when its lease has run out. Method:
// real pages in one browser; the Hub's log and the dataset's history are the witnesses.
import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual, site } from "../api/support.js";
import { commitStatuses, overlaps, readLease, struck, timesCommitted, withoutLocks } from "./support.js";

let pages, remote, browser;
beforeEach(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
});
afterEach(() => closeAll(browser, remote, pages));

/** Tabs with the store open, the first being the browser's first page. */
async function openTabs(count, { locks = true } = {}) {
  const tabs = [];
  for (let i = 0; i < count; i++) {
    const page = i === 0 ? browser.chromium.page : await browser.chromium.newPage();
    if (!locks) await withoutLocks(page);
    await page.goto(`${pages.origin}/app.html`);
    await page.waitForFunction(() => globalThis.ready === true);
    await page.evaluate((options) => open(options), manual(remote.url));
    strictEqual(await page.evaluate(() => Boolean(navigator.locks)), locks);
    tabs.push(page);
  }
  return tabs;
}

const states = (page) =>
  page.evaluate(async () => Object.fromEntries((await store.listProjects()).map(({ id, state }) => [id, state])));

/** A tab that saves `id` and is in the middle of its commit for so long. */
async function inMidCommit(page, id, delayMs) {
  const fault = await remote.fault({ match: { path: "/commit/" }, times: 1, delayMs });
  await page.evaluate(async (name) => {
    await store.saveProject({ id: name });
    globalThis.syncing = outcome(store.sync());
  }, id);
  await struck(remote, fault);
}

for (const locks of [true, false]) {
  test(`three tabs save and sync at once, ${locks ? "with" : "without"} locks`, { timeout: 240_000 }, async (t) => {
    const tabs = await openTabs(3, { locks });
    await tabs[0].evaluate(() => store.sync());
    await remote.forget();
    const reports = await Promise.all(
      tabs.map((page, tab) =>
        page.evaluate(async (name) => {
          let pushed = 0;
          for (let i = 0; i < 4; i++) {
            await Promise.all([0, 1].map((n) => store.saveProject({ id: `${name}-${i}-${n}` })));
            pushed += (await store.sync()).pushed;
          }
          return pushed;
        }, `tab${tab}`),
      ),
    );
    t.diagnostic(`pushed by each: ${reports}`);
    deepStrictEqual(await overlaps(remote), []);
    deepStrictEqual([...new Set(await commitStatuses(remote))], [200], "nobody came too late");
    const times = await timesCommitted(remote);
    strictEqual(Object.keys(times).length, 24);
    deepStrictEqual([...new Set(Object.values(times))], [1]);
    strictEqual(reports.reduce((sum, pushed) => sum + pushed), 24);
    for (const page of tabs) deepStrictEqual([...new Set(Object.values(await states(page)))], ["synced"]);
  });
}

const DEATHS = {
  "its page is closed": (page) => page.close(),
  "its worker is ended": (page) => page.workers()[0].close(),
  "its process crashes": async (page) => {
    const devtools = await page.createCDPSession();
    devtools.send("Page.crash").catch(() => {});
    await new Promise((resolve) => page.once("error", resolve));
  },
};
for (const [death, kill] of Object.entries(DEATHS)) {
  test(`in mid-commit ${death}: the next tab goes on at once`, { timeout: 120_000 }, async () => {
    const [other, victim] = await openTabs(2);
    await other.evaluate(() => store.sync());
    await inMidCommit(victim, "dying", 3_000);
    const lease = await readLease(other);
    ok(lease.until > Date.now(), "it holds the lease");
    await kill(victim);
    await other.evaluate(async () => {
      await store.saveProject({ id: "living" });
      await store.sync();
    });
    ok(Date.now() < lease.until, "the lease of the dead has not run out yet");
    deepStrictEqual(await states(other), { dying: "synced", living: "synced" });
    deepStrictEqual(await timesCommitted(remote), { dying: 1, living: 1 });
  });
}

test("without locks a dead tab is overtaken when its lease has run out", { timeout: 120_000 }, async () => {
  const [other, victim] = await openTabs(2, { locks: false });
  await other.evaluate(() => store.sync());
  await inMidCommit(victim, "dying", 3_000);
  const lease = await readLease(other);
  await victim.close();
  await other.evaluate(async () => {
    await store.saveProject({ id: "living" });
    await store.sync();
  });
  ok(Date.now() >= lease.until);
  deepStrictEqual(await timesCommitted(remote), { dying: 1, living: 1 });
});

test("frozen in mid-commit, a tab is overtaken, and does no harm later", { timeout: 180_000 }, async () => {
  const [other, sleeper] = await openTabs(2);
  await other.evaluate(() => store.sync());
  await inMidCommit(sleeper, "frozen", 3_000);
  const before = await readLease(other);
  const devtools = await sleeper.createCDPSession();
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await other.evaluate(async () => {
    await store.saveProject({ id: "awake" });
    await store.sync();
  });
  const after = await readLease(other);
  notStrictEqual(after.owner, before.owner, "it was overtaken");
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  const { code } = await sleeper.evaluate(() => globalThis.syncing);
  strictEqual(code, undefined, "its sync() goes on in a new turn");
  deepStrictEqual(await states(sleeper), { awake: "synced", frozen: "synced" });
  deepStrictEqual(await timesCommitted(remote), { awake: 1, frozen: 1 });
});
