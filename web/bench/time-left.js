/** How long a run still takes: steps of a kind take about as long as those before them. Pure. */

/**
 * @typedef {{ operation: string, contender: string, load: { key: string } }} Timed
 */
export class TimeLeft {
  /** @type {Map<string, { count: number, totalMs: number }>} */
  #known = new Map();

  /** @param {Timed} step @param {number} ms all that the step took, checking included */
  add(step, ms) {
    for (const key of keysOf(step)) {
      const { count, totalMs } = this.#known.get(key) ?? { count: 0, totalMs: 0 };
      this.#known.set(key, { count: count + 1, totalMs: totalMs + ms });
    }
  }

  /**
   * @param {readonly Timed[]} steps those to come
   * @returns {number | null} ms; null while nothing is known of a step to come
   */
  of(steps) {
    let ms = 0;
    for (const step of steps) {
      const known = keysOf(step).map((key) => this.#known.get(key)).find((one) => one !== undefined);
      if (!known) return null;
      ms += known.totalMs / known.count;
    }
    return ms;
  }
}

/** The nearest first: the same step, then the same size with anybody. @param {Timed} step */
const keysOf = (step) => [
  [step.operation, step.contender, step.load.key].join(),
  [step.operation, step.load.key].join(),
];

/**
 * @param {number | null} ms
 * @returns {string} "" while it is not known
 */
export function timeLeftWords(ms) {
  if (ms === null) return "";
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `about ${Math.max(1, seconds)} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}
