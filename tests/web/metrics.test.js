// Goal: metrics say what was measured, of failures too, with memory that does not grow.
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Recorder, SAMPLES, operationName } from "../../web/src/metrics.js";

/** A recorder whose operations take as long as they are told. */
function recorder(onMetric) {
  let now = 0;
  const metrics = new Recorder(onMetric, () => now);
  const take = (ms, fail = false) =>
    metrics.time("sync", async () => {
      now += ms;
      if (fail) throw new Error("no");
      return ms;
    });
  return { metrics, take };
}

test("percentiles, maximum and total of a known series", async () => {
  const { metrics, take } = recorder();
  for (let ms = 100; ms >= 1; ms--) strictEqual(await take(ms), ms);
  deepStrictEqual(metrics.operations(), { sync: { count: 100, errors: 0, p50: 50, p95: 95, max: 100, totalMs: 5050 } });
});

test("one sample is every percentile; failures are counted and passed on", async () => {
  const { metrics, take } = recorder();
  await rejects(take(7, true), { message: "no" });
  deepStrictEqual(metrics.operations(), { sync: { count: 1, errors: 1, p50: 7, p95: 7, max: 7, totalMs: 7 } });
});

test("percentiles are of late, count and maximum of all", async () => {
  const { metrics, take } = recorder();
  await take(1000);
  for (let i = 0; i < SAMPLES; i++) await take(1);
  const { count, p95, max, totalMs } = metrics.operations().sync;
  deepStrictEqual({ count, p95, max, totalMs }, { count: SAMPLES + 1, p95: 1, max: 1000, totalMs: 1000 + SAMPLES });
});

test("onMetric gets each operation, and may throw", async (t) => {
  globalThis.reportError = t.mock.fn();
  t.after(() => delete globalThis.reportError);
  const seen = [];
  const { take } = recorder((metric) => {
    seen.push(metric);
    throw new Error("the app's");
  });
  strictEqual(await take(3), 3);
  deepStrictEqual(seen, [{ operation: "sync", ms: 3, ok: true }]);
  strictEqual(globalThis.reportError.mock.callCount(), 1);
});

test("names of operations", () => {
  deepStrictEqual(
    ["projects", "pdfs", "notes"].map((name) => operationName("save", name)),
    ["save.project", "save.pdf", "save.notes"],
  );
});
