/** The figures of a run: the table of times and the table of the network. */
import { byId, element } from "../common/dom.js";
import { formatBytes, formatMs } from "../common/format.js";
import { FINEST_MS } from "./blocking.js";
import { environmentWords } from "./facts.js";
import { settingWords } from "./matrix.js";
import { operationOf } from "./operations.js";
import { verdictOf, verdictWords } from "./recommend.js";
import { ROW, groupName, tableCell, tableGroup, tableHead } from "./tables.js";

/**
 * @typedef {import("./report.js").Report} Report
 * @typedef {import("./report.js").Row} Row
 */

const UNKNOWN = "not available";
/** How a verdict is coloured (common/base.css). */
const TONES = { good: "good", borderline: "waiting", slow: "problem" };

/** @param {Report} report */
export function showResults(report) {
  const groups = groupsOf(report.rows).map((rows) => tableGroup(rows.map((row, index) => timeRow(row, index, rows))));
  const titles = ["What", "Where", "Median", "p95", "p99", "Samples", "Page blocked", "Verdict"];
  byId("results", HTMLTableElement).replaceChildren(tableHead(titles), ...groups);
  showNetwork(report);
  byId("notes", HTMLUListElement).replaceChildren(...notesOf(report).map((note) => element("li", {}, note)));
  const words = environmentWords(report.facts, formatBytes).flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
  byId("environment", HTMLDListElement).replaceChildren(...words);
}

/** Rows of the same thing in the same setting stand together. @param {Row[]} rows */
export function groupsOf(rows) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of rows) {
    const key = `${settingWords(row.setting)} ${row.operation} ${row.load}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** @param {Row} row @param {number} index @param {Row[]} group */
function nameOf(row, index, group) {
  if (index > 0) return [];
  const usual = settingWords(row.setting) === "warm, strict, empty";
  const small = usual ? formatBytes(row.bytes) : `${formatBytes(row.bytes)}, ${settingWords(row.setting)}`;
  return [groupName(row.label, small, group.length)];
}

/** @param {Row} row @param {number} index @param {Row[]} group */
function timeRow(row, index, group) {
  return element(
    "tr",
    { ...ROW, "data-operation": row.operation, "data-contender": row.contender },
    ...nameOf(row, index, group),
    tableCell("Where", row.contenderLabel, "where"),
    tableCell("Median", formatMs(row.median), "number strong"),
    tableCell("p95", formatMs(row.p95)),
    tableCell("p99", formatMs(row.p99)),
    tableCell("Samples", String(row.rounds)),
    tableCell("Page blocked", blockedWords(row.blocking)),
    tableCell("Verdict", chipOf(operationOf(row.operation).kind, row.median), "verdict"),
  );
}

/** @param {Row["blocking"]} blocking */
export function blockedWords(blocking) {
  if (!blocking) return UNKNOWN;
  return blocking.longestMs < FINEST_MS ? `< ${FINEST_MS} ms` : formatMs(blocking.longestMs);
}

/**
 * @param {"write" | "sync" | "read"} kind
 * @param {number} ms
 */
export function chipOf(kind, ms) {
  if (kind === "sync") return element("span", { class: "hint" }, "in the background");
  const verdict = verdictOf(kind, ms);
  return element("span", { class: `chip ${TONES[verdict]}` }, verdictWords(kind, verdict));
}

/** @param {Report} report */
function showNetwork({ rows, roundTrip }) {
  const used = rows.filter((row) => row.network);
  byId("network-part", HTMLElement).hidden = used.length === 0;
  const ms = (/** @type {number | null | undefined} */ value) => (value == null ? UNKNOWN : formatMs(value));
  const groups = groupsOf(used).map((group) =>
    tableGroup(
      group.map((row, index) => {
        const network = /** @type {NonNullable<Row["network"]>} */ (row.network);
        return element(
          "tr",
          ROW,
          ...nameOf(row, index, group),
          tableCell("Where", row.contenderLabel, "where"),
          tableCell("First byte", ms(network.firstByteMs)),
          tableCell("Transfer", ms(network.transferMs)),
          tableCell("Rest", ms(network.restMs)),
          tableCell("Requests", String(network.requests)),
          tableCell("Sent", formatBytes(network.sentBytes)),
          tableCell("Received", formatBytes(network.receivedBytes)),
        );
      }),
    ),
  );
  const titles = ["What", "Where", "First byte", "Transfer", "Rest", "Requests", "Sent", "Received"];
  byId("network", HTMLTableElement).replaceChildren(tableHead(titles), ...groups);
  byId("round-trip", HTMLParagraphElement).textContent =
    `Network round trip to the Hub: ${ms(roundTrip?.medianMs)} (median of ${roundTrip?.samples ?? 0} empty ` +
    `requests); the first one, which connects: ${ms(roundTrip?.firstMs)}; the connecting alone: ` +
    `${ms(roundTrip?.connectMs)}${roundTrip?.connectMs == null ? ", as the Hub does not let pages see it" : ""}.`;
}

/** @param {Report} report */
function notesOf(report) {
  const reads = Object.values(report.verified).reduce((sum, count) => sum + count, 0);
  const notes = [`Bytes verified: all ${reads} reads, warm-up included, had the SHA-256 of what was written.`];
  const { requests, commits } = report.calls;
  if (requests > 0) notes.push(`The whole run, cleaning up included: ${commits} commits and ${requests} requests.`);
  return [...notes, ...report.warnings];
}
