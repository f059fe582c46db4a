// The cap on Hub calls: estimated before a run, refused when it would not fit, and enforced request by request.
import assert from "node:assert/strict";
import test from "node:test";
import { Budget, CAP, CapError, RESERVE } from "../../../web/bench/budget.js";
import { estimateFor, estimateWords, overCapWords } from "../../../web/bench/estimate.js";
import { USUAL } from "../../../web/bench/matrix.js";

const PICKED_BYTES = 1_000_000;
const chosen = (contenders, more = {}) => ({ ...USUAL, contenders, ...more });

test("the cap is far below what the Hub allows: 128 commits an hour, 1,000 requests in five minutes", () => {
  assert.ok(CAP.commits <= 128 / 3 && CAP.requests <= 1000 / 5);
});

test("the estimate counts commits exactly and says the bytes", () => {
  const estimate = estimateFor(chosen(["indexeddb", "dataset"]), 5, PICKED_BYTES);
  assert.equal(estimate.commits, 2 * 6 + 2);
  assert.equal(estimate.overCap, false);
  assert.equal(estimate.bytes, 6 * (PICKED_BYTES + 100_000));
  const words = estimateWords(estimate, 5, false);
  assert.match(words, /^One warm-up and 5 rounds, 48 steps: about 6\.6 MB each way, 14 commits and \d+ requests/);
  assert.match(words, /never makes more than 40 and 200\.$/);
});

test("what stays in the browser costs nothing on the Hub, however large", () => {
  const everything = { pdfs: ["pdf-40MB"], projects: ["project-40MB"], items: [0, 1000] };
  const estimate = estimateFor(chosen(["indexeddb", "raw", "dexie"], everything), 100, PICKED_BYTES);
  assert.deepEqual([estimate.commits, estimate.requests, estimate.overCap], [0, 0, false]);
  assert.match(estimateWords(estimate, 100, false), /nothing of it on the Hub/);
});

test("more than the cap is refused, with the number of rounds that fit", () => {
  const estimate = estimateFor(chosen(["dataset"]), 25, PICKED_BYTES);
  assert.ok(estimate.overCap);
  assert.ok(estimate.roundsThatFit >= 5 && estimate.roundsThatFit < 25);
  assert.equal(estimateFor(chosen(["dataset"]), estimate.roundsThatFit, PICKED_BYTES).overCap, false);
  assert.match(overCapWords(estimate), new RegExp(`at most ${estimate.roundsThatFit} rounds fit`));
});

test("where not even one round fits, other advice is given", () => {
  const all = { temperatures: ["warm", "cold"], items: [0, 1000] };
  const estimate = estimateFor(chosen(["dataset", "hubstash", "huggingface-hub"], all), 1, PICKED_BYTES);
  assert.equal(estimate.roundsThatFit, 0);
  assert.match(overCapWords(estimate), /Choose fewer stores, sizes or settings\.$/);
});

test("each request takes from the cap, and the first that does not fit ends the run", () => {
  const budget = new Budget({ requests: 10, commits: 3 }, { requests: 4, commits: 1 });
  const told = [];
  budget.onRefusal = (error) => told.push(error);
  assert.ok(budget.take({ commit: true }) && budget.take({ commit: true }));
  assert.equal(budget.take({ commit: true }), false, "one commit is kept back");
  for (let i = 0; i < 4; i++) assert.ok(budget.take({ commit: false }));
  assert.equal(budget.take({ commit: false }), false, "four requests are kept back");
  assert.deepEqual(budget.used, { requests: 6, commits: 2 }, "what was refused was not made");
  assert.equal(told.length, 1);
  assert.ok(told[0] instanceof CapError);
});

test("what was kept back is there for cleaning up, and ends too", () => {
  const budget = new Budget({ requests: 3, commits: 2 }, { requests: 2, commits: 1 });
  assert.ok(budget.take({ commit: true }));
  assert.equal(budget.take({ commit: false }), false);
  budget.cleaning = true;
  assert.ok(budget.take({ commit: true }));
  assert.equal(budget.take({ commit: true }), false);
  assert.ok(budget.take({ commit: false }));
  assert.equal(budget.take({ commit: false }), false);
  assert.ok(RESERVE.commits >= 4 && RESERVE.commits < CAP.commits / 2);
});
