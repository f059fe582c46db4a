/** Sizes and times as people read them. Pure. */
import { formatBytes } from "../common/format.js";

/**
 * Decimal units, as the Hub counts them.
 * @param {number} bytes
 * @returns {string} e.g. `96 kB`, `1.2 MB`, `10.7 GB`
 */
export const sizeText = (bytes) => (bytes < 999_500_000 ? formatBytes(bytes) : `${(bytes / 1e9).toFixed(1)} GB`);

/**
 * @param {number} part
 * @param {number} whole above 0
 * @returns {string} `less than 1 %`, or whole percents; 100 only for all of it
 */
export function shareText(part, whole) {
  const percent = Math.floor((100 * part) / whole);
  return percent < 1 ? "less than 1 %" : `${percent} %`;
}

/**
 * @param {number} at ms since the epoch
 * @param {number} [now]
 * @returns {string} the time of today, the date of other days
 */
export function whenText(at, now = Date.now()) {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday
    ? `today, ${new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`
    : new Date(at).toLocaleDateString([], { dateStyle: "medium" });
}
