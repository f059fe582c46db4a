#!/usr/bin/env node
// Measures hubstash beside other libraries in headless Chromium, against targets, and writes report.json and report.md.
//
//   npm run bench                        all rows, about a quarter of an hour
//   npm run bench -- --quick             all of them with little data: shows that they work, not how fast
//   npm run bench -- --only save,open    these rows (tools/bench/rows has them)
//   npm run bench -- --repeat 5          as many samples of each
//   npm run bench -- --items 1000        instead of 10,000 in a full store
//   npm run bench -- --out FOLDER        instead of build/bench; on a disk, as the browser's profile is there meanwhile
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { reportLines, reportMarkdown } from "./bench/markdown.js";
import { ROW_KEYS, runBench } from "./bench/run.js";
import { Setting } from "./bench/setting.js";
import { ROOT } from "./lib/toolchain.js";

const FEW_ITEMS = 60;

/** @param {string[]} args */
function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      repeat: { type: "string" },
      items: { type: "string" },
      out: { type: "string", default: join(ROOT, "build/bench") },
    },
  });
  const integer = (name, text, least) => {
    if (!/^\d+$/.test(text) || Number(text) < least) throw new Error(`--${name} must be a number from ${least}`);
    return Number(text);
  };
  const only = values.only?.split(",") ?? null;
  const unknown = only?.filter((key) => !ROW_KEYS.includes(key)) ?? [];
  if (unknown.length > 0) throw new Error(`No such row: ${unknown.join(", ")}. There are: ${ROW_KEYS.join(", ")}.`);
  return {
    quick: values.quick,
    only,
    repeat: values.repeat === undefined ? null : integer("repeat", values.repeat, 1),
    items: values.items === undefined ? (values.quick ? FEW_ITEMS : 10_000) : integer("items", values.items, 2),
    out: resolve(values.out),
  };
}

/** On a terminal one line that changes; elsewhere a line for each thing that begins. */
function progressLine() {
  let last = "";
  return (what, part) => {
    if (process.stdout.isTTY) return process.stdout.write(`\r\x1b[K${what} ${Math.round(part * 100)} %`);
    if (what !== last) console.log(`bench: ${what}`);
    last = what;
  };
}

const setting = new Setting();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    // A second one ends the process at once, as usual.
    void setting.close().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  });
}

try {
  const { out, ...options } = optionsOf(process.argv.slice(2));
  const report = await runBench({ ...options, folder: out, setting, progress: progressLine() });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(out, "report.md"), reportMarkdown(report));
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
  console.log(`${reportLines(report)}\n\n${out}/report.md, report.json (${Math.round(report.seconds)} s)`);
  // A missed target is a result; a row that could not be measured is a failure.
  if (report.rows.some(({ status }) => status === "failed")) process.exitCode = 1;
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await setting.close();
}
