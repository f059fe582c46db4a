// Which lines of the engine the simulator reaches: its own build with gcov's counters.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.js";
import { exec } from "../lib/exec.js";
import { ROOT } from "../lib/toolchain.js";
import { runSeeds } from "./run.js";

const FOLDERS = ["base", "store", "hub", "sync"];

/** Runs gcov on one folder's counters and adds up, by source file, which lines were executed. */
async function readCounters(folder, lines) {
  const objects = join(ROOT, `build/coverage/CMakeFiles/hubstash_${folder}.dir/wasm/${folder}`);
  const counters = existsSync(objects) ? readdirSync(objects).filter((name) => name.endsWith(".gcda")) : [];
  const notes = existsSync(objects) ? readdirSync(objects).filter((name) => name.endsWith(".gcno")) : [];
  const temporary = mkdtempSync(join(tmpdir(), "hubstash-gcov-"));
  try {
    const inputs = (counters.length > 0 ? notes : []).map((name) => join(objects, name));
    const { ok, output } = await exec("gcov", ["--json-format", ...inputs], { cwd: temporary, show: false });
    if (!ok) throw new Error(`gcov failed:\n${output}`);
    for (const name of readdirSync(temporary)) {
      const { files } = JSON.parse(gunzipSync(readFileSync(join(temporary, name))).toString());
      for (const file of files) {
        const at = file.file.indexOf(`wasm/${folder}/`);
        if (at < 0 || !file.file.endsWith(".cpp")) continue;
        const counts = lines.get(file.file.slice(at)) ?? new Map();
        for (const line of file.lines) counts.set(line.line_number, (counts.get(line.line_number) ?? 0) + line.count);
        lines.set(file.file.slice(at), counts);
      }
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const reached = (counts) => [...counts.values()].filter((count) => count > 0).length;
const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

/** Runs seeds in the coverage build and prints what they reach; true when no seed failed. */
export async function coverage(firstSeed, seeds) {
  await build("coverage");
  await exec("find", [join(ROOT, "build/coverage"), "-name", "*.gcda", "-delete"], { cwd: ROOT, show: false });
  const report = await runSeeds({ preset: "coverage", firstSeed, seeds });
  const lines = new Map();
  for (const folder of FOLDERS) await readCounters(folder, lines);
  let all = 0, hit = 0;
  for (const [file, counts] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
    all += counts.size;
    hit += reached(counts);
    console.log(`${percent(reached(counts), counts.size).padStart(8)}  ${file} (${counts.size} lines)`);
  }
  console.log(`sim: ${report.ran} seeds reach ${hit} of ${all} lines of the engine, ${percent(hit, all)}`);
  return report.violations.length === 0;
}
