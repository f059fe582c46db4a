/** From samples to what is shown, printed and exported. Pure. */
import { OPERATIONS, operationOf } from "./operations.js";
import { recommend, verdictOf } from "./recommend.js";
import { median, summarise } from "./stats.js";
import { warningsFor } from "./warnings.js";

/**
 * @typedef {import("./operations.js").OperationKey} OperationKey
 * @typedef {import("./runner.js").Sample} Sample
 *
 * @typedef {object} Row
 * @property {OperationKey} operation
 * @property {string} label
 * @property {string} contender
 * @property {string} contenderLabel
 * @property {string} load
 * @property {number} bytes
 * @property {import("./matrix.js").Setting} setting
 * @property {number} median ms
 * @property {number} p95
 * @property {number} p99
 * @property {number} min
 * @property {number} max
 * @property {number} rounds samples that count
 * @property {import("./recommend.js").Verdict | null} verdict null for what happens in the background
 * @property {{ longestMs: number, medianMs: number, longTasks: number | null } | null} blocking
 * @property {NetworkSummary | null} network
 *
 * @typedef {object} NetworkSummary medians of the samples
 * @property {number} requests
 * @property {number} commits
 * @property {number} sentBytes
 * @property {number} receivedBytes
 * @property {number | null} firstByteMs
 * @property {number | null} transferMs
 * @property {number | null} restMs what the call took beyond its requests; null where they overlapped
 *
 * @typedef {object} Report
 * @property {Row[]} rows
 * @property {import("./recommend.js").Recommendation | null} recommendation null without figures of the dataset
 * @property {{ write: number, read: number } | null} decision the dataset's slower medians, ms
 * @property {Record<string, number>} verified
 * @property {import("./budget.js").Calls} calls of the whole run, cleaning up included
 * @property {import("./phases.js").RoundTrip | null} roundTrip
 * @property {string | null} caveat what limits the recommendation as a whole
 * @property {string[]} warnings
 * @property {Facts} facts
 *
 * @typedef {object} RunFacts
 * @property {string} started ISO 8601
 * @property {string} hubUrl
 * @property {boolean} localHub
 * @property {string} dataset
 * @property {{ name: string, size: number, gzipRatio: number }} pdf
 * @property {number} rounds
 * @property {number} warmUps
 * @property {number} seed
 * @property {import("./matrix.js").Selection} selection
 * @property {Record<string, string>} versions of packages
 *
 * @typedef {RunFacts & import("./facts.js").EnvironmentFacts} Facts
 *
 * @typedef {object} BlockResult
 * @property {import("./matrix.js").Setting} setting
 * @property {readonly { name: string, label: string }[]} contenders
 * @property {import("./runner.js").RunResult} result
 */

const LOCAL_CAVEAT =
  "Measured against the local Hub on this machine: that shows that everything works, not how fast huggingface.co is " +
  "from here. Enter an access token to measure the real Hub.";

/**
 * @param {object} measured
 * @param {BlockResult[]} measured.results
 * @param {(import("./matrix.js").Load)[]} measured.loads
 * @param {import("./phases.js").RoundTrip | null} measured.roundTrip
 * @param {import("./budget.js").Calls} measured.calls
 * @param {Facts} measured.facts
 * @returns {Report}
 */
export function buildReport({ results, loads, roundTrip, calls, facts }) {
  const rows = results.flatMap((block) => loads.flatMap((load) => rowsOf(block, load, facts)));
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
  /** @type {Record<string, number>} */
  const verified = {};
  for (const { result } of results) {
    for (const [name, count] of Object.entries(result.verified)) verified[name] = (verified[name] ?? 0) + count;
  }
  return {
    rows,
    recommendation,
    decision: remote ? { write: remote.write, read: remote.read } : null,
    verified,
    calls,
    roundTrip,
    caveat: remote && facts.localHub ? LOCAL_CAVEAT : null,
    warnings: warningsFor(results.map(({ result }) => result), rows, facts),
    facts,
  };
}

/**
 * @param {BlockResult} block
 * @param {import("./matrix.js").Load} load
 * @param {Facts} facts
 * @returns {Row[]}
 */
function rowsOf({ setting, contenders, result }, load, facts) {
  const rows = [];
  for (const { key, label, kind } of OPERATIONS.filter(({ what }) => what === load.kind)) {
    for (const { name, label: contenderLabel } of contenders) {
      const samples = result.samples.filter(
        (one) => one.contender === name && one.operation === key && one.load === load.key,
      );
      if (samples.length === 0) continue;
      const { count, ...summary } = summarise(samples.map(({ ms }) => ms));
      rows.push({
        operation: key, label, contender: name, contenderLabel, load: load.key, setting,
        bytes: load.bytes ?? facts.pdf.size,
        ...summary,
        rounds: count,
        verdict: kind === "sync" ? null : verdictOf(kind, summary.median),
        blocking: blockingOf(samples),
        network: networkOf(samples),
      });
    }
  }
  return rows;
}

/** @param {Sample[]} samples */
function blockingOf(samples) {
  const seen = samples.flatMap(({ blocking }) => (blocking ? [blocking] : []));
  if (seen.length === 0) return null;
  const tasks = seen.flatMap(({ longTasks }) => (longTasks === null ? [] : [longTasks]));
  return {
    longestMs: Math.max(...seen.map(({ longestMs }) => longestMs)),
    medianMs: median(seen.map(({ longestMs }) => longestMs)),
    longTasks: tasks.length === 0 ? null : tasks.reduce((sum, one) => sum + one, 0),
  };
}

/**
 * @param {Sample[]} samples
 * @returns {NetworkSummary | null}
 */
function networkOf(samples) {
  const used = samples.flatMap(({ ms, network }) => (network ? [{ ms, ...network }] : []));
  if (used.length === 0) return null;
  const middle = (/** @type {(one: typeof used[number]) => number | null} */ of) => {
    const values = used.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  const rest = (/** @type {typeof used[number]} */ { ms, firstByteMs, transferMs }) => {
    if (firstByteMs === null || transferMs === null) return null;
    return ms >= firstByteMs + transferMs ? ms - firstByteMs - transferMs : null;
  };
  return {
    requests: middle((one) => one.requests) ?? 0,
    commits: middle((one) => one.commits) ?? 0,
    sentBytes: middle((one) => one.sentBytes) ?? 0,
    receivedBytes: middle((one) => one.receivedBytes) ?? 0,
    firstByteMs: middle((one) => one.firstByteMs),
    transferMs: middle((one) => one.transferMs),
    restMs: middle(rest),
  };
}

/**
 * People wait for the slowest of what they store, so that one decides.
 * @param {Row[]} rows
 * @param {string} contender
 */
function slowest(rows, contender) {
  const own = rows.filter((row) => row.contender === contender);
  const most = (/** @type {"write" | "read"} */ kind, /** @type {"median" | "p95"} */ figure) =>
    Math.max(...own.filter((row) => operationOf(row.operation).kind === kind).map((row) => row[figure]));
  if (!Number.isFinite(most("write", "median")) || !Number.isFinite(most("read", "median"))) return null;
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
  const factor = (/** @type {OperationKey} */ operation) => {
    const local = rows.find((row) => row.contender === "indexeddb" && row.operation === operation);
    const remote = rows.find(
      (row) => row.contender === "dataset" && row.operation === operation && row.load === local?.load,
    );
    // Clocks tick in steps of 0.1 ms and more; a factor against less than one step would be noise.
    return local && remote ? remote.median / Math.max(local.median, 0.1) : null;
  };
  const [write, read] = [factor("writePdf"), factor("readPdf")];
  return write === null || read === null ? null : { write, read };
}
