/** The last requests of both origins, so that a test can count them. It holds no token, no signature and no body. */

const KEPT = 20_000;

/** A bounded log, oldest first. */
export class RequestLog {
  #entries = [];
  #next = 1;

  /** @param {object} entry gets an `id`; it may be completed later */
  add(entry) {
    entry.id = this.#next++;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT * 2) this.#entries = this.#entries.slice(-KEPT);
  }

  /**
   * @param {{since?: number, path?: string, origin?: string}} [filter] `since` is the id of the last entry already seen
   */
  list({ since = 0, path, origin } = {}) {
    return this.#entries.filter(
      (entry) => entry.id > since && (!path || entry.path.includes(path)) && (!origin || entry.origin === origin),
    );
  }

  clear() {
    this.#entries = [];
  }
}
