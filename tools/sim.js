#!/usr/bin/env node
// The simulator (tests/sim): runs seeds on all cores, adds up what they saw, and explains what failed.
//
//   npm run sim                                     100,000 seeds
//   npm run sim -- --first-seed N --seeds M         others
//   npm run sim -- --keep-going                     goes on when a seed has failed, and lists all that do
//   npm run sim -- --first-seed N --seeds 1 --trace replays one, with everything that happened
//   npm run sim -- --canary                         planted bugs, one for each invariant, must be noticed
//   npm run sim -- --plant N                        seeds with the planted bug N: what a failing seed says
//   npm run sim -- --coverage                       which lines of the engine the seeds reach
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { canaries, canaryNumber } from "./sim/canaries.js";
import { coverage } from "./sim/coverage.js";
import { replayCommand, reportText } from "./sim/report.js";
import { runSeeds, trace } from "./sim/run.js";
import { build } from "./build.js";

const ALL_SEEDS = 100_000;
const LINES_OF_TRACE = 60;
const SEEDS_A_LINE = 2_000;

const secondsSince = (/** @type {number} */ started) => Math.round((Date.now() - started) / 1000);

/** Runs seeds, with the planted bug `canary` if any, and prints what came of it; of one that failed all one needs. */
export async function simulate(preset, firstSeed, seeds, { keepGoing = false, canary = 0 } = {}) {
  const started = Date.now();
  let told = 0, failed = 0;
  const onProgress = (/** @type {import("./sim/run.js").Report} */ { ran, violations }) => {
    // At once: whoever looks for the cause need not wait for the others.
    for (const { seed, what } of keepGoing ? violations.slice(failed) : []) console.log(`seed ${seed} fails: ${what}`);
    failed = violations.length;
    if (ran < told + SEEDS_A_LINE || ran >= seeds) return;
    told = ran;
    console.log(`${ran.toLocaleString("en")} of ${seeds.toLocaleString("en")} seeds, ${secondsSince(started)} s`);
  };
  const report = await runSeeds({ preset, firstSeed, seeds, canary, keepGoing, onProgress });
  console.log(reportText(report, (Date.now() - started) / 1000));
  for (const { seed, what } of report.violations) {
    console.log(`\nseed ${seed} fails: ${what}`);
    const { text } = await trace({ preset, seed, canary });
    console.log(text.split("\n").slice(-LINES_OF_TRACE).join("\n"));
    console.log(`The whole story: ${replayCommand(seed, canary)}`);
  }
  return report;
}

async function main() {
  const { values } = parseArgs({
    options: {
      "first-seed": { type: "string", default: "1" },
      seeds: { type: "string" },
      "keep-going": { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      canary: { type: "boolean", default: false },
      plant: { type: "string", default: "0" },
      coverage: { type: "boolean", default: false },
    },
  });
  const firstSeed = BigInt(values["first-seed"]);
  const planted = canaryNumber(values.plant);
  if (values.coverage) return coverage(firstSeed, Number(values.seeds ?? 300));
  await build("native", "sim");
  if (values.canary) return (await canaries()).every((canary) => canary.noticed);
  if (values.trace) {
    const { text, failed } = await trace({ preset: "native", seed: firstSeed, canary: planted });
    process.stdout.write(text);
    return !failed;
  }
  const seeds = Number(values.seeds ?? ALL_SEEDS);
  const report = await simulate("native", firstSeed, seeds, { keepGoing: values["keep-going"], canary: planted });
  return report.violations.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    console.error(`sim: ${error.message}`);
    process.exitCode = 1;
  }
}
