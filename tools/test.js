#!/usr/bin/env node
// Runs every test that there is, in order, and closes with a table and the line "N passed, N failed".
//
//   npm test                        all of it
//   npm test -- --only unit,hub     these suites (tools/testing/suites.js names them)
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./lib/toolchain.js";
import { table } from "./testing/counts.js";
import { SUITES } from "./testing/suites.js";

function choose(only) {
  if (only === undefined) return SUITES;
  const names = only.split(",");
  const known = SUITES.map((suite) => suite.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No such suite: ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  return SUITES.filter((suite) => names.includes(suite.name));
}

const isThere = (path) => existsSync(path) && (statSync(path).isFile() || readdirSync(path).length > 0);

async function runSuite({ name, folder, run }) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const result = (counts, note) => ({ name, counts, note, seconds: (performance.now() - started) / 1000 });
  if (!isThere(join(ROOT, folder))) {
    console.log(`${folder} does not exist yet: nothing to run`);
    return result(null, "MISSING");
  }
  try {
    const counts = await run();
    const ran = counts.passed + counts.failed;
    // A suite that ran nothing has proved nothing.
    if (ran === 0) return result({ ...counts, failed: 1 }, "RAN NOTHING");
    return result(counts, counts.failed > 0 ? "FAILED" : "");
  } catch (error) {
    console.log(error.message);
    return result({ passed: 0, failed: 1, skipped: 0 }, "FAILED");
  }
}

let suites;
try {
  suites = choose(parseArgs({ options: { only: { type: "string" } } }).values.only);
} catch (error) {
  console.error(`npm test: ${error.message}`);
  process.exit(2);
}
const results = [];
for (const suite of suites) results.push(await runSuite(suite));

const sum = (key) => results.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
console.log(`\n${table(results)}\n\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
