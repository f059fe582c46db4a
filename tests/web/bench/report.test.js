// What becomes of samples: median, p95 and p99 of each, the network's medians, and files for spreadsheets that run
// nothing of what others wrote into names.
import assert from "node:assert/strict";
import test from "node:test";
import { csvCell, csvText } from "../../../web/bench/csv.js";
import { reportCsv, reportJson } from "../../../web/bench/export.js";
import { USUAL, loadsFor, settingsOf } from "../../../web/bench/matrix.js";
import { buildReport } from "../../../web/bench/report.js";
import { summarise } from "../../../web/bench/stats.js";

const HOSTILE = '=HYPERLINK("http://evil.example","x")';
const FACTS = {
  started: "2026-01-01T00:00:00.000Z", hubUrl: "https://huggingface.co", localHub: false, dataset: "alice/bench",
  pdf: { name: HOSTILE, size: 5_000, gzipRatio: 1 }, rounds: 2, warmUps: 1, seed: 7,
  selection: { ...USUAL, contenders: ["indexeddb", "dataset"] }, versions: { hubstash: "0.1.0" }, userAgent: "A, B",
  cores: 2, deviceMemoryGB: null, jsHeapLimitBytes: null, storage: null, partition: "first-party",
  crossOriginIsolated: false, clockStepMs: 0.1,
};
const NETWORK = { requests: 4, commits: 1, sentBytes: 5_000, receivedBytes: 9, firstByteMs: 60, transferMs: 30 };

function reportOf({ contenders = ["indexeddb", "dataset"], ms = { indexeddb: 10, dataset: 100 }, more = {} } = {}) {
  const samples = contenders.flatMap((contender) =>
    ["writePdf", "readPdf", "writeProject", "readProject"].flatMap((operation) =>
      [0, 1].map((round) => ({
        contender, operation, load: operation.endsWith("Pdf") ? "pdf-picked" : "project-100kB",
        ms: ms[contender] + round, blocking: { longestMs: 5 + round, longTasks: null },
        network: contender === "dataset" ? NETWORK : null,
      })),
    ),
  );
  const result = { samples, verified: { dataset: 6 }, discarded: 0, dropped: 0, leftovers: [], ...more };
  const [setting] = settingsOf(USUAL);
  const named = contenders.map((name) => ({ name, label: name.toUpperCase() }));
  const results = [{ setting, contenders: named, result }];
  const calls = { requests: 9, commits: 2 };
  return buildReport({ results, loads: loadsFor(USUAL), roundTrip: null, calls, facts: FACTS });
}

test("p99 of few samples is the slowest one, of many it is not", () => {
  assert.equal(summarise([1, 2, 3]).p99, 3);
  const many = Array.from({ length: 200 }, (_, index) => index + 1);
  assert.deepEqual([summarise(many).p95, summarise(many).p99, summarise(many).max], [190, 198, 200]);
});

test("each row has its figures, blocking and network beside them", () => {
  const { rows } = reportOf();
  assert.equal(rows.length, 8);
  const row = rows.find(({ contender, operation }) => contender === "dataset" && operation === "writePdf");
  assert.deepEqual([row.median, row.p95, row.p99, row.rounds, row.bytes], [100.5, 101, 101, 2, 5_000]);
  assert.deepEqual(row.blocking, { longestMs: 6, medianMs: 5.5, longTasks: null });
  assert.deepEqual(row.network, { ...NETWORK, restMs: 10.5 });
  assert.equal(rows[0].network, null);
});

test("the number of samples, hidden ones and leftovers are said", () => {
  const { warnings } = reportOf({ more: { discarded: 3, dropped: 1, leftovers: ["X could not be removed."] } });
  const text = warnings.join("\n");
  const wanted = [/hidden during 3/, /1 samples are missing/, /With 2 samples of each, p95 and p99/, /X could not/];
  for (const words of wanted) assert.match(text, words);
});

test("the slower of the dataset's medians decides, and without the dataset nothing does", () => {
  assert.equal(reportOf({ ms: { indexeddb: 1, dataset: 2_500 } }).recommendation.kind, "hybrid");
  assert.equal(reportOf({ contenders: ["indexeddb"] }).recommendation, null);
});

test("cells are quoted as RFC 4180 says", () => {
  const rows = [["plain", "plain"], ["a,b", '"a,b"'], ['say "x"', '"say ""x"""'], ["two\nlines", '"two\nlines"'],
    [null, ""], [undefined, ""], [1.5, "1.5"], [-3, "-3"], [NaN, ""]];
  for (const [value, cell] of rows) assert.equal(csvCell(value), cell);
  assert.equal(csvText([["a", "b"], [1, "x,y"]]), 'a,b\r\n1,"x,y"\r\n');
});

test("no cell begins like a formula", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", HOSTILE]) {
    assert.match(csvCell(text), /^"?'/, text);
  }
});

test("the CSV has a line a row and each fact; the JSON is the report", () => {
  const report = reportOf();
  const lines = reportCsv(report).split("\r\n");
  assert.equal(lines.length, 1 + 8 + 1);
  const [head] = lines;
  for (const column of ["median_ms", "p95_ms", "p99_ms", "first_byte_ms", "transfer_ms", "round_trip_ms", "requests",
    "sent_bytes", "blocked_longest_ms", "browser", "cores", "memory_gb", "storage_quota_bytes", "partition",
    "versions"]) {
    assert.ok(head.split(",").includes(column), column);
  }
  assert.ok(lines[1].includes(`"'=HYPERLINK(""http`), lines[1]);
  assert.deepEqual(JSON.parse(reportJson(report)), report);
});
