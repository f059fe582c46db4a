// Runs the programs of tests/fuzz: build/fuzz/tests/fuzz/fuzz_<target>, each a libFuzzer.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { exec } from "../lib/exec.js";
import { ROOT } from "../lib/toolchain.js";
import { crashPath, figures, summary } from "./output.js";

const CORPUS = join(ROOT, "tests/fuzz/corpus");
const DICTIONARIES = join(ROOT, "tests/fuzz/dictionaries");
const FOUND = join(ROOT, "build/fuzz-found");
const CRASHES = join(ROOT, "build/fuzz-crashes");

// An input that needs more is a finding: nothing that anybody sends may take the tab's memory or time.
const LIMITS = ["-rss_limit_mb=1024", "-malloc_limit_mb=256", "-timeout=10", "-max_len=16384"];
// libFuzzer's "entropic" choice of inputs counts every feature of every run: with the engine's thousands it takes two
// thirds of the time.
const CHOICE = ["-entropic=0"];

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

/** Folders of inputs; the first one is where libFuzzer puts new ones. */
function folders(target, keep) {
  const found = join(FOUND, target);
  const committed = join(CORPUS, target);
  mkdirSync(found, { recursive: true });
  mkdirSync(committed, { recursive: true });
  mkdirSync(CRASHES, { recursive: true });
  return keep ? [found, committed] : [committed];
}

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

/** Puts into the committed corpus what the runs found and what it had, without the inputs that add nothing. */
export async function keepFound(target) {
  const [found, committed] = folders(target, true);
  const merged = join(FOUND, `${target}.merged`);
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged);
  const before = readdirSync(committed).length;
  // The committed ones first: they stay, as long as they add anything.
  const { ok, output } = await exec(program(target), [...LIMITS, "-set_cover_merge=1", merged, committed, found],
    { cwd: ROOT, show: false });
  if (!ok) {
    console.log(output);
    return false;
  }
  const fresh = readdirSync(merged);
  await exec("cp", ["-r", `${merged}/.`, committed]);
  for (const name of readdirSync(committed)) {
    if (!fresh.includes(name)) rmSync(join(committed, name));
  }
  console.log(`${target}: ${before} inputs were there, ${fresh.length} are now`);
  return true;
}
