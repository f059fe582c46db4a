// `npm run bench -- --quick` runs to its end: every contender takes part in its rows, every loaded byte was compared
// with what was saved, and the reports are complete. Nothing here looks at a time.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROW_KEYS } from "../../tools/bench/run.js";
import { build } from "../../tools/build.js";
import { exec } from "../../tools/lib/exec.js";
import { ROOT } from "../../tools/lib/toolchain.js";

const out = mkdtempSync(join(tmpdir(), "hubstash-bench-report-"));
let ended;
let report;
const bench = (args, env = {}) =>
  exec(process.execPath, [join(ROOT, "tools/bench.js"), "--quick", "--out", out, ...args], {
    cwd: ROOT, env, show: false, timeoutMs: 240_000,
  });
const rowOf = (key) => report.rows.find((row) => row.key === key);

before(async () => {
  await build("wasm");
  ended = await bench([]);
  report = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
});
after(() => rmSync(out, { recursive: true }));

test("it ends well: no contender failed, so each load gave the bytes that were saved", () => {
  assert.ok(ended.ok, ended.output);
  assert.deepEqual(report.rows.map(({ key, errors }) => [key, errors]), report.rows.map(({ key }) => [key, {}]));
  assert.deepEqual(report.complaints, []);
});

test("all rows are there, and measured", () => {
  assert.deepEqual(report.rows.map(({ key }) => key).sort(), [...ROW_KEYS].sort());
  const statusOf = Object.fromEntries(report.rows.map(({ key, status }) => [key, status]));
  for (const [key, status] of Object.entries(statusOf)) {
    assert.ok(["met", "missed"].includes(status), key);
  }
});

test("each contender has its samples, and they are summarised", () => {
  const stores = ["hubstash", "raw", "localforage", "dexie", "idb-keyval", "pouchdb", "idbfs", "opfs"];
  for (const key of ["save", "save-again", "load"]) {
    const missing = stores.filter((name) => rowOf(key).contenders[name]?.samples.length !== 2);
    assert.deepEqual(missing, [], key);
  }
  for (const { key, contenders } of report.rows) {
    for (const [name, { samples, count, median, p95, min, max }] of Object.entries(contenders)) {
      assert.equal(samples.length, count, `${key} ${name}`);
      const figures = [...samples, median, p95, min, max];
      assert.ok(figures.every((value) => Number.isFinite(value) && value >= 0), `${key} ${name}: ${figures}`);
    }
  }
  assert.deepEqual(Object.keys(rowOf("sync-many").contenders).sort(), ["hubstash", "huggingface-hub"]);
});

test("sizes are those of the files, and the module's memory does not grow with a PDF", () => {
  for (const { what, value } of rowOf("sizes").checks) assert.ok(value > 1 && value < 400, `${what}: ${value} KB`);
  for (const key of ["pdf-10", "pdf-40"]) {
    const growth = rowOf(key).checks.find(({ what }) => what === "growth of the wasm heap");
    assert.equal(growth.value, 0, key);
  }
});

test("a sync is one commit and few requests, and one when nothing has changed", () => {
  const valueOf = (key, name) => rowOf(key).checks.find(({ what }) => what === name).value;
  assert.equal(valueOf("sync-many", "commits"), 1);
  assert.ok(valueOf("sync-many", "requests") <= 5);
  assert.equal(valueOf("sync-nothing", "requests"), 1);
  assert.ok(valueOf("sync-change", "requests") <= 5);
});

test("the report for people has a line for every row, the machine and all versions", () => {
  const text = readFileSync(join(out, "report.md"), "utf8");
  const lines = text.split("\n");
  for (const { title, status } of report.rows) {
    assert.ok(lines.some((line) => line.startsWith(`| ${title} |`) && line.endsWith(`| ${status} |`)), title);
  }
  assert.ok(text.includes(report.machine.cpu));
  for (const [name, version] of Object.entries(report.versions)) assert.ok(text.includes(`${name} ${version}`), name);
});

test("nothing but the reports is left, also when a run fails", async () => {
  assert.deepEqual(readdirSync(out).sort(), ["report.json", "report.md"]);
  const failed = await bench(["--only", "save"], { CHROMIUM: "/nonexistent/chromium" });
  assert.equal(failed.ok, false);
  assert.match(failed.output, /^bench: .*\/nonexistent\/chromium/m);
  assert.deepEqual(readdirSync(out).sort(), ["report.json", "report.md"]);
});

test("a row that does not exist is refused, with the names of those that do", async () => {
  const { ok, output } = await bench(["--only", "save,speed"]);
  assert.equal(ok, false);
  assert.match(output, /No such row: speed\. There are: .*sync-many/);
});
