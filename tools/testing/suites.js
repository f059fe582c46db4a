// The suites of `npm test`, cheapest first. Each says which folder it tests (one that does not exist yet is passed
// over, visibly), and its run() yields how many tests passed and failed.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.js";
import { corpusSize, listTargets, runTarget } from "../fuzz/run.js";
import { exec } from "../lib/exec.js";
import { ROOT, readToolchain } from "../lib/toolchain.js";
import { simulate } from "../sim.js";
import { canaries } from "../sim/canaries.js";
import { tidy } from "../tidy/main.js";
import { catchCounts, tapCounts } from "./counts.js";

const MINUTE = 60_000;
/** Far more than a suite takes, since it is to end one that hangs: a busy machine may be three times slower. */
const SUITE_TIMEOUT_MS = 35 * MINUTE;
const FUZZ_SECONDS = 6;
const SIM_SEEDS = 1000;

/** The outcome of a suite's process, which may be worse than what its runner could still count. */
function ended(counts, { ok, timedOut }) {
  if (timedOut) console.log("ended: the suite took too long");
  // A runner that failed without naming a test that failed (a crash, a leak found at exit) is a failure too.
  return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** A test that hangs must not hang the run: its file is ended, and named, after a while; the suite is too. */
async function nodeTests(folder, { concurrency, fileTimeoutMs = 3 * MINUTE, pick = () => true, env = {} } = {}) {
  const files = readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith(".test.js") && pick(name))
    .sort()
    .map((name) => join(folder, name));
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const temporary = mkdtempSync(join(tmpdir(), "hubstash-test-"));
  try {
    const tap = join(temporary, "tap");
    const result = await exec(process.execPath, [
      "--test",
      `--test-timeout=${fileTimeoutMs}`,
      ...(concurrency ? [`--test-concurrency=${concurrency}`] : []),
      "--test-reporter=spec", "--test-reporter-destination=stdout",
      "--test-reporter=tap", `--test-reporter-destination=${tap}`,
      ...files,
    ], { cwd: ROOT, env: { ...readToolchain(), ...env }, timeoutMs: SUITE_TIMEOUT_MS });
    return ended(tapCounts(readFileSync(tap, "utf8")), result);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** One browser at a time: they measure, and share this machine's few cores. */
async function browserTests(folder) {
  await build("wasm");
  return nodeTests(folder, { concurrency: 1, fileTimeoutMs: 10 * MINUTE });
}

/** @param {string[]} engines of tests/engines/engines.js */
export async function engineTests(engines) {
  await build("wasm");
  const env = { HUBSTASH_ENGINES: engines.join(",") };
  return nodeTests("tests/engines", { concurrency: 1, fileTimeoutMs: 20 * MINUTE, env });
}

async function unitTests(preset) {
  await build(preset);
  const tests = join(ROOT, "build", preset, "tests/unit_tests");
  const result = await exec(tests, [], { cwd: ROOT, timeoutMs: SUITE_TIMEOUT_MS });
  return ended(catchCounts(result.output), result);
}

/** Each target's corpus and some seconds of new inputs; with one seed, so that what a run found the next one finds. */
async function fuzzTargets() {
  await build("fuzz");
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const committed = corpusSize();
  for (const target of listTargets()) {
    const { ok } = await runTarget(target, { seconds: FUZZ_SECONDS, seed: 1, keep: false });
    counts[ok ? "passed" : "failed"] += 1;
  }
  if (corpusSize() !== committed) throw new Error("The run has changed tests/fuzz/corpus, which is committed.");
  return counts;
}

/** Each seed is a test, each planted bug that the checker must notice, and what is said of a seed that fails. */
async function simulator() {
  await build("native");
  const { ran, violations } = await simulate("native", 1n, SIM_SEEDS);
  const results = await canaries();
  const passed = ran - violations.length + results.filter((canary) => canary.noticed).length;
  const failed = Math.max(violations.length, SIM_SEEDS + results.length - passed);
  const told = await nodeTests("tests/sim");
  return { passed: passed + told.passed, failed: failed + told.failed, skipped: told.skipped };
}

async function types() {
  const { ok } = await exec(join(ROOT, "node_modules/.bin/tsc"), ["--project", "tsconfig.json"], { cwd: ROOT });
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

const isPackageTest = (name) => name === "package.test.js";

export const SUITES = [
  { name: "tidy", folder: "tools/tidy", run: async () => ({ ...tidy(), skipped: 0 }) },
  {
    name: "tools",
    folder: "tests/tools",
    run: () => nodeTests("tests/tools", { pick: (name) => !isPackageTest(name) }),
  },
  { name: "types", folder: "web/src", run: types },
  { name: "web", folder: "tests/web", run: () => nodeTests("tests/web") },
  { name: "unit", folder: "tests/unit/tests.cmake", run: () => unitTests("native") },
  { name: "asan", folder: "tests/unit/tests.cmake", run: () => unitTests("asan") },
  { name: "fuzz", folder: "tests/fuzz/targets", run: fuzzTargets },
  { name: "sim", folder: "tests/sim", run: simulator },
  { name: "hub", folder: "tests/hub", run: () => nodeTests("tests/hub") },
  { name: "browser", folder: "tests/browser", run: () => browserTests("tests/browser") },
  { name: "torture", folder: "tests/torture", run: () => browserTests("tests/torture") },
  { name: "engines", folder: "tests/engines", run: () => engineTests(["chromium"]) },
  { name: "bench", folder: "tests/bench", run: () => browserTests("tests/bench") },
  {
    name: "package",
    folder: "web/src",
    run: async () => {
      await build("wasm");
      return nodeTests("tests/tools", { pick: isPackageTest });
    },
  },
];
