// Medians and percentiles, against values worked out by hand: the verdicts rest on them.
import assert from "node:assert/strict";
import test from "node:test";
import { formatBytes, formatFactor, formatMs, formatSeconds } from "../../web/common/format.js";
import { median, percentile, summarise } from "../../web/bench/stats.js";

test("the median is the middle sample, or the mean of two", () => {
  assert.equal(median([5]), 5);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 6]), 5.5);
  assert.equal(median([100, 20, 3]), 20, "sorted as numbers, not as text");
});

test("a percentile is a sample that was measured", () => {
  const twenty = Array.from({ length: 20 }, (_, index) => 20 - index);
  assert.equal(percentile(twenty, 0.95), 19);
  assert.equal(percentile(twenty, 1), 20);
  assert.equal(percentile([3, 1, 2, 5, 4], 0.95), 5, "with five samples it is the largest");
  assert.equal(percentile([7], 0.5), 7);
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.equal(percentile(hundred, 0.95), 95);
});

test("without samples there are no statistics", () => {
  assert.throws(() => median([]), RangeError);
  assert.throws(() => percentile([], 0.95), RangeError);
  assert.throws(() => percentile([1], 0), RangeError);
  assert.throws(() => percentile([1], 1.1), RangeError);
});

test("a summary leaves its samples as they were", () => {
  const samples = [4, 2, 8];
  assert.deepEqual(summarise(samples), { count: 3, median: 4, p95: 8, p99: 8, min: 2, max: 8 });
  assert.deepEqual(samples, [4, 2, 8]);
});

test("numbers carry their unit, and change it where they should", () => {
  const cases = [
    [0, "0.0 ms"], [9.94, "9.9 ms"], [9.96, "10 ms"], [999.4, "999 ms"], [999.6, "1.00 s"], [12_345, "12.3 s"],
  ];
  for (const [ms, text] of cases) assert.equal(formatMs(ms), text);
  assert.equal(formatSeconds(40), "0.04 s");
  const sizes = [[999, "999 B"], [1000, "1.0 kB"], [9960, "10 kB"], [999_400, "999 kB"], [999_600, "1.0 MB"]];
  for (const [bytes, text] of sizes) assert.equal(formatBytes(bytes), text);
  assert.equal(formatFactor(1.57), "1.6");
  assert.equal(formatFactor(23.6), "24");
});
