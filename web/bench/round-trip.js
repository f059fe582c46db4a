/** How long the way to the Hub and back is: a few requests that ask for nothing. */
import { innerTimes } from "./phases.js";
import { median } from "./stats.js";

/** The first connects; the others are the round trip. */
export const PROBES = 5;

/**
 * Without a token and without CORS, so that nothing but the way is measured and no preflight doubles it.
 * @param {string} hubUrl
 * @param {typeof fetch} send
 * @param {AbortSignal} signal
 * @returns {Promise<import("./phases.js").RoundTrip>}
 */
export async function measureRoundTrip(hubUrl, send, signal) {
  const times = [];
  let connectMs = null;
  for (let probe = 0; probe < PROBES; probe++) {
    const address = `${hubUrl}/favicon.ico?probe=${crypto.randomUUID()}`;
    const init = /** @type {const} */ ({ method: "HEAD", mode: "no-cors", cache: "no-store", credentials: "omit" });
    const started = performance.now();
    try {
      await send(address, { ...init, signal });
    } catch {
      signal.throwIfAborted();
      continue; // The run itself will say that there is no network.
    }
    const outside = performance.now() - started;
    const [entry] = performance.getEntriesByName(address);
    const inner = innerTimes(/** @type {PerformanceResourceTiming | undefined} */ (entry));
    if (probe === 0) connectMs = inner.connectMs;
    times.push(inner.waitMs ?? outside);
  }
  const [firstMs = null, ...others] = times;
  return { connectMs, firstMs, medianMs: others.length > 0 ? median(others) : null, samples: others.length };
}
