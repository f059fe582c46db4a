// Random decisions that are the same for the same seed.
import { seededRandom } from "../../web/bench/random.js";

export class Dice {
  #random;
  /** @param {number} seed @param {number} stream decisions of different streams do not depend on each other */
  constructor(seed, stream) {
    this.#random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
  }
  /** @returns {number} 0 to `limit` - 1 */
  below = (limit) => Math.floor(this.#random() * limit);
  /** @param {number} percent */
  chance = (percent) => this.below(100) < percent;
  /** @template T @param {T[]} list @returns {T} */
  pick = (list) => list[this.below(list.length)];
  /** One of the names, as often as its weight says. @param {Record<string, number>} weights */
  weighted(weights) {
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    let rest = this.below(total);
    for (const [name, weight] of Object.entries(weights)) {
      rest -= weight;
      if (rest < 0) return name;
    }
    return Object.keys(weights)[0];
  }
}
