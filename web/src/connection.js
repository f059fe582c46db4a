// The storage worker as the client sees it: there is one, or a new one takes the place of one that died. What had been
// acknowledged is on the disk, so a new worker goes on where the old one ended; the calls that waited for it reject.
import { StoreError, toStoreError } from "./errors.js";
import { Liveness } from "./liveness.js";
import { Rpc } from "./rpc.js";

/**
 * After a death, the pauses before each new worker. When they are used up within WINDOW_MS, calls reject until one of
 * the deaths is that long ago: a worker that dies of what it is asked to do must not be started for ever.
 */
const PAUSES_MS = [0, 1_000, 5_000];
const WINDOW_MS = 60_000;

/** @typedef {import("./rpc.js").Answer} Answer */

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Connection {
  #start;
  #hello;
  #onNotice;
  #onDeath;
  #pauses;
  #rpc;
  /** @type {Liveness | null} */
  #liveness = null;
  #wasOpen = false;
  /** The new worker that is on its way, if one is. @type {Promise<Rpc> | null} */
  #reviving = null;
  /** When workers were started in the place of others. @type {number[]} */
  #revivals = [];
  /** @type {StoreError | null} */
  #end = null;

  /**
   * @param {object} parts
   * @param {() => import("./rpc.js").WorkerPort} parts.start starts a worker; may throw a StoreError
   * @param {() => object} parts.hello the message that opens the store, as things are now
   * @param {(header: any, body: Uint8Array | null, worker: Rpc) => void} parts.onNotice with the worker that said it
   * @param {(error: StoreError) => void} parts.onDeath each time, whether or not another worker follows
   * @param {number[]} [parts.pauses]
   */
  constructor({ start, hello, onNotice, onDeath, pauses = PAUSES_MS }) {
    this.#start = start;
    this.#hello = hello;
    this.#onNotice = onNotice;
    this.#onDeath = onDeath;
    this.#pauses = pauses;
    this.#rpc = this.#connect();
  }

  /** Why nothing can be called any more, or null. */
  get ended() {
    return this.#end;
  }

  /** Whether a worker is there to be spoken to. */
  get isUp() {
    return !this.#rpc.ended && !this.#reviving;
  }

  /** Opens the store. When that fails, all is over. */
  async open() {
    try {
      await this.#open();
      this.#wasOpen = true;
    } catch (error) {
      this.end(toStoreError(error));
      throw error;
    }
  }

  /**
   * @param {object} message
   * @param {import("./rpc.js").CallOptions} options
   * @returns {Promise<Answer>}
   */
  call(message, options) {
    if (this.#end) return Promise.reject(this.#end);
    if (this.isUp) return this.#rpc.call(message, options);
    return this.#revive(/** @type {StoreError} */ (this.#rpc.ended)).then((rpc) => rpc.call(message, options));
  }

  /** Sends a message that wants no answer; a new worker learns in other ways. @param {object} message */
  post(message) {
    if (this.isUp) this.#rpc.post(message);
  }

  /** Ends it for good: every call that waits, and every later one, rejects with `error`. @param {StoreError} error */
  end(error) {
    this.#end ??= error;
    this.#liveness?.stop();
    this.#rpc.end(this.#end);
  }

  #connect() {
    /** @type {Rpc} */
    const rpc = new Rpc(this.#start(), {
      onNotice: (header, body) => this.#hear(header, body, rpc),
      onDeath: (error) => this.#died(error),
    });
    return rpc;
  }

  async #open() {
    const rpc = this.#rpc;
    this.#liveness = new Liveness({
      ping: () => rpc.post({ type: "ping" }),
      onDeath: (reason) => rpc.die(reason),
    });
    await rpc.call({ ...this.#hello(), type: "open", lock: this.#liveness.lockName });
  }

  /** @param {any} header @param {Uint8Array | null} body @param {Rpc} rpc */
  #hear(header, body, rpc) {
    if (header.type === "alive") this.#liveness?.answered();
    else if (header.type === "lock") this.#liveness?.held();
    else this.#onNotice(header, body, rpc);
  }

  /** @param {StoreError} error */
  #died(error) {
    this.#liveness?.stop();
    this.#onDeath(error);
    if (this.#wasOpen && !this.#end) this.#revive(error).catch(() => {}); // Whoever calls next hears of it.
  }

  /** @param {StoreError} error why one is needed @returns {Promise<Rpc>} */
  #revive(error) {
    this.#reviving ??= this.#startAnew(error).finally(() => (this.#reviving = null));
    return this.#reviving;
  }

  /** @param {StoreError} error */
  async #startAnew(error) {
    for (let failure = error; ; ) {
      const now = performance.now();
      this.#revivals = this.#revivals.filter((at) => now - at < WINDOW_MS);
      if (this.#revivals.length >= this.#pauses.length) throw gaveUp(failure, this.#pauses.length);
      const pause = this.#pauses[this.#revivals.length];
      this.#revivals.push(now);
      await sleep(pause);
      if (this.#end) throw this.#end;
      try {
        this.#rpc = this.#connect();
        await this.#open();
        return this.#rpc;
      } catch (reason) {
        failure = toStoreError(reason);
        this.#liveness?.stop();
        this.#rpc.end(failure);
      }
    }
  }
}

/** @param {StoreError} error the last one @param {number} times */
function gaveUp(error, times) {
  const { code, message, status, requestId } = error;
  const more = `It was started anew ${times} times within a minute; call again in a minute, or reload the page.`;
  return new StoreError(code, `${message} ${more}`, { status, requestId, cause: error });
}
