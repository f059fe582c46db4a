/** What a person should know before believing the figures. Pure. */
import { entryOf } from "./contenders/index.js";

/**
 * @param {readonly import("./runner.js").RunResult[]} results
 * @param {readonly import("./report.js").Row[]} rows
 * @param {import("./report.js").Facts} facts
 * @returns {string[]}
 */
export function warningsFor(results, rows, facts) {
  const sum = (/** @type {"discarded" | "dropped"} */ what) => results.reduce((total, one) => total + one[what], 0);
  const warnings = [];
  if (sum("discarded") > 0) {
    warnings.push(
      `This tab was hidden during ${sum("discarded")} of the samples. Browsers throttle hidden tabs, so they were ` +
        "discarded and taken again; keep this tab in front.",
    );
  }
  if (sum("dropped") > 0) {
    warnings.push(`${sum("dropped")} samples are missing, as this tab was hidden each time that they were taken.`);
  }
  const { rounds } = facts;
  if (rounds < 20) {
    warnings.push(`With ${rounds} ${rounds === 1 ? "sample" : "samples"} of each, p95 and p99 are the slowest one.`);
  } else if (rounds < 100) {
    warnings.push(`With ${rounds} samples of each, p99 is the slowest one.`);
  }
  const names = [...new Set(rows.map(({ contender }) => contender))];
  const unasked = names.map(entryOf).filter(({ hub, durable }) => !hub && !durable);
  if (unasked.length > 0) {
    const who = unasked.map(({ label }) => label).join(", ");
    warnings.push(`${who} cannot be asked for strict or relaxed writes: the browser chooses, mostly relaxed.`);
  }
  return [...warnings, ...results.flatMap(({ leftovers }) => leftovers)];
}
