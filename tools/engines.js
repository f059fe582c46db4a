#!/usr/bin/env node
// Plays the end-to-end scenarios of tests/engines in Firefox ESR and WebKitGTK; `npm test` plays them in Chromium.
//
//   npm run test:engines                        both, after installing what is missing
//   npm run test:engines -- --only webkit       one of them, or several: chromium,firefox,webkit
import { parseArgs } from "node:util";
import { ENGINES } from "../tests/engines/engines.js";
import { table } from "./testing/counts.js";
import { engineTests } from "./testing/suites.js";

const { only } = parseArgs({ options: { only: { type: "string", default: "firefox,webkit" } } }).values;
const names = only.split(",");
const unknown = names.filter((name) => !ENGINES[name]);
if (unknown.length > 0) {
  console.error(`test:engines: no such engine: ${unknown.join(", ")}. There are: ${Object.keys(ENGINES).join(", ")}.`);
  process.exit(2);
}

const results = [];
for (const name of names) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const counts = await engineTests([name]);
  results.push({ name, counts, seconds: (performance.now() - started) / 1000 });
}
console.log(`\n${table(results)}\n`);
for (const name of names) {
  for (const [scenario, reason] of Object.entries(ENGINES[name].cannot)) {
    console.log(`${name} cannot play "${scenario}": ${reason}.`);
  }
}
const sum = (key) => results.reduce((total, { counts }) => total + counts[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
