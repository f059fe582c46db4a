// Goal: a store syncs by itself at the right moments of its page's life (a quiet time, hidden, frozen, kept for "back",
// back online, asleep, killed and opened again), and never calls synced what only this device has.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { DATASET, TOKEN, closeAll, device, hub, site } from "../api/support.js";

/** Pages in the background are slowed down here as they are for users. */
const THROTTLED = {
  ignoreDefaultArgs: [
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
  ],
};
/** Longer than any test runs: what is synced is not synced because time has passed. */
const NEVER_MS = 100_000_000;

let pages, remote, browser;
before(async () => {
  pages = await site({ files: { "/elsewhere.html": "<!doctype html><title>elsewhere</title>" }, caching: "no-cache" });
});
after(() => closeAll(pages));
beforeEach(async () => {
  remote = await hub();
  await remote.createDataset();
  browser = await device(pages, THROTTLED);
});
afterEach(() => closeAll(browser, remote));

/** Options of a store that syncs by itself, but neither polls nor finds a quiet time unless told. */
const automatic = (sync = {}) => ({
  dataset: DATASET,
  hubUrl: remote.url,
  token: TOKEN,
  sync: { idleMs: NEVER_MS, maxWaitMs: NEVER_MS, pollMs: 0, ...sync },
});

/** Opens the store and waits until the sync at open is over; statuses are collected from then on. */
async function openSettled(options) {
  await browser.evaluate(async (given) => {
    await open(given);
    await until(async () => (await store.status()).lastSyncAt !== null);
    collect("status", "error");
  }, options);
}
const save = (id = "a") => browser.evaluate((name) => store.saveProject({ id: name }), id);
const status = () =>
  browser.evaluate(async () => {
    const { phase, pending, synced, waitingFor, nextSyncAt } = await store.status();
    return { phase, pending, synced, waitingFor, due: nextSyncAt !== null, safe: store.safeToClose };
  });
const isSynced = () => browser.evaluate(() => until(() => store.safeToClose));
const ourCommits = async () => (await remote.commits()).filter(({ title }) => !/initial/i.test(title)).length;

async function until(check) {
  const deadline = performance.now() + 20_000;
  while (!(await check())) {
    ok(performance.now() < deadline, `never came: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a burst of saves is one commit after a quiet time; until then the status says what it waits for", async () => {
  await openSettled(automatic({ idleMs: 4_000 }));
  deepStrictEqual((await status()).synced, true);
  const before = await ourCommits();
  const waiting = await browser.evaluate(async () => {
    const began = Date.now();
    for (let n = 0; n < 20; n++) await store.saveProject({ id: "a", n });
    const { pending, synced, waitingFor, nextSyncAt, pendingBytes } = await store.status();
    const soon = nextSyncAt >= began + 4_000 && nextSyncAt <= Date.now() + 4_000;
    return { pending, synced, waitingFor, soon, hasBytes: pendingBytes > 0, safe: store.safeToClose };
  });
  deepStrictEqual(waiting, { pending: 1, synced: false, waitingFor: "idle", soon: true, hasBytes: true, safe: false });
  await isSynced();
  strictEqual((await ourCommits()) - before, 1);
});

test("saves that never pause are sent after the longest wait", async () => {
  await openSettled(automatic({ idleMs: 3_000, maxWaitMs: 4_000 }));
  const before = await ourCommits();
  await browser.evaluate(() => {
    globalThis.typing = setInterval(() => store.saveProject({ id: "a", at: performance.now() }), 300);
  });
  await until(async () => (await ourCommits()) > before);
  await browser.evaluate(() => clearInterval(globalThis.typing));
});

test("a tab that is hidden pushes at once, and so does a save while it is hidden", async () => {
  await openSettled(automatic());
  await save("a");
  const other = await browser.chromium.newPage();
  await other.bringToFront();
  await until(() => browser.evaluate(() => document.visibilityState === "hidden"));
  await isSynced();
  await save("b");
  await isSynced();
  deepStrictEqual(await status(), {
    phase: "idle",
    pending: 0,
    synced: true,
    waitingFor: null,
    due: false,
    safe: true,
  });
});

test("a tab that was closed had begun to push; whatever it left is sent by the next that opens", async () => {
  await openSettled(automatic());
  await save("a");
  await remote.forget();
  const next = await browser.chromium.newPage();
  await browser.chromium.page.close({ runBeforeUnload: false });
  browser.chromium.page = next;
  await browser.reload();
  await browser.evaluate((options) => open(options), automatic());
  await isSynced();
  const paths = (await remote.requests()).map(({ method, path }) => `${method} ${path}`);
  strictEqual(paths.filter((line) => /^POST .*\/commit\//.test(line)).length, 1, paths.join("\n"));
});

test("a frozen tab: what had not been sent is sent when it goes on", async () => {
  await openSettled(automatic());
  await save("a");
  const devtools = await browser.chromium.page.createCDPSession();
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await isSynced();
});

test("kept for 'back': the push begins when the page goes, and the same store goes on when it returns", async () => {
  await openSettled(automatic());
  await browser.evaluate(() => {
    addEventListener("pageshow", ({ persisted }) => (globalThis.cameBack = persisted));
  });
  await save("a");
  const { page } = browser.chromium;
  await page.goto(`${pages.origin.replace("127.0.0.1", "localhost")}/elsewhere.html`);
  await page.goBack();
  strictEqual(await browser.evaluate(() => globalThis.cameBack), true, "the page was kept, not loaded anew");
  await isSynced();
  await save("b");
  const { pushed, ids } = await browser.evaluate(async () => {
    const report = await store.sync();
    return { pushed: report.pushed, ids: (await store.listProjects()).map(({ id }) => id).sort() };
  });
  deepStrictEqual({ pushed, ids }, { pushed: 1, ids: ["a", "b"] });
});

test("a page that is kept for 'back' does not keep others from the database", async () => {
  await openSettled(automatic());
  await save("a");
  await browser.evaluate(() => store.sync());
  const { page } = browser.chromium;
  await page.goto(`${pages.origin.replace("127.0.0.1", "localhost")}/elsewhere.html`);
  const tab = await browser.newTab();
  const deleted = await tab.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((database) => database.name.startsWith("/hubstash/"));
    return new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve("deleted");
      request.onerror = () => resolve("refused");
    });
  });
  strictEqual(deleted, "deleted");
  await page.goBack();
  await page.waitForFunction(() => globalThis.ready === true);
  const loaded = await browser.evaluate(async (options) => {
    globalThis.store ?? (await open(options));
    return store.loadProject("a");
  }, automatic());
  deepStrictEqual(loaded, { id: "a" });
});

test("back online it pushes at once", async () => {
  await openSettled(automatic());
  await save("a");
  await browser.chromium.page.setOfflineMode(true);
  await until(() => browser.evaluate(() => navigator.onLine === false));
  strictEqual((await status()).phase, "offline");
  await browser.chromium.page.setOfflineMode(false);
  await isSynced();
});

/** Makes the worker's wall clock jump, as a sleep or a person does; its timers run twenty times as fast from now on. */
const jump = (ms) =>
  browser.chromium.page.workers()[0].evaluate((by) => {
    const [now, wait] = [Date.now, setTimeout];
    Date.now = () => now() + by;
    globalThis.setTimeout = (run, delay) => wait(run, delay / 20);
  }, ms);

test("after a laptop's sleep what was due meanwhile is sent within the minute, although no timer fired", async () => {
  await openSettled(automatic({ idleMs: 3_600_000 }));
  await jump(0);
  await save("a");
  await jump(8 * 3_600_000);
  await isSynced();
});

test("a clock that is set back by a day postpones nothing", async () => {
  await openSettled(automatic({ idleMs: 3_000 }));
  await save("a");
  await jump(-24 * 3_600_000);
  await save("b"); // The engine looks at the clock.
  await isSynced();
});

test("killed with saves pending: opened again it says so at once, and sends them", async () => {
  await openSettled(automatic());
  await save("a");
  await browser.crash();
  await remote.fault({ match: { path: "/api/", method: ["GET", "POST"] }, delayMs: 2_000, times: 1 });
  const opened = await browser.evaluate(async (options) => {
    await open(options);
    const { pending, synced, phase } = await store.status();
    return { pending, synced, phase, safe: store.safeToClose };
  }, automatic());
  deepStrictEqual(opened, { pending: 1, synced: false, phase: "pulling", safe: false });
  await isSynced();
  strictEqual((await status()).pending, 0);
});

test("killed with saves pending, and no Hub: opened again it says that and why it waits", async () => {
  await openSettled(automatic());
  await save("a");
  await browser.crash();
  await remote.stop();
  await browser.evaluate((options) => open(options), automatic());
  await browser.evaluate(() => until(async () => (await store.status()).phase === "offline"));
  deepStrictEqual(await status(), {
    phase: "offline",
    pending: 1,
    synced: false,
    waitingFor: "network",
    due: true,
    safe: false,
  });
});

test("everything sent, killed, and no Hub: opened again it is synced all the same", async () => {
  await openSettled(automatic());
  await save("a");
  await browser.evaluate(() => store.sync());
  await browser.crash();
  await remote.stop();
  await browser.evaluate((options) => open(options), automatic());
  await isSynced();
  strictEqual((await status()).synced, true);
});

test("signed out: the status says that a token is missing, and nothing is due", async () => {
  await browser.evaluate(async (options) => {
    await open({ ...options, tokens: [null] });
    await store.saveProject({ id: "a" });
    await until(async () => (await store.status()).phase === "signed-out");
  }, { ...automatic(), token: undefined });
  deepStrictEqual(await status(), {
    phase: "signed-out",
    pending: 1,
    synced: false,
    waitingFor: "token",
    due: false,
    safe: false,
  });
});

test("a commit that has landed but was not confirmed is not synced", async () => {
  await openSettled(automatic());
  await remote.fault({ match: { path: "/commit/" }, times: 1, delayMs: 1_500, when: "after" });
  await save("a");
  const before = await ourCommits();
  await browser.evaluate(() => void (globalThis.syncing = store.sync().then(() => (globalThis.confirmed = true))));
  await until(async () => (await ourCommits()) > before);
  const unconfirmed = await status();
  strictEqual(await browser.evaluate(() => globalThis.confirmed === undefined), true, "the reply is still on its way");
  deepStrictEqual([unconfirmed.pending, unconfirmed.synced, unconfirmed.safe], [1, false, false]);
  await browser.evaluate(() => globalThis.syncing);
  await isSynced();
});

test("the README's two lines ask before a page with unsent saves is closed, and not after", async () => {
  await openSettled(automatic());
  const { page } = browser.chromium;
  await page.evaluate(() => {
    addEventListener("beforeunload", (event) => {
      if (!store.safeToClose) event.preventDefault();
    });
  });
  await page.mouse.click(5, 5); // Browsers ask only where the user has done something.
  await save("a");
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await until(() => asked.length > 0);
  deepStrictEqual(asked, ["beforeunload"]);
  strictEqual(page.isClosed(), false, "the user stayed");

  await browser.evaluate(() => store.sync());
  await isSynced();
  await browser.chromium.newPage(); // Without a page the browser would end.
  await page.close({ runBeforeUnload: true });
  await until(() => page.isClosed());
  strictEqual(asked.length, 1);
});
