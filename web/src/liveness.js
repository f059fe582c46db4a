// Notices that a worker has gone without a word, as when the browser ends it for want of memory: no event tells.
//
// Where there are Web Locks, the worker holds one of its own for as long as it lives, and the page waits in line for
// it: the browser hands it over as soon as the worker is gone, and not before, however busy or frozen either of them
// is. Until the worker holds it, and where there are no locks, the page asks for a sign of life now and then instead.
// docs/decisions/worker-death.md compares the ways.

/** How often the page asks, ms. */
const PING_MS = 5_000;
/**
 * So many questions in a row may stay unanswered: a minute of a page that is awake. Questions are counted, not time,
 * because a frozen page asks none; and the worker answers between two pieces of its longest work.
 */
const PATIENCE = 12;

export class Liveness {
  #ping;
  #onDeath;
  #locks;
  #pingMs;
  #unanswered = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #stopped = new AbortController();

  /**
   * @param {{ping: () => void, onDeath: (reason: string) => void, locks?: LockManager | null, pingMs?: number}} options
   *   `ping`: asks the worker, whose answers `answered` is told
   */
  constructor({ ping, onDeath, locks = globalThis.navigator?.locks, pingMs = PING_MS }) {
    this.#ping = ping;
    this.#onDeath = onDeath;
    this.#locks = locks;
    this.#pingMs = pingMs;
    // A random name: nobody else can hold or steal the lock, nor can one that a browser forgot to release.
    const random = crypto.getRandomValues(new Uint32Array(4));
    /** What the worker is to hold, null where there are no locks. */
    this.lockName = locks ? `hubstash-worker-${[...random].map((n) => n.toString(36)).join("-")}` : null;
    this.#startAsking();
  }

  answered() {
    this.#unanswered = 0;
  }

  /** The worker says that it holds the lock. */
  held() {
    clearInterval(this.#timer);
    /** @type {LockManager} */ (this.#locks)
      .request(/** @type {string} */ (this.lockName), { signal: this.#stopped.signal }, () =>
        this.#die("the browser ended it"),
      )
      .catch(() => this.#startAsking()); // Where a browser lets the worker have a lock but not the page.
  }

  stop() {
    clearInterval(this.#timer);
    this.#stopped.abort();
  }

  #startAsking() {
    if (this.#stopped.signal.aborted) return;
    this.#timer = setInterval(() => {
      if (this.#unanswered === PATIENCE) return this.#die("it does not answer");
      this.#unanswered += 1;
      this.#ping();
    }, this.#pingMs);
  }

  /** @param {string} reason */
  #die(reason) {
    if (this.#stopped.signal.aborted) return;
    this.stop();
    this.#onDeath(reason);
  }
}
