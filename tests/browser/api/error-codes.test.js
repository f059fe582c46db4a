// Goal: every code of errors.def reaches an app, through the public API, in a real browser, against a real Hub; with
// the advice that its table promises, a message that says what was wrong and what to do, and the Hub's status and
// request id where the Hub answered. This is the one complete table; other tests look closer at some of the codes.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { ERROR_CODES } from "../../../web/src/error-codes.js";
import { DATASET, closeAll, device, hub, manual, site } from "./support.js";

let pages, browser, remote;
before(async () => {
  pages = await site();
  browser = await device(pages);
});
after(() => closeAll(browser, pages));
beforeEach(async () => {
  remote = await hub();
  await remote.createDataset();
  await browser.reload();
});
afterEach(() => remote.close());

const CALLS = { path: "/api/", method: ["GET", "POST"] };

/** Opens a store that keeps a project `a`, and tells what becomes of `call`, which the page runs. */
async function provoke(options, call) {
  await browser.evaluate(async (given) => {
    await open(given);
    await store.saveProject({ id: "a", name: "here" });
  }, options);
  return browser.evaluate(call);
}
/** Nothing in memory: what is loaded is what is stored. */
const local = (call) => provoke({ mode: "local", prefix: `p${Math.random()}`, cache: { memoryBytes: 0 } }, call);
const syncing = (options) => provoke(manual(remote.url, options), () => outcome(store.sync()));
const faulty = async (rule) => {
  await remote.fault({ match: CALLS, ...rule });
  return syncing();
};
const opening = (options) => browser.evaluate((given) => outcome(open(given)), options);

/**
 * Changes byte 3 of the local records whose key contains `part`: of a body some byte, of a record its version. With
 * `seal` the record's CRC-32 is made to fit again, as a newer hubstash would have written it.
 */
const change = (part, seal = false) =>
  browser.evaluate(
    async (given) => {
      const crc32 = (bytes) => {
        let crc = -1;
        for (const byte of bytes) {
          crc ^= byte;
          for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
        return ~crc >>> 0;
      };
      const done = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      for (const { name } of await indexedDB.databases()) {
        if (!name.startsWith("/hubstash/")) continue; // The list of accounts has no records of this kind.
        const database = await done(indexedDB.open(name));
        const files = database.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
        const keys = (await done(files.getAllKeys())).filter((key) => key.includes(given.part));
        for (const key of keys) {
          const record = await done(files.get(key));
          if (!record.contents) continue;
          record.contents[3] ^= 0x42;
          const { contents } = record;
          const crc = crc32([...contents.subarray(0, 20), ...contents.subarray(24)]);
          if (given.seal) new DataView(contents.buffer, contents.byteOffset).setUint32(20, crc, true);
          await done(files.put(record, key));
        }
        database.close();
      }
    },
    { part, seal },
  );

async function timeout() {
  await remote.fault({ match: CALLS, delayMs: 120_000 });
  await browser.evaluate((options) => open(options), manual(remote.url));
  // The worker's timers run a hundred times as fast, so that the deadline of half a minute comes soon.
  await browser.chromium.page.workers()[0].evaluate(() => {
    const slow = setTimeout;
    globalThis.setTimeout = (run, ms) => slow(run, ms / 100);
  });
  return browser.evaluate(() => outcome(store.sync()));
}

/** A tab that does not make way for a deletion holds the database of the store that is opened next. */
async function blocked() {
  const prefix = `held${Math.random()}`;
  await browser.evaluate(async (options) => {
    await open(options);
    await store.close();
  }, { mode: "local", prefix });
  const tab = await browser.newTab();
  await tab.evaluate(async (part) => {
    const { name } = (await indexedDB.databases()).find((database) => database.name.includes(part));
    await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => resolve((globalThis.held = target.result));
    });
    indexedDB.deleteDatabase(name);
  }, prefix);
  const result = await opening({ mode: "local", prefix });
  await tab.close();
  return result;
}

/** What the page sees in a browser of its own, which `spoil` has been at. */
async function inAnotherBrowser(spoil, call) {
  const other = await device(pages);
  try {
    await spoil(other);
    return await other.evaluate(call);
  } finally {
    await other.close();
  }
}

const fullDisk = () =>
  inAnotherBrowser(
    async ({ chromium, evaluate }) => {
      const devtools = await chromium.page.createCDPSession();
      await devtools.send("Storage.overrideQuotaForOrigin", { origin: pages.origin, quotaSize: 3 << 20 });
      await evaluate(() => open({ mode: "local" }));
    },
    () => {
      const noise = Array.from({ length: 160 }, () => crypto.getRandomValues(new Uint8Array(1 << 16)));
      return outcome(store.savePdf("big", new Blob(noise)));
    },
  );

/** A user who lets no site keep anything. */
const noStorage = () =>
  inAnotherBrowser(
    async ({ chromium }) => {
      await chromium.kill();
      const file = path.join(chromium.profile, "Default/Preferences");
      const settings = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
      settings.profile = { ...settings.profile, default_content_setting_values: { cookies: 2 } };
      await writeFile(file, JSON.stringify(settings));
      await chromium.relaunch();
      await chromium.page.goto(`${pages.origin}/app.html`);
      await chromium.page.waitForFunction(() => globalThis.ready === true);
    },
    () => outcome(open({ mode: "local" })),
  );

async function corruptDownload() {
  await provoke(manual(remote.url), async () => {
    await store.sync();
    await store.clearLocal();
    await store.sync();
  });
  await remote.fault({ match: { path: "/resolve-cache/", method: "GET" }, corruptAt: 5 });
  return browser.evaluate(() => outcome(store.loadProject("a")));
}

async function newerDataset() {
  const commit = new URL(`/api/datasets/${DATASET}/commit/main`, remote.url);
  const content = JSON.stringify({ format: "hubstash", version: 99 });
  const lines = [
    { key: "header", value: { summary: "a newer app" } },
    { key: "file", value: { path: ".hubstash/format.json", content } },
  ];
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  const headers = { Authorization: "Bearer hf_write", "Content-Type": "application/x-ndjson" };
  ok((await fetch(commit, { method: "POST", headers, body })).ok);
  return syncing();
}

/**
 * How each code comes about, and the words of its message: what was wrong, and what to do. `status` where the Hub
 * answered.
 */
const CASES = {
  INVALID_ARGUMENT: [
    {
      run: () => local(() => outcome(store.saveProject({ name: "no id" }))),
      says: [/id/, /must|needs/],
    },
  ],
  INVALID_ID: [
    {
      run: () => local(() => outcome(store.loadProject("../x"))),
      says: [/reads as a path/, /Choose another id/],
    },
  ],
  TOO_LARGE: [
    {
      run: () => local(() => outcome(store.saveProject({ id: "big", text: "x".repeat(64 << 20) }))),
      says: [/"big" is larger than 64 MiB/, /smaller parts/],
    },
    {
      run: () => faulty({ match: { path: "/commit/" }, status: 413 }),
      status: 413,
      says: [/commit/, /smaller parts/],
    },
  ],
  NOT_FOUND: [
    {
      run: () => local(() => outcome(store.pdfs.evict("none"))),
      says: [/"none" is not on this device/, /list\(\)/],
    },
  ],
  ABORTED: [
    {
      run: () => provoke(manual(remote.url), () => outcome(store.sync({ signal: AbortSignal.abort() }))),
      says: [/AbortSignal/, /Nothing was changed/],
    },
  ],
  CLOSED: [
    {
      run: () => local(async () => (await store.close(), outcome(store.loadProject("a")))),
      says: [/closed/, /Open it again/],
    },
  ],
  BUSY: [
    {
      run: () =>
        local(async () => {
          // Somebody holds the databases, so that no call is answered.
          let isHeld = true;
          for (const { name } of await indexedDB.databases()) {
            if (!name.startsWith("/hubstash/local")) continue;
            const database = await new Promise((resolve) => {
              indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
            });
            const files = database.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
            const hold = () => void (isHeld ? (files.get("x").onsuccess = hold) : database.close());
            hold();
          }
          const calls = Array.from({ length: 4_200 }, () => outcome(store.projects.load("a")));
          const busy = await Promise.any(calls.map(async (call) => (await call).code ? call : Promise.reject()));
          isHeld = false;
          await Promise.all(calls);
          return busy;
        }),
      says: [/4096 calls wait/, /Await some/],
    },
  ],
  OFFLINE: [
    {
      run: async () => (await remote.stop(), syncing()),
      says: [/Could not .*no network/, /Try again later/],
    },
  ],
  TIMEOUT: [{ run: timeout, says: [/Could not .*no answer in time/, /Try again later/] }],
  UNAUTHORIZED: [
    {
      run: () => syncing({ token: "hf_old" }), status: 401,
      says: [/refused the token/, /Sign in again/],
    },
  ],
  FORBIDDEN: [
    { run: () => syncing({ token: "hf_read" }), status: 403, says: [/does not allow/, /token with write access/] },
  ],
  RATE_LIMITED: [{ run: () => faulty({ status: 429 }), status: 429, says: [/slow down/, /tried again later/] }],
  HUB_ERROR: [{ run: () => faulty({ status: 503 }), status: 503, says: [/the Hub failed/, /tried again later/] }],
  BAD_RESPONSE: [
    {
      run: () => faulty({ status: 200, html: "<h1>Sign in to the hotel's network</h1>" }),
      status: 200,
      says: [/answer/, /proxy|hubUrl/],
    },
  ],
  DATASET_NOT_FOUND: [
    {
      run: () => syncing({ dataset: "alice/none", createDataset: false }),
      status: 404,
      says: [/does not exist/, /Check the name, or allow createDataset/],
    },
  ],
  PUBLIC_DATASET: [
    {
      run: async () => {
        await remote.createDataset({ name: "open", private: false });
        return syncing({ dataset: "alice/open" });
      },
      says: [/Anyone can read the dataset alice\/open/, /Make it private, or open the store with allowPublic/],
    },
  ],
  CONFLICT: [
    { run: () => faulty({ match: { path: "/commit/" }, status: 412 }), says: [/committed/, /Nothing is lost.*later/] },
  ],
  UNSYNCED: [
    {
      run: () => provoke(manual(remote.url), () => outcome(store.clearLocal())),
      says: [/not on the Hub yet/, /Sync first/],
    },
  ],
  QUOTA_EXCEEDED: [{ run: fullDisk, says: [/storage is full/, /Free some space/] }],
  STORAGE_BLOCKED: [{ run: blocked, says: [/another tab holds it/, /Close the other tabs/] }],
  STORAGE_CORRUPT: [
    {
      run: async () => {
        await local(() => null);
        await change("/body/");
        return browser.evaluate(() => outcome(store.loadProject("a")));
      },
      says: [/body of "a" on this device is damaged/, /Save it again/],
    },
  ],
  STORAGE_UNAVAILABLE: [{ run: noStorage, says: [/database cannot be opened/, /Allow this site to keep data/] }],
  NEWER_FORMAT: [
    { run: newerDataset, says: [/layout version 99/, /Update the app/] },
    {
      run: async () => {
        await local(() => null);
        await change("/meta/", true);
        return browser.evaluate(() => outcome(store.loadProject("a")));
      },
      says: [/newer hubstash/, /Update the app/],
    },
  ],
  INTEGRITY: [{ run: corruptDownload, says: [/"a" that do not match their hash, twice/, /try again/] }],
  BAD_BACKUP: [
    {
      run: () => local(() => outcome(store.importBackup(new Blob(["no zip"])))),
      says: [/is not a zip/, /Nothing was changed\. Take another backup/],
    },
    {
      run: () =>
        local(async () => {
          const zip = await store.exportBackup();
          const bytes = new Uint8Array(await zip.arrayBuffer());
          bytes[60] ^= 1; // In the packed text of the only document.
          return outcome(store.importBackup(new Blob([bytes])));
        }),
      says: [/projects\/a\.json/, /Nothing was changed\. Take another backup/],
    },
  ],
  WORKER_DIED: [
    {
      run: () => opening({ mode: "local", workerUrl: `${pages.origin}/none.js` }),
      says: [/script could not be loaded/, /see workerUrl/],
    },
  ],
  INTERNAL: [
    {
      run: () =>
        local(() => {
          const options = {
            get signal() {
              throw new RangeError("what nobody foresaw");
            },
          };
          return outcome(store.sync(options));
        }),
      says: [/RangeError: what nobody foresaw/, /report/],
    },
  ],
};

test("the table has every code of errors.def, and no other", () => {
  deepStrictEqual(Object.keys(CASES).sort(), Object.keys(ERROR_CODES).sort());
});

for (const [code, cases] of Object.entries(CASES)) {
  for (const [index, { run, says, status = null }] of cases.entries()) {
    test(`${code}${index > 0 ? `, ${index + 1}` : ""}`, async () => {
      const result = await run();
      strictEqual(result.code, code, JSON.stringify(result));
      deepStrictEqual(
        { name: result.name, retry: result.retry, status: result.status, hasRequestId: result.requestId !== null },
        { name: "StoreError", retry: ERROR_CODES[code].retry, status, hasRequestId: status !== null },
        result.message,
      );
      for (const words of says) match(result.message, words);
    });
  }
}
