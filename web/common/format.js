/** Numbers as people read them, each with its unit. */

/**
 * @param {number} ms
 * @returns {string} e.g. `0.8 ms`, `34 ms`, `1.24 s`
 */
export function formatMs(ms) {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return formatSeconds(ms);
}

/**
 * @param {number} ms
 * @returns {string} e.g. `1.24 s`, `12.4 s`
 */
export function formatSeconds(ms) {
  const seconds = ms / 1000;
  return `${seconds < 9.995 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
}

/**
 * Decimal units, as the Hub counts them.
 * @param {number} bytes
 * @returns {string} e.g. `812 B`, `96 kB`, `1.2 MB`
 */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1e3).toFixed(bytes < 9950 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * How many times longer, rounded so that it does not claim more than a few rounds can show.
 * @param {number} factor
 * @returns {string} e.g. `1.6`, `24`
 */
export function formatFactor(factor) {
  return factor < 9.95 ? factor.toFixed(1) : String(Math.round(factor));
}
