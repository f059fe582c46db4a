/** Who does what when. Pure. */
import { OPERATIONS } from "./operations.js";
import { shuffled } from "./random.js";

/**
 * @typedef {object} Step
 * @property {number} round 0-based, warm-ups included
 * @property {boolean} warmUp done like the others, not counted
 * @property {string} contender
 * @property {import("./operations.js").OperationKey} operation
 */

/**
 * Every operation is done by one contender after the other before the next operation comes, in an order drawn anew each
 * time: whatever disturbs the machine for a while disturbs all of them.
 * @param {readonly string[]} names
 * @param {number} rounds
 * @param {number} warmUps
 * @param {() => number} random
 * @returns {Step[]}
 */
export function schedule(names, rounds, warmUps, random) {
  const steps = [];
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const { key } of OPERATIONS) {
      for (const contender of shuffled(names, random)) {
        steps.push({ round, warmUp: round < warmUps, contender, operation: key });
      }
    }
  }
  return steps;
}
