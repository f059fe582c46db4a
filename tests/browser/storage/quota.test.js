// Goal: a full disk has a name, stops nothing that can still be done, and passes. Method: Chromium with a real quota,
// which DevTools lowers, and the local Hub; everything through the public API.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual } from "../api/support.js";
import { installHelpers, setQuota, site } from "./support.js";

const MiB = 1 << 20;

let pages, remote, browser;
before(async () => {
  pages = await site();
});
after(() => closeAll(pages));
// A browser for each: Chromium remembers how much room an earlier transaction found.
beforeEach(async () => {
  remote = await hub();
  browser = await device(pages);
  await browser.evaluate(installHelpers);
});
afterEach(() => closeAll(browser, remote));

const quota = (bytes) => setQuota(browser.chromium.page, pages.origin, bytes);
const open = (more) => browser.evaluate((options) => globalThis.open(options), manual(remote.url, more));
const filesOnHub = async () => {
  const entries = await remote.request("/api/datasets/alice/notes/tree/main/pdfs?recursive=true");
  return entries.filter(({ type }) => type === "file");
};

test("pending saves fill the disk: the next one is QUOTA_EXCEEDED, and the push empties the queue", async () => {
  await quota(12 * MiB);
  await open();
  const filled = await browser.evaluate(() => fillWithPdfs(1 << 20));
  strictEqual(filled.code, "QUOTA_EXCEEDED");
  ok(filled.saved >= 4, `${filled.saved} saved`);
  const before = await browser.evaluate(async (count) => {
    const { pending, synced } = await store.status();
    const failed = `p${count}`;
    return {
      pending, synced, failed: await store.loadPdf(failed), listed: (await store.listPdfs()).length,
      again: (await outcome(store.savePdf("other", noise(1 << 20)))).code,
      update: (await outcome(store.savePdf("p0", noise(1 << 20, 99)))).code,
      p0: (await sha256(await store.loadPdf("p0"))) === (await sha256(new Blob([noise(1 << 20, 1)]))),
    };
  }, filled.saved);
  deepStrictEqual(before, {
    pending: filled.saved, synced: false, failed: null, listed: filled.saved, again: "QUOTA_EXCEEDED",
    update: "QUOTA_EXCEEDED", p0: true,
  });

  const synced = await browser.evaluate(() => outcome(store.sync()));
  strictEqual(synced.value?.pushed, filled.saved, JSON.stringify(synced));
  strictEqual((await filesOnHub()).length, filled.saved);
  const after = await browser.evaluate(async () => ({
    pending: (await store.status()).pending,
    saved: (await outcome(store.savePdf("new", noise(1 << 20, 77)))).code ?? "ok",
    evictions: (await store.metrics()).cache.evictions > 0,
    states: [...new Set((await store.listPdfs()).map(({ state }) => state))].sort(),
  }));
  deepStrictEqual(after, { pending: 0, saved: "ok", evictions: true, states: ["pending", "remote-only", "synced"] });
  const all = await browser.evaluate(async (count) => {
    const right = [];
    for (let i = 0; i < count; i++) {
      right.push((await sha256(await store.loadPdf(`p${i}`))) === (await sha256(new Blob([noise(1 << 20, i + 1)]))));
    }
    return right.every(Boolean);
  }, filled.saved);
  ok(all, "every PDF is whole, from here or from the Hub");
});

test("small documents fill the disk: deleting works, and saves work again", async () => {
  await quota(8 * MiB);
  await open();
  await browser.evaluate(() => until(async () => (await rawKeys()).includes("cache/reserve/1")));
  const filled = await browser.evaluate(() => fillWithProjects(20_000));
  strictEqual(filled.code, "QUOTA_EXCEEDED");
  const { pending, deleted, listed } = await browser.evaluate(async (count) => {
    const deleted = [];
    for (let i = 0; i < Math.min(10, count); i++) {
      deleted.push((await outcome(store.deleteProject(`d${i}`))).code ?? "ok");
    }
    return { pending: (await store.status()).pending, deleted, listed: (await store.listProjects()).length };
  }, filled.saved);
  deepStrictEqual([...new Set(deleted)], ["ok"]);
  strictEqual(listed, filled.saved - deleted.length);
  strictEqual(pending, listed);
  const synced = await browser.evaluate(() => outcome(store.sync()));
  strictEqual(synced.value?.pushed, listed, JSON.stringify(synced));
  strictEqual(await browser.evaluate(async () => (await store.status()).pending), 0);
});

test("a full disk of synced PDFs makes room by itself", async () => {
  await quota(16 * MiB);
  await open();
  // Rounds, so that all but the last are on the Hub.
  for (let i = 0; i < 24; i += 4) {
    const round = await browser.evaluate((from) => fillWithPdfs(1 << 20, from + 4, from), i);
    deepStrictEqual(round, { saved: 4, code: null });
    await browser.evaluate(() => store.sync());
  }
  const { evictions, cached, listed, right } = await browser.evaluate(async () => {
    const list = await store.listPdfs();
    return {
      evictions: (await store.metrics()).cache.evictions,
      cached: list.filter((item) => item.cached).length,
      listed: list.length,
      right: (await sha256(await store.loadPdf("p0"))) === (await sha256(new Blob([noise(1 << 20, 1)]))),
    };
  });
  strictEqual(listed, 24);
  ok(evictions >= 24 - 16 && cached <= 16, `${evictions} evictions, ${cached} cached`);
  ok(right, "the first one comes back from the Hub");
});

test("evict() makes room on a full disk", async () => {
  await quota(12 * MiB);
  await open({ cache: { maxBytes: 1 << 30 } });
  await browser.evaluate(async () => {
    await fillWithPdfs(1 << 20, 4);
    await store.sync();
  });
  const filled = await browser.evaluate(() => fillWithPdfs(1 << 20, 1000, 4));
  strictEqual(filled.code, "QUOTA_EXCEEDED");
  // All four synced ones have made way for what is pending.
  deepStrictEqual(await browser.evaluate(async () => (await store.listPdfs()).filter((i) => i.state === "synced")), []);
  const codes = await browser.evaluate(async () => {
    await store.sync();
    const evicted = (await outcome(store.pdfs.evict("p4"))).code ?? "ok";
    return [evicted, (await outcome(store.savePdf("p4", noise(1 << 20, 1234)))).code ?? "ok"];
  });
  deepStrictEqual(codes, ["ok", "ok"]);
});

test("a device without room for anything loads from the Hub", async () => {
  await open();
  await browser.evaluate(async () => {
    await store.saveProject({ id: "a", n: 1 });
    await store.savePdf("p", noise(100_000));
    await store.sync();
    await store.close();
  });
  const other = await device(pages);
  try {
    await other.evaluate(installHelpers);
    await setQuota(other.chromium.page, pages.origin, 100_000);
    const result = await other.evaluate(async (options) => {
      await globalThis.open(options);
      return {
        a: await store.loadProject("a"),
        p: (await store.loadPdf("p")).size,
        none: await store.loadProject("none"),
        big: (await outcome(store.savePdf("q", noise(1 << 20)))).code,
      };
    }, manual(remote.url));
    deepStrictEqual(result, { a: { id: "a", n: 1 }, p: 100_000, none: null, big: "QUOTA_EXCEEDED" });
  } finally {
    await other.close();
  }
});

test("a full disk can be opened again, read, synced and freed", async () => {
  await quota(12 * MiB);
  await open();
  const { saved } = await browser.evaluate(() => fillWithPdfs(1 << 20));
  await browser.reload();
  await browser.evaluate(installHelpers);
  await open();
  const { pending, first, pushed } = await browser.evaluate(async () => ({
    pending: (await store.status()).pending,
    first: (await sha256(await store.loadPdf("p0"))) === (await sha256(new Blob([noise(1 << 20, 1)]))),
    pushed: (await store.sync()).pushed,
  }));
  deepStrictEqual({ pending, first, pushed }, { pending: saved, first: true, pushed: saved });
});
