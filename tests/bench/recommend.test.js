// The thresholds and the three recommendations, as a table: what is measured, what is advised.
import assert from "node:assert/strict";
import test from "node:test";
import { recommend, verdictOf, verdictWords } from "../../web/bench/recommend.js";

const measured = (writeMs, readMs, more = {}) => ({ writeMs, readMs, dataset: "alice/notes", ...more });

test("the limits belong to the middle", () => {
  const rows = [
    ["write", 1999, "good"], ["write", 2000, "borderline"], ["write", 3000, "borderline"], ["write", 3001, "slow"],
    ["read", 999, "good"], ["read", 1000, "borderline"], ["read", 2000, "borderline"], ["read", 2001, "slow"],
  ];
  for (const [kind, ms, verdict] of rows) assert.equal(verdictOf(kind, ms), verdict, `${kind} ${ms}`);
  assert.equal(verdictWords("write", "slow"), "slow: use hybrid");
  assert.equal(verdictWords("read", "slow"), "slow: use a cache");
});

test("each measurement gets its recommendation", () => {
  const rows = [
    [100, 50, "dataset"],
    [1999, 999, "dataset"],
    [2000, 999, "hybrid"],
    [100, 1000, "hybrid"],
    [3001, 50, "hybrid"],
    [100, 9000, "hybrid"],
    [3000, 2001, "hybrid"],
    [3001, 2001, "hybrid-slow"],
    [6000, 50, "hybrid"],
    [6001, 50, "hybrid-slow"],
  ];
  for (const [writeMs, readMs, kind] of rows) {
    assert.equal(recommend(measured(writeMs, readMs)).kind, kind, `write ${writeMs}, read ${readMs}`);
  }
});

test("the settings are those of openStore", () => {
  const settingsOf = (writeMs, readMs) => recommend(measured(writeMs, readMs)).settings;
  assert.match(settingsOf(100, 50), /^const store = await openStore\(\{\n {2}dataset: "alice\/notes",\n/);
  assert.match(settingsOf(100, 50), /mode: "remote"/);
  assert.match(settingsOf(2500, 50), /mode: "hybrid",\n {2}sync: \{ idleMs: 30_000, maxWaitMs: 300_000 \}/);
  assert.match(settingsOf(9000, 50), /mode: "hybrid",\n {2}sync: \{ idleMs: 120_000, maxWaitMs: 900_000 \}/);
});

test("the words say what was measured and against which limit", () => {
  const { title, reasons } = recommend(measured(3400, 420));
  assert.equal(title, "Hybrid: save in the browser, commit in the background");
  assert.match(reasons[0], /takes 3\.40 s \(slow, above 3 s\) and reading 0\.42 s \(good, below 1 s\)/);
});

test("a good median with slow outliers is recommended with a warning", () => {
  const text = (more) => recommend(measured(1500, 500, more)).reasons.join(" ");
  assert.match(text({ writeP95Ms: 3500 }), /slowest rounds/);
  assert.doesNotMatch(text({ writeP95Ms: 2900, readP95Ms: 1900 }), /slowest rounds/);
});

test("compression is advised by what gzip makes of this very PDF", () => {
  const text = (pdf) => recommend(measured(9000, 3000, { pdf })).reasons.join(" ");
  assert.match(text({ size: 2_000_000, ratio: 0.97 }), /only 3 % off this PDF \(2\.0 MB\).*fewer or smaller images/);
  assert.match(text({ size: 2_000_000, ratio: 0.6 }), /40 % off this PDF.*CompressionStream/);
  assert.match(text({ size: 2_000_000, ratio: 1.01 }), /only 0 %/);
});

test("IndexedDB's figures are set beside when they were measured", () => {
  const text = (more) => recommend(measured(1500, 500, more)).reasons.join(" ");
  const factors = { write: 120.4, read: 3.21 };
  assert.match(text({ factors }), /120 times what IndexedDB takes to write, and 3\.2 times/);
  assert.doesNotMatch(text({}), /IndexedDB takes/);
});
