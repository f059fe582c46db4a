// How many tests ran, read off what the runners print at their end.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Catch2's last line, of version 2 and 3: "All tests passed (8 assertions in 3 test cases)", or
 * "test cases: 3 | 1 passed | 2 failed". Anything else, such as a crash, counts as one failure.
 * @returns {Counts}
 */
export function catchCounts(output) {
  const all = /All tests passed \(.*? in (\d+) test cases?\)/.exec(output);
  if (all) return { passed: Number(all[1]), failed: 0, skipped: 0 };
  const line = /^test cases: .*$/m.exec(output)?.[0];
  if (!line) return { passed: 0, failed: /No tests? (cases matched|ran)/i.test(output) ? 0 : 1, skipped: 0 };
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/**
 * The closing lines of node's TAP reporter.
 * @returns {Counts}
 */
export function tapCounts(tap) {
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(tap)?.[1] ?? NaN);
  const passed = count("pass");
  if (Number.isNaN(passed)) return { passed: 0, failed: 1, skipped: 0 }; // It did not come to its end.
  return { passed, failed: count("fail") + count("cancelled"), skipped: count("skipped") + count("todo") };
}

/** @param {{ name: string, counts: Counts | null, seconds: number, note?: string }[]} results */
export function table(results) {
  const rows = [["suite", "tests", "passed", "failed", "skipped", "seconds", ""]];
  for (const { name, counts, seconds, note = "" } of results) {
    const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
    rows.push([name, passed + failed + skipped, passed, failed, skipped, seconds.toFixed(1), note].map(String));
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) => (column % 6 === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
