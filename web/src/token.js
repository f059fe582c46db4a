// The app's access token. It lives in memory only: here, and in the worker for as long as it is used.
import { reportUncaught } from "./callbacks.js";

/** @typedef {import("./types.js").StoreOptions["token"]} TokenOption */

/** Longest time that a request waits for the app's token function, ms. A later answer is still used, see `onLate`. */
const PATIENCE_MS = 30_000;
/** For so long a token that the Hub has refused is not tried again, ms. The store asks for one now and then. */
const REFUSED_MS = 60_000;

/** @param {unknown} value */
const usable = (value) => (typeof value === "string" && value !== "" ? value : null);

export class TokenSource {
  #option;
  #patienceMs;
  #refusedMs;
  #onLate;
  /** The last one given out. @type {string | null} */
  #given = null;
  /** The last one that the Hub did not accept. @type {string | null} */
  #refused = null;
  #refusedAt = 0;
  /** @type {Promise<string | null> | null} */
  #asking = null;

  /**
   * @param {TokenOption} option
   * @param {{onLate?: (token: string) => void, patienceMs?: number, refusedMs?: number}} [more]
   *   `onLate`: called with a token that came after the request had been told that there is none
   */
  constructor(option, { onLate = () => {}, patienceMs = PATIENCE_MS, refusedMs = REFUSED_MS } = {}) {
    this.#option = option;
    this.#onLate = onLate;
    this.#patienceMs = patienceMs;
    this.#refusedMs = refusedMs;
    if (typeof option === "string") this.#given = usable(option);
  }

  /** A token that is known without asking, or null. */
  get initial() {
    return typeof this.#option === "string" ? this.#given : null;
  }

  /**
   * A token to send, or null where there is none. Never rejects and never takes longer than the patience.
   * @param {boolean} refused the Hub did not accept the present one; the same one again would be of no use
   * @returns {Promise<string | null>}
   */
  async get(refused) {
    if (typeof this.#option !== "function") {
      if (refused) this.#given = null; // For good: the app has no other.
      return this.#given;
    }
    if (refused) {
      this.#refused = this.#given;
      this.#refusedAt = Date.now();
    }
    const token = await this.#patiently(this.#ask());
    this.#given = token;
    const isRefused = token === this.#refused && Date.now() - this.#refusedAt < this.#refusedMs;
    return isRefused ? null : token;
  }

  /** Asks the app; several who want a token at once share one question. */
  #ask() {
    const ask = /** @type {() => any} */ (this.#option);
    this.#asking ??= (async () => {
      try {
        return usable(await ask());
      } catch (error) {
        // Offline or signed out: saves go on without a token. The app's developer still gets to see it.
        reportUncaught(error);
        return null;
      } finally {
        this.#asking = null;
      }
    })();
    return this.#asking;
  }

  /** @param {Promise<string | null>} asking @returns {Promise<string | null>} */
  #patiently(asking) {
    return new Promise((resolve) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        resolve(null);
      }, this.#patienceMs);
      asking.then((token) => {
        clearTimeout(timer);
        if (!late) return resolve(token);
        if (token === null) return;
        this.#given = token;
        this.#onLate(token);
      });
    });
  }
}
