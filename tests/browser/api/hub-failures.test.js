// Goal: whatever the Hub does, a save succeeds and stays pending, sync says by a code what is wrong, and once that is
// put right the same store syncs.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { DATASET, TOKEN, closeAll, device, hub, manual, site } from "./support.js";

/** All calls of the API; a preflight that fails would look like no network. */
const CALLS = { path: "/api/", method: ["GET", "POST"] };

let pages, browser, remote;
before(async () => {
  pages = await site();
  browser = await device(pages);
});
after(() => closeAll(browser, pages));
beforeEach(async () => {
  remote = await hub();
  await browser.reload();
});
afterEach(() => remote.close());

/** Saves a project, tries to sync, and tells what became of both. */
function saveAndSync(options) {
  return browser.evaluate(async (given) => {
    await open(given);
    await store.saveProject({ id: "a", name: "here" });
    const synced = await outcome(store.sync());
    const { pending, synced: isSynced } = await store.status();
    return { ...synced, pending, isSynced, name: (await store.loadProject("a")).name };
  }, options);
}

function isKept(result, code, retry) {
  deepStrictEqual(
    { code: result.code, retry: result.retry, pending: result.pending, isSynced: result.isSynced, name: result.name },
    { code, retry, pending: 1, isSynced: false, name: "here" },
    result.message,
  );
}

/** What stopped the sync is gone: the same store sends what was pending. */
async function syncsNow() {
  const { value, pending } = await browser.evaluate(async () => {
    const synced = await outcome(store.sync());
    return { ...synced, pending: (await store.status()).pending };
  });
  strictEqual(pending, 0);
  strictEqual(value?.pushed, 1);
}

test("a refused token: UNAUTHORIZED; the token function is asked again and then it works", async () => {
  await remote.createDataset();
  isKept(
    await saveAndSync(manual(remote.url, { token: undefined, tokens: ["hf_old", "hf_older"] })),
    "UNAUTHORIZED",
    "after-sign-in",
  );
  ok((await browser.evaluate(() => asked)) >= 2, "asked again after the refusal");
  isKept(await saveAndSync(manual(remote.url, { token: "hf_old" })), "UNAUTHORIZED", "after-sign-in");
  isKept(await saveAndSync(manual(remote.url, { token: undefined })), "UNAUTHORIZED", "after-sign-in");
  await browser.reload();
  const { pushed } = await browser.evaluate(
    async (options) => {
      await open(options);
      return store.sync();
    },
    manual(remote.url, { token: undefined, tokens: ["hf_old", TOKEN] }),
  );
  strictEqual(pushed, 1);
});

test("a token function that throws or never answers does not keep the store from opening and saving", async () => {
  const receipts = await browser.evaluate(
    async (options) => {
      const { openStore } = await import("/dist/index.js");
      const list = [];
      for (const token of [
        () => {
          throw new Error("no");
        },
        () => new Promise(() => {}),
      ]) {
        const opened = await openStore({ ...options, token });
        list.push(await opened.saveProject({ id: "a" }));
        await opened.close();
      }
      return list;
    },
    manual(remote.url, { token: undefined }),
  );
  strictEqual(receipts.length, 2);
});

test("a token that may only read: FORBIDDEN", async () => {
  await remote.createDataset();
  isKept(await saveAndSync(manual(remote.url, { token: "hf_read" })), "FORBIDDEN", "after-user");
});

test("no dataset and leave to create none: DATASET_NOT_FOUND; with leave it is created private", async () => {
  isKept(await saveAndSync(manual(remote.url, { createDataset: false })), "DATASET_NOT_FOUND", "after-user");
  await browser.reload();
  await browser.evaluate((options) => open(options), manual(remote.url));
  await syncsNow();
  strictEqual((await remote.request(`/api/datasets/${DATASET}`)).private, true);
});

test("a public dataset: PUBLIC_DATASET, unless allowed", async () => {
  await remote.createDataset({ private: false });
  isKept(await saveAndSync(manual(remote.url)), "PUBLIC_DATASET", "after-user");
  await browser.reload();
  await browser.evaluate((options) => open(options), manual(remote.url, { allowPublic: true }));
  await syncsNow();
});

test("a Hub that answers with a page: BAD_RESPONSE", async () => {
  await remote.createDataset();
  await remote.fault({ match: CALLS, status: 200, html: "<h1>Sign in to the hotel's network</h1>" });
  isKept(await saveAndSync(manual(remote.url)), "BAD_RESPONSE", "later");
  await remote.heal();
  await syncsNow();
});

test("a Hub that fails: HUB_ERROR with its status", async () => {
  await remote.createDataset();
  await remote.fault({ match: CALLS, status: 503 });
  const result = await saveAndSync(manual(remote.url));
  isKept(result, "HUB_ERROR", "later");
  strictEqual(result.status, 503);
  await remote.heal();
  await syncsNow();
});

test("a Hub that wants us to slow down: RATE_LIMITED", async () => {
  await remote.createDataset();
  await remote.fault({ match: CALLS, status: 429 });
  isKept(await saveAndSync(manual(remote.url)), "RATE_LIMITED", "later");
});

test("a Hub that is down: OFFLINE; saves, loads and lists go on", async () => {
  await remote.stop();
  isKept(await saveAndSync(manual(remote.url)), "OFFLINE", "later");
  const [listed, missing] = await browser.evaluate(async () => [
    await store.listProjects(),
    await outcome(store.loadProject("b")),
  ]);
  deepStrictEqual(
    listed.map(({ id, state, cached }) => ({ id, state, cached })),
    [{ id: "a", state: "pending", cached: true }],
  );
  strictEqual(missing.code, "OFFLINE", "whether it exists cannot be known without the Hub");
});

test("clearLocal refuses to lose what is pending, unless forced", async () => {
  await remote.stop();
  const {
    refused,
    left,
    after: listed,
  } = await browser.evaluate(async (options) => {
    await open(options);
    await store.saveProject({ id: "a" });
    const attempt = await outcome(store.clearLocal());
    const before = await store.loadProject("a");
    await store.clearLocal({ force: true });
    return { refused: attempt.code, left: before.id, after: await store.listProjects() };
  }, manual(remote.url));
  deepStrictEqual([refused, left, listed], ["UNSYNCED", "a", []]);
});
