// Goal: a worker that is gone is noticed, one that is only busy or frozen is not. Time runs as the test tells it.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Liveness } from "../../web/src/liveness.js";

const PING_MS = 5_000;

/** A watch over a worker that answers as long as `answers()`. */
function watch(t, { answers = () => true, locks = null } = {}) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const seen = { pings: 0, deaths: [] };
  const ping = () => {
    seen.pings += 1;
    if (answers()) liveness.answered();
  };
  const liveness = new Liveness({ ping, locks, onDeath: (reason) => seen.deaths.push(reason) });
  t.after(() => liveness.stop());
  return { seen, liveness, pass: (ms) => t.mock.timers.tick(ms) };
}

/** Locks of which one is held until `release()`. */
function fakeLocks() {
  const locks = {
    request: (name, { signal }, callback) =>
      new Promise((resolve, reject) => {
        locks.asked = name;
        locks.release = () => resolve(callback());
        locks.refuse = reject;
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  return locks;
}

test("without locks: a worker that answers lives for hours", (t) => {
  const { seen, pass } = watch(t);
  pass(3 * 3_600_000);
  strictEqual(seen.pings, 2160);
  deepStrictEqual(seen.deaths, []);
});

test("without locks: one that is busy for 50 s and then answers lives", (t) => {
  let busy = false;
  const { seen, pass } = watch(t, { answers: () => !busy });
  for (let i = 0; i < 10; i++) {
    busy = true;
    pass(50_000);
    busy = false;
    pass(PING_MS);
  }
  deepStrictEqual(seen.deaths, []);
});

test("without locks: one that has not answered for a minute is dead, and that is told once", (t) => {
  const { seen, pass } = watch(t, { answers: () => false });
  pass(60_000);
  deepStrictEqual(seen.deaths, []);
  pass(PING_MS);
  deepStrictEqual(seen.deaths, ["it does not answer"]);
  pass(600_000);
  strictEqual(seen.deaths.length, 1);
});

test("with locks: the page waits for the worker's lock instead, and gets it when the worker is gone", async (t) => {
  const locks = fakeLocks();
  const { seen, liveness, pass } = watch(t, { answers: () => false, locks });
  liveness.held();
  strictEqual(locks.asked, liveness.lockName);
  pass(24 * 3_600_000);
  deepStrictEqual(seen, { pings: 0, deaths: [] });
  locks.release();
  deepStrictEqual(seen.deaths, ["the browser ended it"]);
});

test("with locks that the page may not have, it asks again", async (t) => {
  const locks = fakeLocks();
  const { seen, liveness, pass } = watch(t, { locks });
  liveness.held();
  locks.refuse(new Error("SecurityError"));
  await new Promise((resolve) => setImmediate(resolve));
  pass(PING_MS);
  strictEqual(seen.pings, 1);
});

test("after stop neither the lock nor silence tells anything", async (t) => {
  const locks = fakeLocks();
  const { seen, liveness, pass } = watch(t, { answers: () => false, locks });
  liveness.held();
  liveness.stop();
  locks.release();
  await new Promise((resolve) => setImmediate(resolve));
  pass(3_600_000);
  deepStrictEqual(seen, { pings: 0, deaths: [] });
});

test("no two watches share a lock, and without locks there is none", (t) => {
  const names = [fakeLocks(), fakeLocks(), null].map((locks) => {
    const liveness = new Liveness({ ping: () => {}, onDeath: () => {}, locks });
    t.after(() => liveness.stop());
    return liveness.lockName;
  });
  strictEqual(new Set(names).size, 3);
  strictEqual(names[2], null);
});
