// Runs the simulator's processes, one for each core, on seeds that lie between each other.
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT } from "../lib/toolchain.js";

/** So many seeds go to a process at a time: few enough that the cores end together. */
const SEEDS_AT_ONCE = 250;

/**
 * @typedef {{ seed: string, what: string, invariant: number }} SeedViolation
 * @typedef {{ ran: number, calls: number, commits: number, modelMs: number, faults: Record<string, number>,
 *   violations: SeedViolation[] }} Report
 */

const binary = (preset) => join(ROOT, "build", preset, "tests/sim");

/** @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
function start(preset, args) {
  return new Promise((resolve, reject) => {
    execFile(binary(preset), args, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number" && !error.signal) return reject(error);
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** What one process said: a line for each seed that failed, then a line with all it saw. */
function readOutput({ stdout, stderr }, firstSeed) {
  const lines = stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const violations = lines.filter((line) => "seed" in line);
  const sum = lines.find((line) => "ran" in line);
  if (sum) return { ...sum, violations };
  // The engine itself died (a broken HS_CHECK, a bad pointer): it says at which seed.
  const seed = /crashed at seed (\d+)/.exec(stderr)?.[1] ?? String(firstSeed);
  const what = `the engine crashed: ${stderr.trim()}`;
  return { ran: 0, calls: 0, commits: 0, modelMs: 0, faults: {}, violations: [{ seed, invariant: 0, what }] };
}

/** @returns {Report} */
const emptyReport = () => ({ ran: 0, calls: 0, commits: 0, modelMs: 0, faults: {}, violations: [] });

function add(report, part) {
  for (const key of ["ran", "calls", "commits", "modelMs"]) report[key] += part[key];
  for (const [name, count] of Object.entries(part.faults)) report.faults[name] = (report.faults[name] ?? 0) + count;
  report.violations.push(...part.violations);
}

/**
 * Runs `seeds` seeds.
 * @param {object} what
 * @param {string} what.preset
 * @param {bigint} what.firstSeed
 * @param {number} what.seeds
 * @param {number} [what.canary]
 * @param {boolean} [what.keepGoing] otherwise no more are begun once one has failed
 * @param {(report: Report) => void} [what.onProgress] told now and then what came of it so far
 */
export async function runSeeds({ preset, firstSeed, seeds, canary = 0, keepGoing = false, onProgress }) {
  const report = emptyReport();
  let next = 0;
  const worker = async () => {
    while (next < seeds && (keepGoing || report.violations.length === 0)) {
      const first = firstSeed + BigInt(next);
      const count = Math.min(SEEDS_AT_ONCE, seeds - next);
      next += count;
      const args = ["--first-seed", String(first), "--seeds", String(count), "--canary", String(canary)];
      if (keepGoing) args.push("--keep-going");
      add(report, readOutput(await start(preset, args), first));
      onProgress?.(report);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return report;
}

/** Everything that happened in one seed, as text, and whether it failed. */
export async function trace({ preset, seed, canary = 0 }) {
  const args = ["--first-seed", String(seed), "--seeds", "1", "--canary", String(canary), "--trace"];
  const { code, stdout, stderr } = await start(preset, args);
  return { text: stdout + stderr, failed: code !== 0 };
}
