// The report as people read it: each row with its target and what was measured, then the figures of all contenders.
import { CONTENDERS } from "./contenders.js";

/** @typedef {Awaited<ReturnType<typeof import("./run.js").runBench>>} Report */

const number = (value) => {
  if (value === null) return "-";
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
};
const withUnit = (value, unit) => `${number(value)}${unit === "x" || unit === "" ? unit : ` ${unit}`}`;

/** @param {import("./row.js").Check} given */
const checkText = ({ what, value, unit, bound, met }) => {
  const text = `${what} ${withUnit(value, unit)} (${bound})`;
  return met ? text : `**${text}**`;
};

/** "raw@full: save" as people read it. */
function labelOf(key) {
  const [name, rest] = key.split(/(?=[@:])(.*)/s);
  return `${CONTENDERS[name]?.label ?? name}${rest ?? ""}`;
}

/** @param {import("./row.js").Row} row */
function details(row) {
  const lines = [`### ${row.title} (\`${row.key}\`)`, ""];
  const entries = Object.entries(row.contenders);
  if (entries.length > 0) {
    lines.push(`| contender | median, ${row.unit} | p95 | least | samples |`, "|---|---:|---:|---:|---:|");
    for (const [name, { median, p95, min, count }] of entries) {
      lines.push(`| ${labelOf(name)} | ${[median, p95, min].map(number).join(" | ")} | ${count} |`);
    }
    lines.push("");
  }
  for (const [name, message] of Object.entries(row.errors)) lines.push(`- ${labelOf(name)} failed: ${message}`);
  for (const note of row.notes) lines.push(`- ${note}`);
  if (lines.at(-1) !== "") lines.push("");
  return lines;
}

/** @param {Report} report @returns {string} */
export function reportMarkdown(report) {
  const { machine, versions, options, rows, seconds, started } = report;
  const mode = options.quick ? ", quick: shows that all works, not how fast it is" : "";
  const count = (status) => rows.filter((row) => row.status === status).length;
  return [
    "# Benchmark",
    "",
    `${started}, ${Math.round(seconds)} s${mode}. ` +
      `${count("met")} targets met, ${count("missed")} missed, ${count("failed")} failed.`,
    "",
    `- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, ` +
      `load ${machine.load.join(", ")}`,
    `- Versions: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}`,
    `- Items in a full store: ${options.items.toLocaleString("en")}`,
    "",
    "Ratios are between medians of this run, hubstash to the other: below 1 it is quicker. What missed is bold.",
    "",
    "| row | target | measured | |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row.title} | ${row.target} | ${row.checks.map(checkText).join("; ")} | ${row.status} |`),
    "",
    "## Figures",
    "",
    ...rows.flatMap(details),
  ].join("\n").trimEnd().concat("\n");
}

/** @param {Report} report @returns {string} for the terminal: a line for each check */
export function reportLines({ rows }) {
  const lines = [];
  for (const { key, status, checks, errors } of rows) {
    const measured = checks.map(({ what, value, unit, bound }) => `${what} ${withUnit(value, unit)} (${bound})`);
    lines.push(`${key.padEnd(13)} ${status.padEnd(9)} ${measured.join("; ")}`.trimEnd());
    for (const [name, message] of Object.entries(errors)) lines.push(`${" ".repeat(14)}${name} failed: ${message}`);
  }
  return lines.join("\n");
}
