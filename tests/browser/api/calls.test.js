// Goal: aborts, progress, events, metrics and status of calls that move bytes, on the real module.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll, device, hub, manual, site } from "./support.js";

/** How long the Hub keeps an answer to itself. */
const WITHHELD_MS = 15_000;

let pages, remote, browser;
before(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  await browser.evaluate((options) => open(options), manual(remote.url));
});
after(() => closeAll(browser, remote, pages));

test("an aborted save rejects, leaves nothing, and the next one works", async () => {
  const { code, exists, size } = await browser.evaluate(async () => {
    const control = new AbortController();
    const saving = outcome(store.savePdf("big", new Uint8Array(30_000_000), { signal: control.signal }));
    control.abort();
    const { code: first } = await saving;
    const there = await store.pdfs.exists("big");
    await store.savePdf("big", new Uint8Array(3_000_000));
    return { code: first, exists: there, size: (await store.loadPdf("big")).size };
  });
  deepStrictEqual([code, exists, size], ["ABORTED", false, 3_000_000]);
});

test("a signal that was aborted before starts nothing", async () => {
  const codes = await browser.evaluate(async () => {
    const signal = AbortSignal.abort();
    const calls = [
      store.savePdf("never", new Uint8Array(5), { signal }),
      store.savePdf("never", new ReadableStream(), { signal }),
      store.loadPdf("big", { signal }),
      store.sync({ signal }),
    ];
    return [...(await Promise.all(calls.map(outcome))).map(({ code }) => code), await store.pdfs.exists("never")];
  });
  deepStrictEqual(codes, ["ABORTED", "ABORTED", "ABORTED", "ABORTED", false]);
});

test("an aborted sync rejects, and what was pending is sent by the next", async () => {
  await remote.fault({ match: { path: "/api/", method: ["GET", "POST"] }, delayMs: WITHHELD_MS, times: 1 });
  const { code, ms } = await browser.evaluate(async () => {
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    const began = performance.now();
    const { code: aborted } = await outcome(store.sync({ signal: control.signal }));
    return { code: aborted, ms: performance.now() - began };
  });
  strictEqual(code, "ABORTED");
  ok(ms < WITHHELD_MS, `${ms} ms: not before the Hub has answered`);
  await remote.heal();
  strictEqual((await browser.evaluate(() => store.sync())).pushed, 1);
});

test("progress grows to its total; a callback that throws harms nothing", async () => {
  const { saving, syncing, size } = await browser.evaluate(async () => {
    const seen = { saving: [], syncing: [] };
    await store.savePdf("other", crypto.getRandomValues(new Uint8Array(60_000)), {
      onProgress: (progress) => seen.saving.push(progress),
    });
    await store.sync({
      onProgress: (progress) => {
        seen.syncing.push(progress);
        throw new Error("the app's mistake");
      },
    });
    return { ...seen, size: (await store.loadPdf("other")).size };
  });
  strictEqual(size, 60_000);
  ok(
    syncing.some(({ phase }) => phase === "upload"),
    JSON.stringify(syncing),
  );
  for (const { phase, loaded, total } of [...saving, ...syncing]) {
    match(phase, /^(hash|store|upload|commit|download)$/);
    ok(loaded >= 0 && (total === null || loaded <= total));
  }
});

test("a later download tells its progress", async () => {
  const { seen, size } = await browser.evaluate(async () => {
    await store.pdfs.evict("big");
    const progress = [];
    const blob = await store.loadPdf("big", { onProgress: (step) => progress.push(step) });
    return { seen: progress, size: blob.size };
  });
  strictEqual(size, 3_000_000);
  ok(seen.length > 0 && seen.every(({ phase }) => phase === "download"), JSON.stringify(seen));
  strictEqual(seen.at(-1).loaded, 3_000_000);
});

test("saves and syncs are told by events", async () => {
  const events = await browser.evaluate(async () => {
    collect("change", "status");
    await store.saveProject({ id: "told" });
    await store.sync();
    await until(() => globalThis.events.some(({ type, detail }) => type === "status" && detail.synced));
    return globalThis.events;
  });
  deepStrictEqual(
    events.find(({ type }) => type === "change"),
    { type: "change", detail: { collection: "projects", ids: ["told"], source: "local" } },
  );
  const status = events.findLast(({ type }) => type === "status").detail;
  deepStrictEqual([status.pending, status.synced, status.partitioned], [0, true, false]);
  ok(status.usage.quotaBytes > 0);
});

test("a change is told to the other tabs of this browser, which read it", async () => {
  const tab = await browser.newTab();
  await tab.evaluate(async (more) => {
    await open(more);
    collect("change");
  }, manual(remote.url));
  await browser.evaluate(() => store.saveProject({ id: "from the first tab" }));
  const { event, loaded } = await tab.evaluate(async () => {
    await until(() => globalThis.events.length > 0);
    return { event: globalThis.events[0].detail, loaded: await store.loadProject("from the first tab") };
  });
  deepStrictEqual(event, { collection: "projects", ids: ["from the first tab"], source: "tab" });
  deepStrictEqual(loaded, { id: "from the first tab" });
  await tab.close();
});

test("status, persist and metrics are real", async () => {
  const { status, persisted, metrics } = await browser.evaluate(async () => ({
    status: await store.status(),
    persisted: await store.persist(),
    metrics: await store.metrics(),
  }));
  strictEqual(typeof persisted, "boolean");
  match(status.lastCommit, /^[0-9a-f]{40}$/);
  ok(Math.abs(status.lastSyncAt - Date.now()) < 60_000);
  ok(status.usage.usedBytes > 0);
  const { count, errors, p50, p95, max } = metrics.operations["save.pdf"];
  ok(count >= 4 && errors >= 1 && p50 > 0 && p50 <= p95 && p95 <= max, JSON.stringify(metrics.operations));
  deepStrictEqual(metrics.compression, { rawBytes: 0, storedBytes: 0 }, "no document was large enough");
  ok(metrics.network.requests > 0 && metrics.network.bytesSent > 3_000_000);
});
