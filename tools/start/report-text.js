// The report of the page as text for a terminal.
import { formatBytes, formatMs, formatSeconds } from "../../web/common/format.js";
import { operationOf } from "../../web/bench/operations.js";
import { LIMITS, verdictOf, verdictWords } from "../../web/bench/recommend.js";

const WIDTH = 100;

/**
 * @param {import("../../web/bench/report.js").Report} report
 * @returns {string}
 */
export function reportText(report) {
  const reads = Object.values(report.verified).reduce((sum, count) => sum + count, 0);
  const parts = [
    table(["What", "Size", "Where", "Median", "p95", "Rounds", "Verdict"], report.rows.map(cellsOf), [1, 3, 4, 5]),
    `Bytes verified: all ${reads} reads had the SHA-256 of what was written.`,
    `The whole run, cleaning up included: ${report.calls.commits} commits and ${report.calls.requests} requests.`,
    "",
  ];
  if (report.decision) parts.push(decisionTable(report.decision), "");
  if (report.recommendation) {
    const { title, reasons, settings } = report.recommendation;
    parts.push(`Recommendation: ${title}`, ...reasons.map((line) => wrapped(line)));
    if (report.caveat) parts.push(wrapped(report.caveat, "Note: "));
    parts.push("", indented(settings), "");
  }
  parts.push(...report.warnings.map((line) => wrapped(line, "Note: ")));
  return parts.join("\n");
}

function cellsOf(row) {
  const { kind } = operationOf(row.operation);
  return [
    row.label, formatBytes(row.bytes), row.contenderLabel, formatMs(row.median), formatMs(row.p95), String(row.rounds),
    row.verdict ? verdictWords(kind, row.verdict) : "",
  ];
}

function decisionTable(decision) {
  const rows = ["write", "read"].map((kind) => {
    const { good, slow } = LIMITS[kind];
    const otherwise = kind === "write" ? "hybrid" : "cache";
    return [
      kind === "write" ? "Write" : "Read",
      `< ${good / 1000} s`,
      `${good / 1000}-${slow / 1000} s`,
      `> ${slow / 1000} s: ${otherwise}`,
      `${formatSeconds(decision[kind])}, ${verdictWords(kind, verdictOf(kind, decision[kind]))}`,
    ];
  });
  return table(["Dataset", "Good", "Borderline", "Else", "Measured (slower median)"], rows, []);
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 * @param {number[]} toTheRight columns of numbers
 */
function table(head, rows, toTheRight) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const padded = (cell, column) =>
    toTheRight.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  const line = (cells) => cells.map(padded).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

function wrapped(text, start = "") {
  const lines = [start];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last && !last.endsWith(" ") ? `${last} ${word}` : last + word;
  }
  return lines.join("\n");
}

const indented = (text) => text.split("\n").map((line) => `  ${line}`).join("\n");
