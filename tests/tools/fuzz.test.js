// What tools/fuzz.js says of a run is read off libFuzzer's output. Samples are what clang 14's prints.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crashPath, figures, summary } from "../../tools/fuzz/output.js";

const BEGIN = `INFO: Running with entropic power schedule (0xFF, 100).
INFO: seed corpus: files: 15 min: 8b max: 272b total: 811b rss: 38Mb
#16\tINITED cov: 2857 ft: 3460 corp: 14/799b exec/s: 0 rss: 41Mb
#2048\tpulse  cov: 2900 ft: 3600 corp: 20/1Kb lim: 272 exec/s: 512 rss: 42Mb
`;
const END = `#245617\tDONE   cov: 3332 ft: 9000 corp: 90/4Kb lim: 4096 exec/s: 7923 rss: 90Mb
Done 245617 runs in 31 second(s)
stat::number_of_executed_units: 245617
fuzzed_bytes: 24380771
`;
const CRASH = `hubstash: check failed: next != 0 (tests/fuzz/common/tab.cpp:223)
==1== ERROR: libFuzzer: deadly signal
artifact_prefix='/x/'; Test unit written to /x/engine-crash-59a0
stat::number_of_executed_units: 6856
`;

test("the figures of a run that came to its end", () => {
  const result = figures(BEGIN + END);
  assert.deepEqual(result, { executions: 245617, bytes: 24380771, corpus: 15, before: 2857, after: 3332 });
  assert.equal(crashPath(BEGIN + END), null);
  assert.equal(summary("calls", result),
    "calls    245617 executions, 24380771 bytes, corpus 15 inputs, coverage 2857 + 475 edges");
});

test("the figures of a run that found something, and where it lies", () => {
  assert.deepEqual(figures(BEGIN + CRASH), { executions: 6856, bytes: 0, corpus: 15, before: 2857, after: 2900 });
  assert.equal(crashPath(BEGIN + CRASH), "/x/engine-crash-59a0");
});

test("a program that did not even start has no figures", () => {
  assert.deepEqual(figures("sh: not found"), { executions: 0, bytes: 0, corpus: 0, before: 0, after: 0 });
});
