// Contenders take turns, operation by operation, and each round begins with another one: whatever the machine does
// meanwhile, it does to all of them.

/**
 * @typedef {Record<string, number[]>} Samples by contender
 */

/**
 * @param {object} options
 * @param {string[]} options.names
 * @param {number} options.repeats
 * @param {number} [options.warmUps] rounds that are not kept
 * @param {(name: string, round: number) => Promise<Record<string, number>>} options.step gives figures by their names
 * @param {(round: number, rounds: number) => void} [options.onRound]
 * @returns {Promise<{ samples: Record<string, Samples>, errors: Record<string, string> }>} samples by figure's name;
 *   a contender that failed once has no further turn, and no samples
 */
export async function takeTurns({ names, repeats, warmUps = 1, step, onRound = () => {} }) {
  /** @type {Record<string, Samples>} */
  const samples = {};
  /** @type {Record<string, string>} */
  const errors = {};
  for (let round = 0; round < warmUps + repeats; round++) {
    onRound(round, warmUps + repeats);
    for (const name of rotated(names, round)) {
      if (errors[name] !== undefined) continue;
      try {
        const figures = await step(name, round);
        if (round < warmUps) continue;
        for (const [figure, value] of Object.entries(figures)) ((samples[figure] ??= {})[name] ??= []).push(value);
      } catch (error) {
        errors[name] = error instanceof Error ? error.message.split("\n")[0] : String(error);
        for (const kept of Object.values(samples)) delete kept[name];
      }
    }
  }
  return { samples, errors };
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 * @returns {T[]}
 */
export function rotated(list, by) {
  const first = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
