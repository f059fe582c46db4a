/** What goes over the network during a run: counted, held to the cap, and told apart by step. */
import { answerWorkers } from "./meter-channel.js";
import { meteredFetch } from "./meter.js";

/** @typedef {import("./meter.js").Exchange} Exchange */

/** A worker tells of an answer a little after it has handed it on; later news belongs to nobody. */
const LATE_MS = 250;

export class Network {
  #budget;
  #channel;
  #running = 0;
  /** @type {Exchange[]} */
  #ended = [];

  /** @param {string} run @param {import("./budget.js").Budget} budget */
  constructor(run, budget) {
    this.#budget = budget;
    const gate = {
      ask: async (/** @type {{ commit: boolean }} */ request) => {
        const granted = budget.take(request);
        if (granted) this.#running += 1;
        return granted;
      },
      ended: (/** @type {Exchange} */ exchange) => {
        this.#running = Math.max(0, this.#running - 1);
        this.#ended.push(exchange);
      },
      ownOrigin: location.origin,
      now: () => performance.now(),
    };
    this.#channel = answerWorkers(run, gate);
    /** For what runs in the page itself. */
    this.fetch = meteredFetch(globalThis.fetch.bind(globalThis), gate);
  }

  get used() {
    return this.#budget.used;
  }

  /** @param {boolean} cleaning */
  set cleaning(cleaning) {
    this.#budget.cleaning = cleaning;
  }

  /** Forgets what came before a step. */
  begin() {
    this.#ended = [];
  }

  /** @returns {Promise<Exchange[]>} what the step has sent and received */
  async end() {
    const until = performance.now() + LATE_MS;
    while (this.#running > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 2));
    this.#running = 0;
    return this.#ended.splice(0);
  }

  close() {
    this.#channel.close();
  }
}
