// What `npm run bench` makes of samples: turns in rotated order, contenders that fail, checks, the server's time from
// the Hub's log, and the report.
import assert from "node:assert/strict";
import test from "node:test";
import { summary } from "../../tools/bench/hub.js";
import { reportLines, reportMarkdown } from "../../tools/bench/markdown.js";
import { project, verifyBytes, verifyProject } from "../../tools/bench/page/data.js";
import { aheadOf, check, ratio, row } from "../../tools/bench/row.js";
import { takeTurns } from "../../tools/bench/turns.js";

test("each round begins with another contender, and warm-ups are not kept", async () => {
  const order = [];
  const step = async (name, round) => {
    order.push(name);
    return { ms: round };
  };
  const { samples, errors } = await takeTurns({ names: ["a", "b", "c"], repeats: 2, warmUps: 1, step });
  assert.equal(order.join(""), "abc" + "bca" + "cab");
  assert.deepEqual(samples, { ms: { a: [1, 2], b: [1, 2], c: [1, 2] } });
  assert.deepEqual(errors, {});
});

test("a contender that fails is named, has no further turn, and leaves no samples", async () => {
  let calls = 0;
  const step = async (name, round) => {
    if (name === "b") calls += 1;
    if (name === "b" && round === 2) throw new Error("came back with other bytes\nstack");
    return { ms: 1 };
  };
  const { samples, errors } = await takeTurns({ names: ["a", "b"], repeats: 4, warmUps: 1, step });
  assert.deepEqual(samples, { ms: { a: [1, 1, 1, 1] } });
  assert.deepEqual(errors, { b: "came back with other bytes" });
  assert.equal(calls, 3);
});

test("a row is met when all its checks are, and failed when one has no figure", () => {
  const samples = { hubstash: [3, 1, 2], raw: [1, 1, 1], dexie: [4, 4, 4] };
  const of = (checks) => row({ key: "k", title: "t", target: "x", samples, checks }).status;
  assert.equal(ratio(samples, "hubstash", "raw"), 2);
  assert.equal(of([check("to raw", 2, "<=", 2), ...aheadOf(samples, ["dexie"])]), "met");
  assert.equal(of([check("to raw", 2, "<=", 1.5), ...aheadOf(samples, ["dexie"])]), "missed");
  assert.equal(of([check("to raw", 2, "<=", 2), ...aheadOf(samples, ["pouchdb"])]), "failed");
  assert.equal(of([]), "failed", "a row without a check has shown nothing");
  assert.equal(check("equal is not ahead", 1, "<", 1).met, false);
});

test("requests that overlap are counted once in the server's time, preflights not as requests", () => {
  const same = { path: "/x", status: 200, sentBytes: 7 };
  const entry = (method, startedMs, serverMs) => ({ ...same, method, startedMs, serverMs });
  const entries = [entry("POST", 110, 20), entry("OPTIONS", 100, 5), entry("PUT", 120, 30), entry("GET", 125, 5)];
  assert.deepEqual(summary(entries), {
    requests: 3, sentBytes: 21, preflights: 1, serverMs: 45, paths: ["POST /x 200", "PUT /x 200", "GET /x 200"],
  });
});

test("a project has the size that was asked for, and any other content is noticed", () => {
  const wanted = { index: 7, bytes: 50_000 };
  const item = project(wanted);
  assert.equal(item.bytes.length, 50_000);
  assert.equal(item.document.id, item.id);
  assert.ok(item.document.strokes.length > 20);
  verifyProject(item.bytes, wanted);
  verifyProject(structuredClone(item.document), wanted);
  assert.throws(() => verifyProject(project({ ...wanted, version: 1 }).bytes, wanted), /other content/);
  assert.throws(() => verifyProject(null, wanted), /other content/);
  item.document.strokes[3].points[4] += 0.01;
  assert.throws(() => verifyProject(item.document, wanted), /other content/);
});

test("bytes are compared to the last one, wherever they lie in their buffer", () => {
  const bytes = Uint8Array.from({ length: 35 }, (_, index) => index);
  const shifted = new Uint8Array(40).subarray(3, 38);
  shifted.set(bytes);
  verifyBytes(shifted, bytes, "it");
  for (const index of [0, 8, 31, 32, 34]) {
    const other = bytes.slice();
    other[index] ^= 1;
    assert.throws(() => verifyBytes(other, bytes, "it"), /other bytes/, String(index));
  }
  assert.throws(() => verifyBytes(bytes.subarray(1), bytes, "it"), /34 bytes/);
  assert.throws(() => verifyBytes(undefined, bytes, "it"), /undefined/);
});

test("the report says what was met, missed and failed", () => {
  const samples = { hubstash: [12, 14], "raw@full: save": [7, 7] };
  const rows = [
    row({ key: "save", title: "Save", target: "<= 1.5", samples, checks: [check("to raw", 1.9, "<=", 1.5)] }),
    row({ key: "load", title: "Load", target: "<= 1.5", checks: [check("to raw", null, "<=", 1.5)],
      errors: { dexie: "gone" }, notes: ["A note."] }),
  ];
  const report = {
    started: "2026-01-01T00:00:00.000Z", seconds: 12.3, rows, groups: [], complaints: [], format: 1,
    options: { quick: false, only: null, repeat: null, items: 10_000 },
    machine: { cpu: "a processor", cores: 2, memoryGb: 8, system: "linux", load: [0.1, 0.2, 0.3] },
    versions: { hubstash: "0.1.0", browser: "Chrome/1" },
  };
  const text = reportMarkdown(report);
  assert.match(text, /0 targets met, 1 missed, 1 failed\./);
  assert.match(text, /^\| Save \| <= 1\.5 \| \*\*to raw 1\.90x \(<= 1\.5\)\*\* \| missed \|$/m);
  assert.match(text, /^\| IndexedDB, bytes@full: save \| 7 \| 7 \| 7 \| 2 \|$/m);
  assert.match(text, /^- Dexie failed: gone\n- A note\.$/m);
  assert.match(reportLines(report), /^save +missed +to raw 1\.90x \(<= 1\.5\)$/m);
});
