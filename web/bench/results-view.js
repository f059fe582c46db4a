/** The parts of the page that show figures: the table of results, the decision table, the recommendation. */
import { byId, element } from "./dom.js";
import { formatBytes, formatMs, formatSeconds } from "./format.js";
import { OPERATIONS } from "./operations.js";
import { LIMITS, verdictOf, verdictWords } from "./recommend.js";

/**
 * @typedef {import("./report.js").Report} Report
 * @typedef {import("./report.js").Row} Row
 */

// On narrow screens the rows become cards (bench.css), and a table that is no table to the style sheet loses its
// meaning for screen readers unless the roles are spelled out.
const ROW = { role: "row" };
const COLUMN = { role: "columnheader", scope: "col" };

/** @param {Report} report */
export function showReport(report) {
  showResults(report);
  showDecision(report.decision);
  showRecommendation(report);
}

/** @param {Report} report */
function showResults(report) {
  const columns = ["What", "Where", "Median", "p95", "Rounds", "Verdict"];
  const titles = columns.map((one) => element("th", COLUMN, one));
  const head = element("thead", { role: "rowgroup" }, element("tr", ROW, ...titles));
  const groups = OPERATIONS.map(({ key }) => {
    const rows = report.rows.filter((row) => row.operation === key);
    const made = rows.map((row, index) => resultRow(row, index === 0 ? rows.length : 0));
    return element("tbody", { role: "rowgroup" }, ...made);
  });
  byId("results", HTMLTableElement).replaceChildren(head, ...groups);
  byId("notes", HTMLUListElement).replaceChildren(...notesOf(report).map((note) => element("li", {}, note)));
}

/**
 * @param {Row} row
 * @param {number} span rows that the operation's name covers; 0 when an earlier row carries it
 */
function resultRow(row, span) {
  const kind = row.operation.startsWith("write") ? "write" : "read";
  const name = element("th", { role: "rowheader", scope: "rowgroup", rowspan: String(span) }, row.label);
  name.append(element("span", { class: "size" }, formatBytes(row.bytes)));
  const cell = (/** @type {string} */ label, /** @type {Node | string} */ content, type = "number") =>
    element("td", { "role": "cell", "data-label": label, "class": type }, content);
  return element(
    "tr",
    { ...ROW, "data-operation": row.operation, "data-contender": row.contender },
    ...(span > 0 ? [name] : []),
    cell("Where", row.contenderLabel, "where"),
    cell("Median", formatMs(row.median), "number strong"),
    cell("p95", formatMs(row.p95)),
    cell("Rounds", String(row.rounds)),
    cell("Verdict", badge(kind, row.median), "verdict"),
  );
}

/**
 * @param {"write" | "read"} kind
 * @param {number} ms
 */
function badge(kind, ms) {
  const verdict = verdictOf(kind, ms);
  return element("span", { class: `badge ${verdict}` }, verdictWords(kind, verdict));
}

/** @param {Report} report */
function notesOf(report) {
  const reads = Object.values(report.verified).reduce((sum, count) => sum + count, 0);
  const notes = [`Bytes verified: all ${reads} reads, warm-up included, had the SHA-256 of what was written.`];
  for (const [name, usage] of Object.entries(report.usage)) {
    if (!usage) continue;
    const label = report.rows.find((row) => row.contender === name)?.contenderLabel ?? name;
    notes.push(`${label}: ${usage.requests} requests, ${formatBytes(usage.bytesSent)} sent.`);
  }
  return [...notes, ...report.warnings];
}

/**
 * The decision table; before a run it shows the limits only.
 * @param {Report["decision"]} decision
 */
export function showDecision(decision) {
  const head = ["", "Good", "Borderline", "Else", "Measured"].map((one) => element("th", COLUMN, one));
  const rows = /** @type {const} */ (["write", "read"]).map((kind) => {
    const { good, slow } = LIMITS[kind];
    const ms = decision?.[kind];
    const measured = element("td", { "role": "cell", "data-label": "Measured" });
    if (ms === undefined) measured.append("–");
    else measured.append(element("span", {}, element("strong", {}, formatSeconds(ms)), " ", badge(kind, ms)));
    const cell = (/** @type {string} */ label, /** @type {string} */ text) =>
      element("td", { "role": "cell", "data-label": label }, text);
    return element(
      "tr",
      ROW,
      element("th", { role: "rowheader", scope: "row" }, kind === "write" ? "Write" : "Read"),
      cell("Good", `< ${good / 1000} s`),
      cell("Borderline", `${good / 1000}–${slow / 1000} s`),
      cell("Else", `> ${slow / 1000} s: ${kind === "write" ? "hybrid" : "cache"}`),
      measured,
    );
  });
  byId("decision", HTMLTableElement).replaceChildren(
    element("thead", { role: "rowgroup" }, element("tr", ROW, ...head)),
    element("tbody", { role: "rowgroup" }, ...rows),
  );
}

/** @param {Report} report */
function showRecommendation({ recommendation, caveat }) {
  const card = byId("recommendation-card", HTMLElement);
  card.dataset.kind = recommendation?.kind ?? "none";
  const settings = byId("recommendation-settings", HTMLPreElement);
  settings.hidden = !recommendation;
  settings.textContent = recommendation?.settings ?? "";
  const warning = byId("recommendation-caveat", HTMLParagraphElement);
  warning.hidden = caveat === null;
  warning.textContent = caveat ?? "";
  byId("recommendation-title", HTMLHeadingElement).textContent = recommendation?.title ?? "Measure the dataset too";
  const reasons = recommendation?.reasons ?? [
    "IndexedDB alone says nothing about the Hub. Press “Compare both” for a recommendation.",
  ];
  byId("recommendation-reasons", HTMLDivElement).replaceChildren(...reasons.map((text) => element("p", {}, text)));
}
