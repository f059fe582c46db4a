/** Who does what when. Pure. */
import { OPERATIONS } from "./operations.js";
import { shuffled } from "./random.js";

/**
 * @typedef {object} Step
 * @property {number} round 0-based, warm-ups included
 * @property {boolean} warmUp done like the others, not counted
 * @property {string} contender
 * @property {import("./operations.js").OperationKey} operation
 * @property {import("./matrix.js").Load} load
 */

/**
 * Every operation is done by one contender after the other before the next operation comes, in an order drawn anew each
 * time: whatever disturbs the machine for a while disturbs all of them.
 * @param {object} what
 * @param {readonly { name: string, syncs?: boolean }[]} what.contenders
 * @param {readonly import("./matrix.js").Load[]} what.loads
 * @param {number} what.rounds
 * @param {number} what.warmUps
 * @param {() => number} random
 * @returns {Step[]}
 */
export function schedule({ contenders, loads, rounds, warmUps }, random) {
  const steps = [];
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const load of loads) {
      for (const { key, kind } of OPERATIONS.filter(({ what }) => what === load.kind)) {
        const able = contenders.filter(({ syncs }) => kind !== "sync" || syncs);
        for (const { name } of shuffled(able, random)) {
          steps.push({ round, warmUp: round < warmUps, contender: name, operation: key, load });
        }
      }
    }
  }
  return steps;
}
