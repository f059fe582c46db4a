// Goal: cache.maxBytes holds, the least recently used bodies go first, also after a restart, and evicted items come
// back; metrics() tells. Method: real browser, real IndexedDB, local Hub, public API.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll, device, hub, manual } from "../api/support.js";
import { faultyWorker, installHelpers, site } from "./support.js";

const MiB = 1 << 20;

let pages, remote, browser;
before(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  await browser.evaluate(installHelpers);
});
after(() => closeAll(browser, remote, pages));

const open = (more) => browser.evaluate((options) => globalThis.open(options), manual(remote.url, more));
const cached = () =>
  browser.evaluate(async () => (await store.listPdfs()).filter((i) => i.cached).map(({ id }) => id).join(" "));
const untilCached = (count) =>
  browser.evaluate(
    (want) => until(async () => (await store.listPdfs()).filter((i) => i.cached).length <= want),
    count,
  );
const reopen = async (more) => {
  await browser.evaluate(() => store.close());
  await browser.reload();
  await browser.evaluate(installHelpers);
  await open(more);
};

test("above maxBytes the least recently used bodies go, over a restart too", { timeout: 120_000 }, async () => {
  await open({ cache: { maxBytes: 8 * MiB } });
  await browser.evaluate(async () => {
    await fillWithPdfs(1 << 20, 7);
    await store.sync();
    await store.loadPdf("p0"); // Used after the others were saved.
  });
  strictEqual(await cached(), "p0 p1 p2 p3 p4 p5 p6");
  await reopen({ cache: { maxBytes: 8 * MiB } });
  await browser.evaluate(async () => {
    await fillWithPdfs(1 << 20, 9, 7);
    await store.sync();
  });
  await untilCached(7);
  strictEqual(await cached(), "p0 p3 p4 p5 p6 p7 p8");
  const result = await browser.evaluate(async () => {
    const states = Object.fromEntries((await store.listPdfs()).map(({ id, state }) => [id, state]));
    const back = (await sha256(await store.loadPdf("p1"))) === (await sha256(new Blob([noise(1 << 20, 2)])));
    await store.loadPdf("p1");
    await store.loadPdf("p8");
    return { p1: states.p1, p0: states.p0, back, cache: (await store.metrics()).cache };
  });
  deepStrictEqual(result, {
    p1: "remote-only", p0: "synced", back: true, cache: { hits: 2, misses: 1, evictions: 2, memoryBytes: 0 },
  });
  ok((await browser.evaluate(() => rawKeys())).some((key) => key.startsWith("cache/use/")), "uses are written down");
});

test("a lower bound holds after the next open, and what is pending stays", { timeout: 120_000 }, async () => {
  await browser.evaluate(async () => {
    await store.savePdf("mine", noise(1 << 20, 500));
  });
  await reopen({ cache: { maxBytes: 0 } });
  await untilCached(1);
  strictEqual(await cached(), "mine");
  const mine = await browser.evaluate(async () => (await sha256(await store.loadPdf("mine"))) ===
    (await sha256(new Blob([noise(1 << 20, 500)]))));
  ok(mine);
});

test("without maxBytes the bound is 80 % of the quota", { timeout: 120_000 }, async () => {
  await browser.evaluate(() => store.close());
  const fresh = await device(pages);
  try {
    await fresh.evaluate(installHelpers);
    const counts = await fresh.evaluate(async (options) => {
      await globalThis.open(options);
      await fillWithPdfs(3 << 20, 10); // 30 of 32 MiB
      await store.sync();
      const before = (await store.listPdfs()).filter((i) => i.cached).length;
      await store.savePdf("last", noise(3 << 20, 99));
      await store.sync();
      await until(async () => (await store.metrics()).cache.evictions > 0);
      const after = (await store.listPdfs()).filter((i) => i.cached).length;
      return [before, after];
    }, manual(remote.url, { prefix: "eighty", workerUrl: faultyWorker({ quota: 40 * MiB }) }));
    strictEqual(counts[0], 10);
    ok(counts[1] <= 9, `${counts[1]} bodies of 3 MiB are left`); // 28.8 MiB, the low-water mark
  } finally {
    await fresh.close();
  }
});
