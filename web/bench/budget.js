/**
 * The hard cap of a run: every request that goes to another host asks here first, whoever makes it, and is counted.
 * Far below what the Hub allows an account (1,000 requests in five minutes, about 128 commits an hour), so that a run
 * cannot lock the person's own app out. Pure.
 */

/** @typedef {{ requests: number, commits: number }} Calls */

/** @type {Readonly<Calls>} */
export const CAP = Object.freeze({ requests: 200, commits: 40 });

/** Kept back while it measures, so that what was written can be removed even when the cap has ended the run. */
export const RESERVE = Object.freeze({ requests: 30, commits: 8 });

export class CapError extends Error {
  code = "BENCHMARK_CAP";

  /** @param {Calls} used @param {Calls} cap */
  constructor(used, cap) {
    super(
      `The run has used what it may: ${used.requests} requests and ${used.commits} commits of at most ` +
        `${cap.requests} and ${cap.commits}, some of them kept for removing what it wrote.`,
    );
    this.name = "CapError";
  }
}

export class Budget {
  #cap;
  #reserve;
  #cleaning = false;
  #used = { requests: 0, commits: 0 };
  #refused = 0;

  /** Called at the first refusal, to end the run. @type {(error: CapError) => void} */
  onRefusal = () => {};

  /** @param {Calls} [cap] @param {Calls} [reserve] */
  constructor(cap = CAP, reserve = RESERVE) {
    this.#cap = cap;
    this.#reserve = reserve;
  }

  /** @returns {Calls} */
  get used() {
    return { ...this.#used };
  }

  get refused() {
    return this.#refused;
  }

  /** While it removes what was written, what was kept back may be used too. @param {boolean} cleaning */
  set cleaning(cleaning) {
    this.#cleaning = cleaning;
  }

  /**
   * Asks for one request; a granted one is counted at once, so that requests in flight cannot exceed the cap together.
   * @param {{ commit: boolean }} request
   * @returns {boolean}
   */
  take({ commit }) {
    const kept = this.#cleaning ? { requests: 0, commits: 0 } : this.#reserve;
    const room =
      this.#used.requests < this.#cap.requests - kept.requests &&
      (!commit || this.#used.commits < this.#cap.commits - kept.commits);
    if (!room) {
      this.#refused += 1;
      if (this.#refused === 1) this.onRefusal(new CapError(this.used, this.#cap));
      return false;
    }
    this.#used.requests += 1;
    if (commit) this.#used.commits += 1;
    return true;
  }
}
