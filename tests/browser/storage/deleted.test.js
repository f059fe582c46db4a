// Goal: whatever happens to the database while the store is open, the next call works on a fresh one or says by a code
// why not; what the Hub has comes back, and the app is told that the rest is gone.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual } from "../api/support.js";
import { faultyWorker, installHelpers, site } from "./support.js";

let pages, remote, browser;
before(async () => {
  pages = await site();
});
after(() => closeAll(pages));
beforeEach(async () => {
  remote = await hub();
  browser = await device(pages);
  await browser.evaluate(installHelpers);
});
afterEach(() => closeAll(browser, remote));

/** A store with one project and one PDF on the Hub, and one project that only this device has. */
async function filled(more) {
  await browser.evaluate(async (options) => {
    await globalThis.open(options);
    collect("error");
    await store.saveProject({ id: "a", n: 1 });
    await store.savePdf("p", noise(300_000));
    await store.sync();
    await store.saveProject({ id: "pending", n: 2 });
  }, manual(remote.url, more));
}

/** What the store does after its database has gone. */
const whatIsLeft = () =>
  browser.evaluate(async () => {
    const left = {
      a: (await outcome(store.loadProject("a"))).value,
      p: (await outcome(store.loadPdf("p"))).value?.size,
      pending: (await outcome(store.loadProject("pending"))).value,
      saved: (await outcome(store.saveProject({ id: "new", n: 3 }))).code ?? "ok",
      count: (await store.status()).pending,
      pushed: (await outcome(store.sync())).value?.pushed,
      projects: (await store.listProjects()).map(({ id, state }) => `${id} ${state}`),
      errors: events.map(({ detail }) => detail.code),
    };
    return left;
  });

const AFRESH = {
  a: { id: "a", n: 1 }, p: 300_000, pending: null, saved: "ok", count: 1, pushed: 1,
  projects: ["a synced", "new synced"], errors: ["STORAGE_UNAVAILABLE"],
};

test("the user deletes the site's data in mid-session", async () => {
  await filled();
  const devtools = await browser.chromium.page.createCDPSession();
  await devtools.send("Storage.clearDataForOrigin", { origin: pages.origin, storageTypes: "indexeddb" });
  deepStrictEqual(await whatIsLeft(), AFRESH);
});

test("another tab deletes the database", async () => {
  await filled();
  const tab = await browser.newTab();
  await tab.evaluate(installHelpers);
  strictEqual(await tab.evaluate(async () => {
    const request = indexedDB.deleteDatabase(await databaseName());
    return new Promise((resolve) => {
      request.onsuccess = () => resolve("deleted");
      request.onerror = () => resolve("failed");
      request.onblocked = () => resolve("blocked");
    });
  }), "deleted");
  deepStrictEqual(await whatIsLeft(), AFRESH);
});

test("the data goes while saves are running: each ends with success or a code, and the store goes on", async () => {
  await filled();
  const devtools = await browser.chromium.page.createCDPSession();
  const saving = browser.evaluate(async () => {
    const saves = [];
    for (let i = 0; i < 200; i++) {
      saves.push(outcome(store.saveProject({ id: `s${i}`, text: noiseText(2_000, i + 1) })));
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return [...new Set((await Promise.all(saves)).map(({ code }) => code ?? "ok"))];
  });
  await devtools.send("Storage.clearDataForOrigin", { origin: pages.origin, storageTypes: "indexeddb" });
  const codes = await saving;
  ok(codes.every((code) => ["ok", "STORAGE_UNAVAILABLE", "BUSY"].includes(code)), codes.join(" "));
  const later = await browser.evaluate(async () => {
    await store.saveProject({ id: "later" });
    const listed = (await store.listProjects()).filter(({ state }) => state === "pending").length;
    return { same: listed === (await store.status()).pending, later: await store.loadProject("later") };
  });
  deepStrictEqual(later, { same: true, later: { id: "later" } });
});

test("the browser closes the connection: nothing is lost and nobody notices", async () => {
  await filled({ workerUrl: faultyWorker() });
  const result = await browser.evaluate(async () => {
    await fault({ write: "close", times: 1 });
    const during = (await outcome(store.saveProject({ id: "during", n: 4 }))).code ?? "ok";
    return {
      during,
      again: (await outcome(store.saveProject({ id: "during", n: 5 }))).code ?? "ok",
      pending: await store.loadProject("pending"),
      value: await store.loadProject("during"),
      errors: events.length,
    };
  });
  ok(["ok", "STORAGE_UNAVAILABLE"].includes(result.during), result.during);
  deepStrictEqual({ ...result, during: "" }, {
    during: "", again: "ok", pending: { id: "pending", n: 2 }, value: { id: "during", n: 5 }, errors: 0,
  });
});

test("values whose files are gone come back from the Hub, or are STORAGE_CORRUPT", { timeout: 120_000 }, async () => {
  // Chromium keeps large values in files of their own; cleaning programs delete them.
  await browser.evaluate(async (options) => {
    await globalThis.open(options);
    await store.saveProject({ id: "large", text: noiseText(400_000, 5) });
    await store.savePdf("p", noise(500_000));
    await store.sync();
    await store.saveProject({ id: "mine", text: noiseText(400_000, 6) });
    await store.savePdf("mine", noise(500_000, 9));
    await store.saveProject({ id: "small", n: 1 });
    await store.close();
  }, manual(remote.url));
  await browser.chromium.browser.close();
  const folder = path.join(browser.chromium.profile, "Default/IndexedDB");
  const blobs = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.blob/.test(entry.parentPath))
    .map((entry) => path.join(entry.parentPath, entry.name));
  ok(blobs.length >= 4, `Chromium keeps them in files: ${blobs.length}`);
  for (const file of blobs) await rm(file);
  await browser.chromium.relaunch();
  await browser.reload();
  await browser.evaluate(installHelpers);
  const result = await browser.evaluate(async (options) => {
    await globalThis.open(options);
    const large = await outcome(store.loadProject("large"));
    const pdf = await outcome(store.loadPdf("p"));
    return {
      large: large.code ?? large.value.text === noiseText(400_000, 5),
      pdf: pdf.code ?? pdf.value.size,
      mine: (await outcome(store.loadProject("mine"))).code,
      minePdf: (await outcome(store.loadPdf("mine"))).code,
      small: (await outcome(store.loadProject("small"))).value?.n,
      listed: (await store.listProjects()).length,
      saved: (await outcome(store.saveProject({ id: "mine", text: "again" }))).code ?? "ok",
      mineNow: (await store.loadProject("mine")).text,
    };
  }, manual(remote.url));
  deepStrictEqual(result, {
    large: true, pdf: 500_000, mine: "STORAGE_CORRUPT", minePdf: "STORAGE_CORRUPT", small: 1, listed: 3, saved: "ok",
    mineNow: "again",
  });
});
