/** Statistics of a few samples. Medians and percentiles only: one slow outlier would rule a mean. */

/**
 * Nearest rank: the smallest sample that at least `fraction` of the samples do not exceed. It is always a value that
 * was measured; with fewer than 20 samples the 95th percentile is therefore the largest.
 * @param {readonly number[]} samples
 * @param {number} fraction in (0, 1]
 * @returns {number}
 */
export function percentile(samples, fraction) {
  if (samples.length === 0) throw new RangeError("no samples");
  if (!(fraction > 0 && fraction <= 1)) throw new RangeError("the fraction must lie in (0, 1]");
  const sorted = [...samples].sort((a, b) => a - b);
  // The tiny slack keeps 0.95 * 20 at rank 19, whatever floating point makes of it.
  const rank = Math.ceil(fraction * sorted.length - 1e-9);
  return /** @type {number} */ (sorted[rank - 1]);
}

/**
 * The middle sample, or the mean of the two in the middle.
 * @param {readonly number[]} samples
 * @returns {number}
 */
export function median(samples) {
  if (samples.length === 0) throw new RangeError("no samples");
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 === 1 ? upper : (/** @type {number} */ (sorted[middle - 1]) + upper) / 2;
}

/**
 * @typedef {object} Summary
 * @property {number} count
 * @property {number} median
 * @property {number} p95
 * @property {number} p99
 * @property {number} min
 * @property {number} max
 */

/**
 * @param {readonly number[]} samples in ms
 * @returns {Summary}
 */
export function summarise(samples) {
  return {
    count: samples.length,
    median: median(samples),
    p95: percentile(samples, 0.95),
    p99: percentile(samples, 0.99),
    min: Math.min(...samples),
    max: Math.max(...samples),
  };
}
