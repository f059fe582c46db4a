/** Where the time of network requests went. What a browser does not tell is null, never 0. Pure. */

/**
 * @typedef {import("./meter.js").Exchange} Exchange
 *
 * @typedef {object} StepNetwork what one step's requests cost, one after the other
 * @property {number} requests
 * @property {number} commits
 * @property {number} sentBytes
 * @property {number} receivedBytes
 * @property {number | null} firstByteMs waiting for the first bytes of the answers
 * @property {number | null} transferMs bodies, up and down
 *
 * @typedef {object} RoundTrip
 * @property {number | null} connectMs until the connection stood; null where the Hub does not allow to see it
 * @property {number | null} firstMs the first request, which connects
 * @property {number | null} medianMs the others
 * @property {number} samples how many others
 */

/**
 * @param {readonly Exchange[]} exchanges
 * @returns {StepNetwork}
 */
export function stepNetwork(exchanges) {
  const sum = (/** @type {(one: Exchange) => number} */ of) => exchanges.reduce((total, one) => total + of(one), 0);
  const known = exchanges.some((one) => one.waitMs !== null);
  return {
    requests: exchanges.length,
    commits: exchanges.filter((one) => one.commit).length,
    sentBytes: sum((one) => one.sentBytes),
    receivedBytes: sum((one) => one.receivedBytes),
    firstByteMs: known ? sum((one) => one.waitMs ?? 0) : null,
    transferMs: known ? sum((one) => (one.sendMs ?? 0) + (one.transferMs ?? 0)) : null,
  };
}

/** @typedef {"requestStart" | "responseStart" | "connectStart" | "connectEnd"} InnerTime */

/**
 * A browser zeroes the inner times of another host's requests unless that host sends Timing-Allow-Origin.
 * @param {Pick<PerformanceResourceTiming, InnerTime> | undefined} entry
 * @returns {{ connectMs: number | null, waitMs: number | null }}
 */
export function innerTimes(entry) {
  if (!entry || entry.responseStart === 0 || entry.requestStart === 0) return { connectMs: null, waitMs: null };
  return { connectMs: entry.connectEnd - entry.connectStart, waitMs: entry.responseStart - entry.requestStart };
}
