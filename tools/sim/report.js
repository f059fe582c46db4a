// What a run of the simulator has to say.

/** What replays a seed that has failed, with the planted bug that it failed by, if any. */
export const replayCommand = (seed, canary = 0) =>
  `npm run sim -- --first-seed ${seed} --seeds 1 --trace${canary ? ` --plant ${canary}` : ""}`;

const number = (value) => value.toLocaleString("en-US");

/** @param {import("./run.js").Report} report */
export function reportText(report, seconds) {
  const failed = report.violations.length;
  const days = report.modelMs / 86_400_000;
  const lines = [
    `sim: ${number(report.ran)} seeds, ${failed} failed, ${seconds.toFixed(1)} s`,
    `  ${number(report.calls)} calls, ${number(report.commits)} commits, ${days.toFixed(0)} days of model time; met:`,
  ];
  const met = Object.entries(report.faults).map(([name, count]) => `${number(count)} ${name}`);
  for (let at = 0; at < met.length; at += 4) lines.push(`  ${met.slice(at, at + 4).join("; ")}`);
  return lines.join("\n");
}
