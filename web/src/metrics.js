// How long the app's calls take. Times are kept in a ring of fixed size for each operation, so that a store that stays
// open for days needs no more memory than one that was just opened.
import { callSafely } from "./callbacks.js";

/** Samples kept for the percentiles of an operation; count, errors, max and total cover everything. */
export const SAMPLES = 256;

/** @param {number[]} sorted @param {number} share */
function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

class Timing {
  count = 0;
  errors = 0;
  max = 0;
  totalMs = 0;
  /** @type {number[]} */
  #samples = [];

  /** @param {number} ms @param {boolean} ok */
  add(ms, ok) {
    this.#samples[this.count % SAMPLES] = ms;
    this.count += 1;
    this.errors += ok ? 0 : 1;
    this.max = Math.max(this.max, ms);
    this.totalMs += ms;
  }

  report() {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const { count, errors, max, totalMs } = this;
    return { count, errors, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), max, totalMs };
  }
}

export class Recorder {
  /** @type {Map<string, Timing>} */
  #timings = new Map();
  #onMetric;
  #now;

  /**
   * @param {import("./types.js").StoreOptions["onMetric"]} [onMetric]
   * @param {() => number} [now] a clock in ms; tests give their own
   */
  constructor(onMetric, now = () => performance.now()) {
    this.#onMetric = onMetric;
    this.#now = now;
  }

  /**
   * Times `work`, failures included. It begins before this returns.
   * @template T
   * @param {string} operation
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async time(operation, work) {
    const began = this.#now();
    let ok = false;
    try {
      const result = await work();
      ok = true;
      return result;
    } finally {
      this.#add(operation, this.#now() - began, ok);
    }
  }

  /** @param {string} operation @param {number} ms @param {boolean} ok */
  #add(operation, ms, ok) {
    let timing = this.#timings.get(operation);
    if (!timing) this.#timings.set(operation, (timing = new Timing()));
    timing.add(ms, ok);
    callSafely(this.#onMetric, { operation, ms, ok });
  }

  /** @returns {import("./types.js").Metrics["operations"]} */
  operations() {
    return Object.fromEntries([...this.#timings].map(([operation, timing]) => [operation, timing.report()]));
  }
}

/** The collections that every store has, by the word that metrics use for one of their items. */
const ITEM_NAMES = /** @type {Record<string, string>} */ ({ projects: "project", pdfs: "pdf" });

/** E.g. "save.project", "load.pdf", "list.notes". @param {string} verb @param {string} collection */
export const operationName = (verb, collection) => `${verb}.${ITEM_NAMES[collection] ?? collection}`;
