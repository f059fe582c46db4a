// A row of the report: samples of each contender, and what they are held against.
import { median, summarise } from "../../web/bench/stats.js";

/**
 * @typedef {object} Check one comparison of a row with its target
 * @property {string} what
 * @property {number | null} value null where it could not be measured
 * @property {string} unit "x" for a ratio of medians, else of the value
 * @property {string} bound such as "<= 1.5"
 * @property {boolean} met
 *
 * @typedef {object} Row
 * @property {string} key
 * @property {string} title
 * @property {string} target in words
 * @property {"met" | "missed" | "failed"} status
 * @property {Check[]} checks
 * @property {string} unit of the samples
 * @property {Record<string, import("../../web/bench/stats.js").Summary & { samples: number[] }>} contenders
 * @property {Record<string, string>} errors by contender
 * @property {string[]} notes
 */

const COMPARE = {
  "<=": (value, bound) => value <= bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
};

/**
 * @param {string} what
 * @param {number | null | undefined} value
 * @param {"<=" | ">=" | "<"} comparison
 * @param {number} bound
 * @param {string} [unit]
 * @returns {Check}
 */
export function check(what, value, comparison, bound, unit = "x") {
  const known = typeof value === "number" && Number.isFinite(value);
  return {
    what,
    value: known ? value : null,
    unit,
    bound: `${comparison} ${bound}`,
    met: known && COMPARE[comparison](value, bound),
  };
}

/**
 * @param {Record<string, number[]> | undefined} samples
 * @param {string} name
 * @param {string} other
 * @returns {number | null} ratio of medians, null where one of them is missing
 */
export function ratio(samples, name, other) {
  const [a, b] = [samples?.[name], samples?.[other]];
  return a?.length && b?.length ? median(a) / median(b) : null;
}

/** @param {Record<string, number[]> | undefined} samples @param {string} name */
export const medianOf = (samples, name) => (samples?.[name]?.length ? median(samples[name]) : null);

/** @param {number | null} value */
export const factorText = (value) => (value === null ? "-" : `${value.toFixed(2)} x`);

/**
 * hubstash against each of these: below 1 it is ahead.
 * @param {Record<string, number[]> | undefined} samples
 * @param {string[]} others
 */
export const aheadOf = (samples, others) =>
  others.map((other) => check(`to ${other}`, ratio(samples, "hubstash", other), "<", 1));

/**
 * @param {object} given
 * @param {string} given.key
 * @param {string} given.title
 * @param {string} given.target
 * @param {Record<string, number[]>} [given.samples]
 * @param {Record<string, string>} [given.errors]
 * @param {Check[]} [given.checks]
 * @param {string} [given.unit]
 * @param {string[]} [given.notes]
 * @returns {Row}
 */
export function row({ key, title, target, samples = {}, errors = {}, checks = [], unit = "ms", notes = [] }) {
  const contenders = Object.fromEntries(
    Object.entries(samples).filter(([, list]) => list.length > 0).map(([name, list]) => [
      name, { ...summarise(list), samples: list },
    ]),
  );
  return { key, title, target, status: statusOf(checks), checks, unit, contenders, errors, notes };
}

/** A figure that is missing is a failure of the run, not a missed target. */
function statusOf(checks) {
  if (checks.length === 0 || checks.some(({ value }) => value === null)) return "failed";
  return checks.every(({ met }) => met) ? "met" : "missed";
}
