// The counts behind "N passed, N failed" are read off the runners' output. Samples are what the runners really print.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catchCounts, table, tapCounts } from "../../tools/testing/counts.js";

test("Catch2: all passed", () => {
  const line = "===\nAll tests passed (1204 assertions in 31 test cases)\n";
  assert.deepEqual(catchCounts(line), { passed: 31, failed: 0, skipped: 0 });
  assert.deepEqual(catchCounts("All tests passed (1 assertion in 1 test case)"), { passed: 1, failed: 0, skipped: 0 });
});

test("Catch2: some failed, in the columns of version 2 and of version 3", () => {
  const two = "test cases:  3 |  1 passed |  2 failed\nassertions: 10 | 8 passed | 2 failed\n";
  assert.deepEqual(catchCounts(two), { passed: 1, failed: 2, skipped: 0 });
  const three = "test cases: 4 | 2 passed | 1 failed | 1 skipped\nassertions: 9 | 8 passed | 1 failed\n";
  assert.deepEqual(catchCounts(three), { passed: 2, failed: 1, skipped: 1 });
});

test("Catch2: a crash is a failure, and nothing is nothing", () => {
  assert.deepEqual(catchCounts("AddressSanitizer: heap-use-after-free"), { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(catchCounts("No tests ran"), { passed: 0, failed: 0, skipped: 0 });
});

test("node: the closing lines of TAP; cancelled tests failed; a run that was cut off failed", () => {
  const tap = "1..2\n# tests 7\n# suites 0\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 1\n";
  assert.deepEqual(tapCounts(tap), { passed: 3, failed: 2, skipped: 2 });
  assert.deepEqual(tapCounts("TAP version 13\nok 1 - a\n"), { passed: 0, failed: 1, skipped: 0 });
});

test("the table has a line for each suite", () => {
  const lines = table([
    { name: "unit", counts: { passed: 12, failed: 0, skipped: 0 }, seconds: 1.25 },
    { name: "browser", counts: null, seconds: 0, note: "MISSING" },
  ]).split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[1], /^unit +12 +12 +0 +0 +1\.3$/);
  assert.match(lines[2], /^browser +0 +0 +0 +0 +0\.0 +MISSING$/);
});
