// Goal: a browser that gives no storage, or not now, is an error with a name, and never a store in memory; what passes
// by itself is waited for; and each code of local storage can be met through the public API.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual } from "../api/support.js";
import { launch } from "../harness/browser.js";
import { faultyWorker, installHelpers, site } from "./support.js";

let pages, browser;
before(async () => {
  pages = await site();
  browser = await device(pages);
});
after(() => closeAll(browser, pages));
let prefixes = 0;
let prefix;
beforeEach(async () => {
  prefix = `test${++prefixes}`; // A database of its own.
  await browser.reload();
  await browser.evaluate(installHelpers);
});

/** Waits until the page has no worker any more; the test ends by time where one stays. */
async function noWorker(page) {
  while (page.workers().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Nothing in memory: what is loaded is what is stored. */
const local = (more) => ({ mode: "local", prefix, cache: { memoryBytes: 0 }, ...more });
const opened = (rule, page = browser.chromium.page) =>
  page.evaluate(async (options) => outcome(open(options).then(() => "open")),
    local({ workerUrl: faultyWorker(rule) }));

for (const name of ["throws SecurityError", "throws InvalidStateError", "SecurityError", "InvalidStateError"]) {
  test(`indexedDB.open: ${name} is STORAGE_UNAVAILABLE, and no store in memory`, { timeout: 30_000 }, async () => {
    const { code, message, retry } = await opened({ open: name });
    strictEqual(code, "STORAGE_UNAVAILABLE");
    strictEqual(retry, "after-user");
    match(message, new RegExp(name.replace("throws ", "")));
    // There is no store that could hold anything: no worker, no database, and a second attempt fails alike.
    strictEqual(await browser.evaluate(() => typeof globalThis.store), "undefined");
    await noWorker(browser.chromium.page);
    strictEqual((await opened({ open: name })).code, "STORAGE_UNAVAILABLE");
    strictEqual(await browser.evaluate((end) => databaseName(end), prefix), null);
  });
}

test("an internal error of the browser at open is tried again, and given up by name", async () => {
  deepStrictEqual(await opened({ open: "UnknownError", times: 2 }), { value: "open" });
  const { code, message } = await opened({ open: "UnknownError" });
  strictEqual(code, "STORAGE_UNAVAILABLE");
  match(message, /UnknownError/);
});

test("storage that can be read but not written is refused at open", async () => {
  deepStrictEqual(await opened({}), { value: "open" }); // The database exists.
  await browser.evaluate(() => store.close());
  const { code, message } = await opened({ write: "request UnknownError" });
  strictEqual(code, "STORAGE_UNAVAILABLE");
  match(message, /cannot be written/);
});

for (const [how, expected] of [
  ["request QuotaExceededError", "QUOTA_EXCEEDED"],
  ["abort QuotaExceededError", "QUOTA_EXCEEDED"],
  ["request UnknownError", "STORAGE_UNAVAILABLE"],
  ["abort UnknownError", "STORAGE_UNAVAILABLE"],
  ["plain abort", "STORAGE_UNAVAILABLE"],
  ["request DataError", "STORAGE_CORRUPT"],
]) {
  test(`a transaction that ends with "${how}" is ${expected}, and nothing of it is there`, async () => {
    const result = await browser.evaluate(async (options, write) => {
      await open(options);
      await store.saveProject({ id: "a", n: 1 });
      await fault({ write });
      const codes = [];
      codes.push((await outcome(store.saveProject({ id: "a", n: 2 }))).code);
      codes.push((await outcome(store.savePdf("p", noise(3 << 20)))).code);
      codes.push((await outcome(store.savePdf("staged", noise(18 << 20)))).code);
      await fault({});
      return {
        codes, a: (await store.loadProject("a")).n, pdfs: await store.listPdfs(),
        leftovers: (await rawKeys(options.prefix)).filter((key) => /^(body\/pdfs\/|stage\/)/.test(key)),
        after: (await outcome(store.saveProject({ id: "a", n: 3 }))).code ?? "ok",
      };
    }, local({ workerUrl: faultyWorker() }), how);
    deepStrictEqual(result, { codes: [expected, expected, expected], a: 1, pdfs: [], leftovers: [], after: "ok" });
  });
}

test("a browser that blocks site data refuses by itself: STORAGE_UNAVAILABLE", { timeout: 60_000 }, async () => {
  const blocked = await launch();
  try {
    await blocked.browser.close();
    await mkdir(path.join(blocked.profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    await writeFile(path.join(blocked.profile, "Default/Preferences"), JSON.stringify(preferences));
    await blocked.relaunch();
    await blocked.page.goto(`${pages.origin}/app.html`);
    await blocked.page.waitForFunction(() => globalThis.ready === true);
    const result = await blocked.page.evaluate(async () => {
      const first = await outcome(open({ mode: "local" }));
      const second = await outcome(open({ mode: "local" }));
      return { code: first.code, second: second.code, store: typeof globalThis.store };
    });
    deepStrictEqual(result, { code: "STORAGE_UNAVAILABLE", second: "STORAGE_UNAVAILABLE", store: "undefined" });
    await noWorker(blocked.page);
  } finally {
    await blocked.close();
  }
});

test("a private window works, with a quota of its own, and its status does not promise more", async () => {
  const remote = await hub();
  const context = await browser.chromium.browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(`${pages.origin}/app.html`);
    await page.waitForFunction(() => globalThis.ready === true);
    await page.evaluate(installHelpers);
    const result = await page.evaluate(async (options) => {
      await open(options);
      await store.saveProject({ id: "a", n: 1 });
      const { pending, synced, persisted, usage } = await store.status();
      const asked = await store.persist();
      return { pending, synced, persisted, asked, quota: usage.quotaBytes > 0, a: await store.loadProject("a") };
    }, manual(remote.url));
    strictEqual(result.asked, (await page.evaluate(() => navigator.storage.persisted())));
    deepStrictEqual({ ...result, asked: 0 },
      { pending: 1, synced: false, persisted: false, asked: 0, quota: true, a: { id: "a", n: 1 } });
    // It shares nothing with the ordinary window.
    const outside = await browser.evaluate(async (options) => {
      await open(options);
      return store.listProjects();
    }, manual(remote.url));
    deepStrictEqual(outside, []);
  } finally {
    await context.close();
    await remote.close();
  }
});

test("persist() tells what the browser says", async () => {
  const { asked, persisted, browsers } = await browser.evaluate(async (options) => {
    await open(options);
    return {
      asked: await store.persist(),
      persisted: (await store.status()).persisted,
      browsers: await navigator.storage.persisted(),
    };
  }, local());
  deepStrictEqual([asked, persisted], [browsers, browsers]);
  const context = browser.chromium.browser.defaultBrowserContext();
  await context.overridePermissions(pages.origin, ["persistent-storage"]);
  const granted = await browser.evaluate(async () => [await store.persist(), (await store.status()).persisted]);
  await context.clearPermissionOverrides();
  deepStrictEqual(granted, [true, true]);
});

test("a database that another program of this origin holds is STORAGE_BLOCKED, and opens when it lets go", async () => {
  const result = await browser.evaluate(async (options) => {
    // An older version, held by somebody who does not listen.
    const held = await rawOpen(`/hubstash/local/at/${options.prefix}`, 1);
    const { code, retry } = await outcome(open(options));
    held.close();
    return { code, retry, then: (await outcome(open(options))).code ?? "ok" };
  }, local());
  deepStrictEqual(result, { code: "STORAGE_BLOCKED", retry: "later", then: "ok" });
});

test("a database of a newer version is NEWER_FORMAT, and stays as it is", async () => {
  const result = await browser.evaluate(async (options) => {
    const name = `/hubstash/local/at/${options.prefix}`;
    (await rawOpen(name, 99)).close();
    const { code } = await outcome(open(options));
    const version = (await indexedDB.databases()).find((db) => db.name === name).version;
    return { code, version };
  }, local());
  deepStrictEqual(result, { code: "NEWER_FORMAT", version: 99 });
});

test("a record of a newer version is NEWER_FORMAT to whoever reads or replaces it", async () => {
  const result = await browser.evaluate(async (options) => {
    await open(options);
    await store.saveProject({ id: "a", n: 1 });
    const changed = await rawChange("meta/projects/a", (bytes) => {
      bytes[3] = 9;
      // The version is believed only when the checksum holds: CRC-32 of all but itself (docs/FORMATS.md).
      let crc = ~0;
      for (const byte of [...bytes.slice(0, 20), ...bytes.slice(24)]) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
      }
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(20, ~crc, true);
      return bytes;
    }, options.prefix);
    return { changed, codes: [(await outcome(store.loadProject("a"))).code,
      (await outcome(store.saveProject({ id: "a", n: 2 }))).code] };
  }, local());
  deepStrictEqual(result, { changed: 1, codes: ["NEWER_FORMAT", "NEWER_FORMAT"] });
});

const DAMAGES = {
  "a flipped bit in the body": ["body/projects/a", "flip"],
  "a cut body": ["body/projects/a", "cut"],
  "a flipped bit in the record": ["meta/projects/a", "flip"],
  "a record without a byte": ["meta/projects/a", "empty"],
};
for (const [what, [part, kind]] of Object.entries(DAMAGES)) {
  test(`${what} is STORAGE_CORRUPT where only this device has it, and the next save mends it`, async () => {
    const result = await browser.evaluate(async (options, where, damage) => {
      await open(options);
      await store.saveProject({ id: "a", n: 1 });
      const changes = {
        flip: (bytes) => bytes.map((byte, i) => (i === bytes.length - 2 ? byte ^ 1 : byte)),
        cut: (bytes) => bytes.slice(0, -1),
        empty: () => new Uint8Array(0),
      };
      await rawChange(where, changes[damage], options.prefix);
      const read = (await outcome(store.loadProject("a"))).code;
      const saved = (await outcome(store.saveProject({ id: "a", n: 2 }))).code ?? "ok";
      return { read, saved, n: (await store.loadProject("a")).n };
    }, local(), part, kind);
    deepStrictEqual(result, { read: "STORAGE_CORRUPT", saved: "ok", n: 2 });
  });
}
