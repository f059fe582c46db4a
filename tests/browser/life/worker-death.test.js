// Goal: a storage worker that goes without a word (the browser ends it for want of memory) is noticed at once, whatever
// waits for it rejects, and the store goes on with a new one and with all that was acknowledged. A page or worker that
// merely stands still is not taken for dead. The workers are ended from outside, by DevTools.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual, site } from "../api/support.js";

let pages, remote, browser;
before(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
});
after(() => closeAll(browser, remote, pages));
beforeEach(() => browser.reload());

/** Ends the storage worker as the browser would. */
async function killWorker() {
  const [worker] = browser.chromium.page.workers();
  ok(worker, "there is a worker");
  await worker.close();
}

/** What an app sees of a store whose worker is killed while a sync waits for the Hub. */
async function dieDuringSync() {
  await browser.evaluate(async () => {
    await store.saveProject({ id: "a", name: "acknowledged" });
    collect("error");
    globalThis.waiting = [outcome(store.sync()), outcome(store.sync())];
  });
  await killWorker();
  return browser.evaluate(async () => ({
    waiting: await Promise.all(waiting),
    safe: store.safeToClose,
    loaded: await store.loadProject("a"),
    saved: (await store.saveProject({ id: "b" })).id,
    events: globalThis.events,
  }));
}

/** The page has heard of so many deaths. A call that is made before goes to the dead worker and rejects. */
const noticed = (deaths) => browser.evaluate((count) => until(() => globalThis.events.length === count), deaths);

function livesOn({ waiting, loaded, saved, events, safe }) {
  for (const { name, code, retry, message } of waiting) {
    deepStrictEqual([name, code, retry], ["StoreError", "WORKER_DIED", "later"]);
    match(message, /stopped.*Call again/);
  }
  deepStrictEqual([loaded.name, saved, safe], ["acknowledged", "b", false]);
  deepStrictEqual(events, [{ type: "error", detail: { code: "WORKER_DIED" } }]);
}

test("killed during a sync: both calls reject, an event tells, the next calls find what had been saved", async () => {
  await remote.fault({ match: { path: "/api/", method: ["GET", "POST"] }, delayMs: 60_000 });
  await browser.evaluate((options) => open(options), manual(remote.url));
  livesOn(await dieDuringSync());
  await remote.heal();
  const { pushed, safe } = await browser.evaluate(async () => {
    const report = await store.sync();
    await until(() => store.safeToClose);
    return { pushed: report.pushed, safe: store.safeToClose };
  });
  deepStrictEqual([pushed, safe], [2, true], "the new worker has the token and the outbox");
});

test("killed while idle: noticed without a call, and a new worker is there before the next one", async () => {
  await browser.evaluate(async () => {
    await open({ mode: "local" });
    collect("error");
  });
  await killWorker();
  await browser.evaluate(() => until(() => globalThis.events.length === 1));
  await new Promise((resolve) => setTimeout(resolve, 500));
  strictEqual(browser.chromium.page.workers().length, 1);
  deepStrictEqual(await browser.evaluate(() => store.loadProject("none")), null);
});

test("killed again and again: three times a minute it is started anew, then calls say when to try", async () => {
  await browser.evaluate(async () => {
    await open({ mode: "local" });
    collect("error");
    await store.saveProject({ id: "a" });
  });
  for (let times = 1; times <= 3; times++) {
    await killWorker();
    await noticed(times);
    strictEqual((await browser.evaluate(() => store.loadProject("a"))).id, "a");
  }
  await killWorker();
  await noticed(4);
  const { code, message } = await browser.evaluate(() => outcome(store.loadProject("a")));
  strictEqual(code, "WORKER_DIED");
  match(message, /3 times within a minute; call again in a minute, or reload the page/);
});

test("a worker that ends itself is no different", async () => {
  await browser.evaluate(async () => {
    await open({ mode: "local" });
    collect("error");
    await store.saveProject({ id: "own", name: "acknowledged" });
  });
  await browser.chromium.page.workers()[0].evaluate(() => self.close());
  await noticed(1);
  strictEqual((await browser.evaluate(() => outcome(store.loadProject("own")))).value?.name, "acknowledged");
});

/** The page's questions come fifty times as fast, so that the patience of a minute is one of 1.2 s. */
const withoutLocks = (options) =>
  browser.evaluate((given) => {
    const slow = globalThis.setInterval;
    globalThis.setInterval = (run, ms) => slow(run, ms / 50);
    Object.defineProperty(navigator, "locks", { value: undefined });
    return open(given);
  }, options);

test("without Web Locks a silent worker is noticed by its silence", async () => {
  await remote.fault({ match: { path: "/api/", method: ["GET", "POST"] }, delayMs: 60_000 });
  await withoutLocks(manual(remote.url));
  livesOn(await dieDuringSync());
  await remote.heal();
});

for (const [name, start] of [
  ["with Web Locks", () => browser.evaluate(() => open({ mode: "local" }))],
  ["without Web Locks", () => withoutLocks({ mode: "local" })],
]) {
  test(`a page that was frozen and goes on has not lost its worker, ${name}`, async () => {
    await start();
    await browser.evaluate(() => collect("error"));
    const devtools = await browser.chromium.page.createCDPSession();
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    const events = await browser.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await store.saveProject({ id: "after" });
      return globalThis.events;
    });
    deepStrictEqual(events, []);
    strictEqual(browser.chromium.page.workers().length, 1);
  });
}
