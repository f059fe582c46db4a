// Runs the programs of tests/fuzz: build/fuzz/tests/fuzz/fuzz_<target>, each a libFuzzer.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { exec } from "../lib/exec.js";
import { ROOT } from "../lib/toolchain.js";
import { crashPath, figures, summary } from "./output.js";

const CORPUS = join(ROOT, "tests/fuzz/corpus");
const DICTIONARIES = join(ROOT, "tests/fuzz/dictionaries");
const FOUND = join(ROOT, "build/fuzz-found");
const PASSING = join(ROOT, "build/fuzz-passing");
const CRASHES = join(ROOT, "build/fuzz-crashes");

// An input that needs more is a finding: nothing that anybody sends may take the tab's memory or time.
const LIMITS = ["-rss_limit_mb=1024", "-malloc_limit_mb=256", "-timeout=10", "-max_len=16384"];
// libFuzzer's "entropic" choice of inputs counts every feature of every run: with the engine's thousands it takes two
// thirds of the time.
const CHOICE = ["-entropic=0"];

/** Of the inputs that libFuzzer made, which it names by their SHA-1. */
const MOST_KEPT = 128;
const MADE_NAME = /^[0-9a-f]{40}$/;

const program = (target) => join(ROOT, "build/fuzz/tests/fuzz", `fuzz_${target}`);

/** @returns {string[]} */
export function listTargets() {
  return readdirSync(join(ROOT, "tests/fuzz/targets"))
    .filter((name) => name.endsWith(".cpp"))
    .map((name) => name.slice(0, -".cpp".length))
    .sort();
}

/** libFuzzer makes inputs from these tokens too: `*.dict` named like the target, or the JSON one where it says so. */
function dictionary(target) {
  const path = join(DICTIONARIES, `${target}.dict`);
  return existsSync(path) ? [`-dict=${path}`] : [];
}

/** Folders of inputs; the first one is where libFuzzer puts new ones: never the committed corpus. */
function folders(target, keep) {
  const found = join(keep ? FOUND : PASSING, target);
  const committed = join(CORPUS, target);
  // What an earlier run has left would make this one another.
  if (!keep) rmSync(found, { recursive: true, force: true });
  mkdirSync(found, { recursive: true });
  mkdirSync(committed, { recursive: true });
  mkdirSync(CRASHES, { recursive: true });
  return [found, committed];
}

/** How many inputs the committed corpus has, of all targets. */
export const corpusSize = () =>
  readdirSync(CORPUS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

function replayCommand(target, path) {
  return `npm run fuzz -- --target ${target} --input ${relative(ROOT, path)}`;
}

/**
 * Tries the corpus, then new inputs for so long. With the same seed and corpus and without `keep` the inputs are the
 * same ones in the same order; only how many there are depends on the machine.
 * @param {string} target
 * @param {{ seconds: number, seed: number, keep: boolean }} options `keep` writes down what leads further.
 */
export async function runTarget(target, { seconds, seed, keep }) {
  const inputs = folders(target, keep);
  const { ok, output } = await exec(program(target), [
    ...LIMITS,
    ...CHOICE,
    ...dictionary(target),
    `-max_total_time=${seconds}`,
    `-seed=${seed}`,
    "-reload=0",
    "-print_final_stats=1",
    `-artifact_prefix=${join(CRASHES, `${target}-`)}`,
    ...inputs,
  ], { cwd: ROOT, show: false, timeoutMs: (seconds + 120) * 1000 });
  console.log(summary(target, figures(output)));
  if (ok) return { ok };
  const path = crashPath(output);
  if (path !== null && !existsSync(path)) writeFileSync(path, "");
  console.log(output.trimEnd().split("\n").slice(-60).join("\n"));
  console.log(`${target} failed. Again:  ${path === null ? "the corpus did it" : replayCommand(target, path)}`);
  return { ok };
}

export async function tryInput(target, path) {
  if (!existsSync(path)) throw new Error(`There is no ${path}.`);
  const { ok } = await exec(program(target), [...LIMITS, path], {
    cwd: ROOT,
    env: { HUBSTASH_FUZZ_TRACE: "1" },
  });
  return ok;
}

/**
 * Makes the committed corpus anew from what it has and what the runs found: those inputs that reach the most together.
 * Inputs that a person has named stay as they are.
 */
export async function keepFound(target) {
  const [found, committed] = folders(target, true);
  const merged = join(FOUND, `${target}.merged`);
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged);
  // Which edges are taken counts here, not how often: that keeps a corpus small enough to be committed.
  const merge = ["-set_cover_merge=1", "-use_counters=0", merged, committed, found];
  const { ok, output } = await exec(program(target), [...LIMITS, ...merge], { cwd: ROOT, show: false });
  if (!ok) {
    console.log(output);
    return false;
  }
  // Written in this order: first the one that reaches most, then those that add most to it.
  const writtenAt = (name) => statSync(join(merged, name), { bigint: true }).mtimeNs;
  const best = readdirSync(merged).sort((a, b) => Number(writtenAt(a) - writtenAt(b))).slice(0, MOST_KEPT);
  for (const name of readdirSync(committed)) if (MADE_NAME.test(name)) rmSync(join(committed, name));
  for (const name of best) copyFileSync(join(merged, name), join(committed, name));
  console.log(`${target}: ${readdirSync(committed).length} inputs are in the corpus now`);
  return true;
}
