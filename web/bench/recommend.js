/**
 * From medians to a recommendation. Pure: the same numbers give the same words.
 *
 *            good        borderline     otherwise
 *   write    < 2 s       2 to 3 s       > 3 s   hybrid: save locally, commit in the background
 *   read     < 1 s       1 to 2 s       > 2 s   keep a cache in the browser
 */
import { formatBytes, formatFactor, formatSeconds } from "../common/format.js";

/** In ms. Below `good` nobody minds waiting; above `slow` nobody should have to. */
export const LIMITS = {
  write: { good: 2000, slow: 3000 },
  read: { good: 1000, slow: 2000 },
};

/** A write this slow means that even background syncs get in each other's way, so they should come less often. */
export const VERY_SLOW_WRITE_MS = 2 * LIMITS.write.slow;

/** A PDF that gzip shrinks to less than this is worth compressing before it is uploaded. */
const WORTH_COMPRESSING = 0.9;

/**
 * @typedef {"good" | "borderline" | "slow"} Verdict
 * @typedef {"dataset" | "hybrid" | "hybrid-slow"} RecommendationKind
 * @typedef {{ kind: RecommendationKind, title: string, reasons: string[], settings: string }} Recommendation
 */

/**
 * @typedef {object} Measured
 * @property {number} writeMs the slower of the dataset's two medians of writing (PDF, project)
 * @property {number} readMs the same for reading
 * @property {number} [writeP95Ms]
 * @property {number} [readP95Ms]
 * @property {{ write: number, read: number }} [factors] how many times IndexedDB's time the dataset takes for the PDF
 * @property {string} dataset name to put into the settings
 * @property {{ size: number, ratio: number }} [pdf] its size, and the fraction of it that gzip leaves
 */

/**
 * @param {"write" | "read"} kind
 * @param {number} ms
 * @returns {Verdict}
 */
export function verdictOf(kind, ms) {
  const { good, slow } = LIMITS[kind];
  if (ms < good) return "good";
  return ms > slow ? "slow" : "borderline";
}

/**
 * What a verdict says about the way to store.
 * @param {"write" | "read"} kind
 * @param {Verdict} verdict
 * @returns {string}
 */
export function verdictWords(kind, verdict) {
  if (verdict === "good") return "good";
  if (verdict === "borderline") return "borderline";
  return kind === "write" ? "slow: use hybrid" : "slow: use a cache";
}

/**
 * @param {Measured} measured
 * @returns {Recommendation}
 */
export function recommend(measured) {
  const kind = kindFor(measured);
  const settings = settingsFor(kind, measured.dataset);
  return { kind, title: TITLES[kind], reasons: reasonsFor(kind, measured), settings };
}

/** @type {Record<RecommendationKind, string>} */
const TITLES = {
  "dataset": "Pure dataset: no local copy needed",
  "hybrid": "Hybrid: save in the browser, commit in the background",
  "hybrid-slow": "Hybrid with a longer interval and compression",
};

/**
 * @param {Measured} measured
 * @returns {RecommendationKind}
 */
function kindFor({ writeMs, readMs }) {
  const write = verdictOf("write", writeMs);
  const read = verdictOf("read", readMs);
  if (write === "good" && read === "good") return "dataset";
  if (writeMs > VERY_SLOW_WRITE_MS || (write === "slow" && read === "slow")) return "hybrid-slow";
  return "hybrid";
}

/**
 * @param {RecommendationKind} kind
 * @param {Measured} m
 * @returns {string[]}
 */
function reasonsFor(kind, m) {
  const reasons = [
    `Writing to the dataset takes ${formatSeconds(m.writeMs)} (${against("write", m.writeMs)}) and reading ` +
      `${formatSeconds(m.readMs)} (${against("read", m.readMs)}).`,
  ];
  if (kind === "dataset") {
    reasons.push("People can wait for the Hub on every save and load; each save is on the Hub when it returns.");
    if (isRough(m)) {
      reasons.push("The slowest rounds were over the limit, though. If that happens often, choose hybrid.");
    }
    reasons.push("Hybrid is still the choice when the app must work offline, or saves more than 120 times an hour.");
  } else {
    reasons.push("Save to IndexedDB first and let hubstash commit in the background; read from the browser's copy.");
  }
  if (m.factors) {
    const [write, read] = [formatFactor(m.factors.write), formatFactor(m.factors.read)];
    reasons.push(`For the PDF, that is ${write} times what IndexedDB takes to write, and ${read} times to read.`);
  }
  if (kind === "hybrid-slow") {
    reasons.push(
      "The connection is slow: gather changes for two minutes, and up to fifteen, so that fewer commits carry them.",
      compressionSentence(m.pdf),
    );
  }
  return reasons;
}

/**
 * @param {"write" | "read"} kind
 * @param {number} ms
 */
function against(kind, ms) {
  const { good, slow } = LIMITS[kind];
  const verdict = verdictOf(kind, ms);
  if (verdict === "good") return `good, below ${good / 1000} s`;
  if (verdict === "slow") return `slow, above ${slow / 1000} s`;
  return `borderline, between ${good / 1000} and ${slow / 1000} s`;
}

/** @param {Measured} m */
function isRough(m) {
  return (m.writeP95Ms ?? 0) > LIMITS.write.slow || (m.readP95Ms ?? 0) > LIMITS.read.slow;
}

/** @param {Measured["pdf"]} pdf */
function compressionSentence(pdf) {
  const documents = "hubstash compresses project documents itself (gzip in the browser, and above 1 MiB on the Hub).";
  if (!pdf) return `Compression: ${documents}`;
  const size = formatBytes(pdf.size);
  if (pdf.ratio >= WORTH_COMPRESSING) {
    return (
      `Compression: ${documents} gzip would take only ${percent(1 - pdf.ratio)} off this PDF (${size}), so make PDFs ` +
      "smaller where they come from: fewer or smaller images."
    );
  }
  return (
    `Compression: ${documents} gzip would take ${percent(1 - pdf.ratio)} off this PDF (${size}), so save it through ` +
    "CompressionStream in a blob collection of its own, or rewrite it with compressed streams."
  );
}

/** @param {number} fraction */
function percent(fraction) {
  return `${Math.max(0, Math.round(fraction * 100))} %`;
}

/**
 * @param {RecommendationKind} kind
 * @param {string} dataset
 */
function settingsFor(kind, dataset) {
  const lines = [`dataset: ${JSON.stringify(dataset)},`, "token: getToken,"];
  if (kind === "dataset") lines.push('mode: "remote",');
  if (kind !== "dataset") lines.push('mode: "hybrid",');
  if (kind === "hybrid") lines.push("sync: { idleMs: 30_000, maxWaitMs: 300_000 },");
  if (kind === "hybrid-slow") lines.push("sync: { idleMs: 120_000, maxWaitMs: 900_000 },");
  return ["const store = await openStore({", ...lines.map((line) => `  ${line}`), "});"].join("\n");
}
