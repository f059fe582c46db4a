/** A report as files. Pure. */
import { csvText } from "./csv.js";

const COLUMNS = /** @type {const} */ ([
  "operation", "size_bytes", "contender", "temperature", "durability", "items_stored", "samples", "median_ms", "p95_ms",
  "p99_ms", "min_ms", "max_ms", "blocked_longest_ms", "blocked_median_ms", "long_tasks", "first_byte_ms", "transfer_ms",
  "rest_ms", "requests", "commits", "sent_bytes", "received_bytes",
]);

/** Of the run, the same in each line, so that lines of several files can lie in one table. */
const RUN_COLUMNS = /** @type {const} */ ([
  "started", "hub", "pdf", "seed", "round_trip_ms", "cores", "memory_gb", "heap_limit_bytes", "storage_used_bytes",
  "storage_quota_bytes", "partition", "clock_step_ms", "browser", "versions",
]);

/**
 * @param {import("./report.js").Report} report
 * @returns {string}
 */
export function reportCsv({ rows, facts, roundTrip }) {
  const { storage } = facts;
  const versions = Object.entries(facts.versions).map((pair) => pair.join(" ")).join("; ");
  const ofRun = [
    facts.started, facts.hubUrl, facts.pdf.name, facts.seed, roundTrip?.medianMs, facts.cores, facts.deviceMemoryGB,
    facts.jsHeapLimitBytes, storage?.usage, storage?.quota, facts.partition, facts.clockStepMs, facts.userAgent,
    versions,
  ];
  const lines = rows.map(({ setting, blocking, network, ...row }) => [
    row.operation, row.bytes, row.contenderLabel, setting.temperature, setting.durability, setting.items, row.rounds,
    row.median, row.p95, row.p99, row.min, row.max, blocking?.longestMs, blocking?.medianMs, blocking?.longTasks,
    network?.firstByteMs, network?.transferMs, network?.restMs, network?.requests, network?.commits,
    network?.sentBytes, network?.receivedBytes, ...ofRun,
  ]);
  return csvText([[...COLUMNS, ...RUN_COLUMNS], ...lines]);
}

/** @param {import("./report.js").Report} report @returns {string} */
export const reportJson = (report) => `${JSON.stringify(report, null, 2)}\n`;
