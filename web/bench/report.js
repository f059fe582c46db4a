/** From samples to what is shown, printed and exported. Pure. */
import { OPERATIONS } from "./operations.js";
import { recommend, verdictOf } from "./recommend.js";
import { summarise } from "./stats.js";

/**
 * @typedef {import("./operations.js").OperationKey} OperationKey
 *
 * @typedef {object} Row
 * @property {OperationKey} operation
 * @property {string} label
 * @property {string} contender
 * @property {string} contenderLabel
 * @property {number} bytes
 * @property {number} median ms
 * @property {number} p95
 * @property {number} min
 * @property {number} max
 * @property {number} rounds
 * @property {import("./recommend.js").Verdict} verdict
 *
 * @typedef {object} Report
 * @property {Row[]} rows
 * @property {import("./recommend.js").Recommendation | null} recommendation null without figures of the dataset
 * @property {{ write: number, read: number } | null} decision the dataset's slower medians, ms
 * @property {Record<string, number>} verified
 * @property {Record<string, import("./contenders/contender.js").Usage | null>} usage
 * @property {string | null} caveat what limits the recommendation as a whole
 * @property {string[]} warnings
 * @property {Facts} facts
 *
 * @typedef {object} Facts
 * @property {string} started ISO 8601
 * @property {string} hubUrl
 * @property {boolean} localHub
 * @property {string} dataset
 * @property {{ name: string, size: number, gzipRatio: number }} pdf
 * @property {number} projectSize
 * @property {number} rounds
 * @property {number} warmUps
 * @property {number} seed
 * @property {number} clockStepMs
 * @property {boolean} crossOriginIsolated
 * @property {string} userAgent
 * @property {number} cores
 */

const LOCAL_CAVEAT =
  "Measured against the local Hub on this machine: that shows that everything works, not how fast huggingface.co is " +
  "from here. Enter an access token to measure the real Hub.";

/**
 * @param {import("./runner.js").RunResult} result
 * @param {readonly { name: string, label: string }[]} contenders
 * @param {Facts} facts
 * @returns {Report}
 */
export function buildReport(result, contenders, facts) {
  /** @type {Row[]} */
  const rows = [];
  for (const { key, label, kind, what } of OPERATIONS) {
    for (const { name, label: contenderLabel } of contenders) {
      const { count, ...summary } = summarise(result.samples[name]?.[key] ?? []);
      const bytes = what === "PDF" ? facts.pdf.size : facts.projectSize;
      const verdict = verdictOf(kind, summary.median);
      rows.push({ operation: key, label, contender: name, contenderLabel, bytes, ...summary, rounds: count, verdict });
    }
  }
  const remote = slowest(rows, "dataset");
  const factors = pdfFactors(rows);
  const recommendation = remote
    ? recommend({
        writeMs: remote.write,
        readMs: remote.read,
        writeP95Ms: remote.writeP95,
        readP95Ms: remote.readP95,
        ...(factors ? { factors } : {}),
        dataset: facts.dataset,
        pdf: { size: facts.pdf.size, ratio: facts.pdf.gzipRatio },
      })
    : null;
  return {
    rows,
    recommendation,
    decision: remote ? { write: remote.write, read: remote.read } : null,
    verified: result.verified,
    usage: result.usage,
    caveat: remote && facts.localHub ? LOCAL_CAVEAT : null,
    warnings: warningsFor(result, facts),
    facts,
  };
}

/**
 * People wait for the slower of PDF and project, so that one decides.
 * @param {Row[]} rows
 * @param {string} contender
 */
function slowest(rows, contender) {
  const own = rows.filter((row) => row.contender === contender);
  if (own.length === 0) return null;
  const most = (/** @type {string} */ prefix, /** @type {"median" | "p95"} */ figure) =>
    Math.max(...own.filter((row) => row.operation.startsWith(prefix)).map((row) => row[figure]));
  return {
    write: most("write", "median"),
    read: most("read", "median"),
    writeP95: most("write", "p95"),
    readP95: most("read", "p95"),
  };
}

/**
 * Like is compared with like: the same file, here and there.
 * @param {Row[]} rows
 */
function pdfFactors(rows) {
  const medianOf = (/** @type {string} */ contender, /** @type {OperationKey} */ operation) =>
    rows.find((row) => row.contender === contender && row.operation === operation)?.median;
  const factor = (/** @type {OperationKey} */ operation) => {
    const [remote, local] = [medianOf("dataset", operation), medianOf("indexeddb", operation)];
    // Clocks tick in steps of 0.1 ms and more; a factor against less than one step would be noise.
    return remote === undefined || local === undefined ? null : remote / Math.max(local, 0.1);
  };
  const [write, read] = [factor("writePdf"), factor("readPdf")];
  return write === null || read === null ? null : { write, read };
}

/**
 * @param {import("./runner.js").RunResult} result
 * @param {Facts} facts
 * @returns {string[]}
 */
function warningsFor(result, facts) {
  const warnings = [];
  if (result.hiddenSteps > 0) {
    warnings.push(
      `The page was hidden during ${result.hiddenSteps} of the measured steps. Browsers throttle hidden tabs, so run ` +
        "it again and keep this tab in front.",
    );
  }
  if (facts.rounds < 20) {
    warnings.push(`With ${facts.rounds} rounds the p95 is the slowest round; 20 or more make it meaningful.`);
  }
  return [...warnings, ...result.leftovers];
}
