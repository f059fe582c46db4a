/** Where a run stands, in words: which step, which round, and how long it still takes. */
import { entryOf } from "./contenders/index.js";
import { operationOf } from "./operations.js";
import { WARM_UPS } from "./settings.js";
import { TimeLeft, timeLeftWords } from "./time-left.js";

/** @typedef {{ name: string, steps: import("./schedule.js").Step[] }} Block */

export class Progress {
  #blocks;
  #rounds;
  #show;
  #timeLeft = new TimeLeft();
  #block = 0;
  #before = 0;
  #done = 0;
  #total;

  /**
   * @param {Block[]} blocks
   * @param {number} rounds
   * @param {(done: number, total: number, text: string, announcement: string) => void} show
   */
  constructor(blocks, rounds, show) {
    this.#blocks = blocks;
    this.#rounds = rounds;
    this.#show = show;
    this.#total = blocks.reduce((sum, { steps }) => sum + steps.length, 0);
  }

  /**
   * @param {number} index in the block
   * @param {import("./schedule.js").Step} step
   */
  step(index, step) {
    const { name, steps } = /** @type {Block} */ (this.#blocks[this.#block]);
    this.#done = this.#before + index;
    const round = step.warmUp ? "Warm-up" : `Round ${step.round - WARM_UPS + 1} of ${this.#rounds}`;
    const what = `${operationOf(step.operation).label}, ${entryOf(step.contender).label}`;
    const rest = [...steps.slice(index), ...this.#blocks.slice(this.#block + 1).flatMap((block) => block.steps)];
    const left = timeLeftWords(this.#timeLeft.of(rest));
    const words = [`${round}: ${what}`, name, left].filter(Boolean).join(" · ");
    this.#show(this.#done, this.#total, words, round);
  }

  /** @param {import("./schedule.js").Step} step @param {number} ms */
  stepEnd(step, ms) {
    this.#timeLeft.add(step, ms);
  }

  /** @param {string} text */
  words(text) {
    this.#show(this.#done, this.#total, text, text);
  }

  blockEnd() {
    this.#before += this.#blocks[this.#block]?.steps.length ?? 0;
    this.#done = this.#before;
    this.#block += 1;
  }
}
