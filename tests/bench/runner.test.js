// The order of the steps, what counts, what is checked, and that whatever was written is removed however a run ends.
import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../../web/bench/random.js";
import { REPEATS, StepError, runBenchmark } from "../../web/bench/runner.js";
import { schedule } from "../../web/bench/schedule.js";
import { hashBytes, hashProject, workload } from "../../web/bench/workload.js";
import { FakeContender } from "./support/fake-contender.js";

const PDF = new TextEncoder().encode("%PDF-1.4 and so on");
const KEYS = ["writePdf", "readPdf", "writeProject", "readProject"];
const LOADS = [{ key: "pdf-picked", kind: "pdf", bytes: null }, { key: "project-2kB", kind: "project", bytes: 2_000 }];
const named = (...names) => names.map((name) => ({ name }));
const stepsFor = (contenders, rounds, warmUps, seed) =>
  schedule({ contenders, loads: LOADS, rounds, warmUps }, seededRandom(seed));

function run(clock, contenders, more = {}) {
  return runBenchmark({
    contenders,
    steps: stepsFor(contenders, 3, 1, 1),
    cold: false,
    fillers: [],
    dataFor: workload({ pdf: PDF, id: "p1", run: "run-1", seed: 7 }),
    now: () => clock.now,
    hashBytes,
    hashProject,
    ...more,
  });
}

test("contenders take turns at each operation, in both orders, and reads follow their writes", () => {
  const steps = stepsFor(named("a", "b"), 20, 1, 3);
  assert.equal(steps.length, 21 * 4 * 2);
  const firsts = new Set();
  for (let at = 0; at < steps.length; at += 2) {
    const [one, two] = steps.slice(at, at + 2);
    assert.deepEqual([one.round, one.operation], [two.round, two.operation]);
    assert.notEqual(one.contender, two.contender);
    assert.equal(one.operation, KEYS[(at / 2) % 4]);
    assert.equal(one.warmUp, one.round === 0);
    firsts.add(one.contender);
  }
  assert.deepEqual([...firsts].sort(), ["a", "b"]);
  assert.deepEqual(stepsFor(named("a", "b"), 20, 1, 3), steps, "the same seed gives the same order");
});

test("the warm-up is done and not counted", async () => {
  const clock = { now: 0 };
  const slowFirst = new FakeContender("a", clock, (call, count) => (call === "writePdf" && count === 1 ? 500 : 10));
  const { samples, verified, leftovers } = await run(clock, [slowFirst]);
  const timesOf = (key) => samples.filter(({ operation }) => operation === key).map(({ ms }) => ms);
  for (const key of KEYS) assert.deepEqual(timesOf(key), [10, 10, 10], key);
  assert.equal(verified.a, 8);
  assert.deepEqual(leftovers, []);
  assert.deepEqual(slowFirst.calls.slice(-2), ["cleanup", "close"]);
  assert.equal(slowFirst.items.size, 0);
});

test("each round has bytes of its own, so that no store can answer with the last one's", async () => {
  const one = workload({ pdf: PDF, id: "p1", run: "run-1", seed: 7 });
  const other = workload({ pdf: PDF, id: "p1", run: "run-2", seed: 7 });
  for (const load of LOADS) {
    const again = await one(0, load, "dataset");
    const made = [await one(0, load, ""), await one(1, load, ""), again, await other(0, load, "")];
    assert.equal(new Set(made.map(({ sha256 }) => sha256)).size, 4, load.key);
    assert.equal((await one(0, load, "")).sha256, made[0].sha256);
  }
});

test("wrong bytes end the run", async (t) => {
  const damages = {
    readPdf: (items) => (items.get("pdf")[3] ^= 1),
    readProject: (items) => (items.get("project").round = 99),
  };
  for (const [what, damage] of Object.entries(damages)) {
    await t.test(what, async () => {
      const clock = { now: 0 };
      const fake = new FakeContender("a", clock, (call, count) => {
        if (call === what && count === 3) damage(fake.items);
        return 1;
      });
      await assert.rejects(run(clock, [fake]), (error) => {
        assert.ok(error instanceof StepError);
        assert.equal(error.operation, what);
        assert.match(error.cause.message, /differs from what was written/);
        return true;
      });
      assert.deepEqual(fake.calls.slice(-2), ["cleanup", "close"]);
    });
  }
});

test("a project with its fields in another order is the same project", async () => {
  const [one, other] = [{ a: 1, b: { c: [1, 2], d: null } }, { b: { d: null, c: [1, 2] }, a: 1 }];
  assert.equal(await hashProject(one), await hashProject(other));
  assert.notEqual(await hashProject({ a: [1, 2] }), await hashProject({ a: [2, 1] }));
});

test("whichever step fails, the error names it and every opened contender is tidied", async (t) => {
  for (const failing of ["open", ...KEYS]) {
    await t.test(failing, async () => {
      const clock = { now: 0 };
      const good = new FakeContender("good", clock);
      const bad = new FakeContender("bad", clock, (call) => {
        if (call === failing) throw Object.assign(new Error("no"), { code: "OFFLINE" });
        return 1;
      });
      const expected = { name: "StepError", contender: "bad", operation: failing, leftovers: [] };
      await assert.rejects(run(clock, [good, bad]), expected);
      for (const one of [good, bad]) assert.deepEqual(one.calls.slice(-2), ["cleanup", "close"]);
    });
  }
});

test("what cannot be removed is told, with the result and with an error", async () => {
  const clock = { now: 0 };
  const failing = (also) => (call) => {
    if (call === "cleanup" || call === "close" || call === also) throw new Error("gone");
    return 1;
  };
  const { leftovers } = await run(clock, [new FakeContender("a", clock, failing())]);
  assert.deepEqual(leftovers, ["Fake: the fake's items could not be removed (gone)."]);
  await assert.rejects(run(clock, [new FakeContender("a", clock, failing("readPdf"))]), {
    operation: "readPdf",
    leftovers: ["Fake: the fake's items could not be removed (gone)."],
  });
});

test("a cleanup that never ends does not hold the result back", async () => {
  const clock = { now: 0 };
  const stuck = new FakeContender("a", clock, (call) => (call === "cleanup" ? new Promise(() => {}) : 1));
  const { leftovers } = await run(clock, [stuck], { cleanupMs: 20 });
  assert.match(leftovers[0], /took too long/);
});

test("stopping does not wait for a call that hangs", async () => {
  const clock = { now: 0 };
  const stop = new AbortController();
  const fake = new FakeContender("a", clock, (call) => {
    if (call !== "writeProject") return 1;
    setTimeout(() => stop.abort(), 5);
    return new Promise(() => {});
  });
  await assert.rejects(run(clock, [fake], { signal: stop.signal }), { operation: "writeProject" });
  assert.deepEqual(fake.calls.slice(-2), ["cleanup", "close"]);
});

test("progress is told before each step, and how long it took after it", async () => {
  const clock = { now: 0 };
  const [seen, took] = [[], []];
  await run(clock, [new FakeContender("a", clock, () => 4)], {
    onStep: (index, step) => seen.push(`${index} ${step.operation}`),
    onStepEnd: (step, ms) => took.push(ms),
  });
  assert.equal(seen.length, 16);
  assert.equal(seen[0], "0 writePdf");
  assert.equal(seen.at(-1), "15 readProject");
  assert.deepEqual(took, Array(16).fill(4));
});

/** A page that is hidden during the calls that `hides` picks. */
function hiding(hides) {
  let [count, hiddenSince] = [0, 0];
  return {
    fake: (clock) =>
      new FakeContender("a", clock, (call, number) => {
        if (hides(call, number)) hiddenSince = count += 1;
        return 1;
      }),
    visibility: {
      untilVisible: async () => {},
      watch: () => {
        const before = hiddenSince;
        return () => hiddenSince === before;
      },
    },
  };
}

test("a sample taken while the page was hidden is discarded and taken again, a write with other bytes", async () => {
  const clock = { now: 0 };
  const { fake, visibility } = hiding((call, number) => call === "writePdf" && number === 2);
  const contender = fake(clock);
  const marks = [];
  const write = contender.writePdf.bind(contender);
  contender.writePdf = (file) => {
    marks.push(new TextDecoder().decode(file.bytes).trim().split("\n").at(-1));
    return write(file);
  };
  const { samples, discarded, dropped } = await run(clock, [contender], { visibility });
  assert.equal(samples.length, 12, "as many as without it");
  assert.deepEqual([discarded, dropped], [1, 0]);
  assert.equal(new Set(marks).size, 5, marks.join());
});

test("a sample that is hidden again and again is given up, and said to be missing", async () => {
  const clock = { now: 0 };
  const { fake, visibility } = hiding((call, number) => call === "readPdf" && number > 1);
  const { samples, discarded, dropped } = await run(clock, [fake(clock)], { visibility });
  assert.equal(samples.length, 9);
  assert.deepEqual([discarded, dropped], [3 * (1 + REPEATS), 3]);
});

test("cold: opened anew before each write and read, and not before what is only on this device is sent", async () => {
  const clock = { now: 0 };
  const fake = new FakeContender("a", clock);
  fake.syncs = true;
  await run(clock, [fake], { cold: true, steps: stepsFor([fake], 1, 0, 1), fillers: [{ id: "p1-0000" }] });
  assert.deepEqual(fake.calls, [
    "open", "fill", "reopen", "writePdf", "sync", "reopen", "readPdf", "reopen", "writeProject", "sync", "reopen",
    "readProject", "cleanup", "close",
  ]);
});
