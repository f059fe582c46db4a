// The browser's lock on a store (Web Locks): the fast way to learn that a tab is gone. The page holds it, not the
// worker, because Safari keeps a worker's locks after a reload. What rests on it is speed alone: where there are no
// locks, or they throw, the engine's lease decides by itself.

export class Locks {
  /** What gives each lock back, by the effect that asked for it. @type {Map<number, () => void>} */
  #held = new Map();
  #closed = false;

  /**
   * Takes the lock if nobody has it, and keeps it until `drop`.
   * @param {number} effect
   * @param {string} name
   * @returns {Promise<boolean>} whether it is held; false too where there are no locks
   */
  take(effect, name) {
    return new Promise((answer) => {
      /** @param {unknown} lock null when somebody else has it */
      const hold = (lock) => {
        answer(lock !== null && !this.#closed);
        if (lock === null || this.#closed) return null;
        return new Promise((release) => this.#held.set(effect, () => release(null)));
      };
      const none = () => answer(false);
      try {
        navigator.locks.request(name, { ifAvailable: true }, hold).catch(none);
      } catch {
        none(); // Not there at all, as in an insecure context.
      }
    });
  }

  /** @param {number} effect */
  drop(effect) {
    this.#held.get(effect)?.();
    this.#held.delete(effect);
  }

  /** Gives everything back, now and later. */
  close() {
    this.#closed = true;
    for (const effect of [...this.#held.keys()]) this.drop(effect);
  }
}
