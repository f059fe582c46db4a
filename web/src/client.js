// The store's side of the worker: opens it, makes its calls, keeps the app's token for it, and closes it. Whatever
// happens, every call that was made ends, with a StoreError where it failed.
import { Connection } from "./connection.js";
import { StoreError, errorFromWire, toStoreError } from "./errors.js";
import { Recorder } from "./metrics.js";
import { engineOptions } from "./options.js";
import { PROTOCOL } from "./protocol.js";
import { Resolver } from "./resolver.js";
import { isOnline, isVisible, watchPage } from "./signals.js";
import { TokenSource } from "./token.js";

/**
 * How long close() waits for the worker to say goodbye once all writes are done, ms; there is nothing left to lose
 * then.
 */
const GOODBYE_MS = 5_000;

/** Operations that change what is stored, by how their names in `Metrics.operations` begin. */
const WRITES = /^(save|delete|resolve|restore|import|clearLocal)/;

/** @typedef {import("./types.js").StoreOptions} StoreOptions */
/** @typedef {import("./rpc.js").Answer} Answer */

/**
 * @typedef {import("./rpc.js").CallOptions & {body?: Uint8Array, blob?: Blob}} ClientCallOptions
 *   `body` is transferred, that is, empty afterwards
 */

export class Client {
  #options;
  #connection;
  #token;
  #resolver;
  #recorder;
  #onNotice;
  #stopWatching = () => {};
  /** Writes that the worker has not answered yet. @type {Set<Promise<unknown>>} */
  #writes = new Set();
  /** Writes of the app that have not ended, also those that the worker has not got yet. */
  #writing = 0;
  /** The engine said that everything is on the Hub, and nothing has been written since. */
  #isOnHub = false;
  /** @type {Promise<void> | null} */
  #closing = null;
  #closed = new AbortController();

  /**
   * @param {() => import("./rpc.js").WorkerPort} startWorker
   * @param {StoreOptions} options checked
   * @param {(header: any) => void} onNotice what the engine says: change, conflict, status and error
   */
  constructor(startWorker, options, onNotice) {
    this.#options = options;
    this.#onNotice = onNotice;
    this.#recorder = new Recorder(options.onMetric);
    this.#token = new TokenSource(options.token, {
      onLate: (token) => this.#connection.post({ type: "token", effect: 0, token }),
    });
    const { conflict } = options;
    const onError = (/** @type {StoreError} */ error) => onNotice({ type: "error", error });
    this.#resolver = typeof conflict === "function" ? new Resolver(conflict, onError) : null;
    this.#connection = new Connection({
      start: startWorker,
      hello: () => this.#hello(),
      onNotice: (header, body, worker) => this.#notice(header, body, worker),
      onDeath: (error) => {
        this.#isOnHub = false;
        onNotice({ type: "error", error });
      },
    });
  }

  /** Aborted when the store is closed. */
  get closed() {
    return this.#closed.signal;
  }

  /** See `Store.safeToClose`. */
  get safeToClose() {
    return this.#writing === 0 && ((this.#options.mode ?? "hybrid") !== "hybrid" || this.#isOnHub);
  }

  async open() {
    this.#stopWatching = watchPage((signal, value) => this.#connection.post({ type: "signal", signal, value }));
    try {
      await this.#connection.open();
    } catch (error) {
      this.#stopWatching();
      throw error;
    }
  }

  /**
   * Runs one operation of the app: timed, and with no other rejection than StoreError. `work` begins at once, so that
   * it can take its arguments as they are now.
   * @template T
   * @param {string} operation as in `Metrics.operations`
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  run(operation, work) {
    return this.#recorder.time(operation, async () => {
      const counts = WRITES.test(operation) ? 1 : 0;
      this.#writing += counts;
      try {
        this.#checkOpen();
        return await work();
      } catch (error) {
        throw toStoreError(error);
      } finally {
        this.#writing -= counts;
      }
    });
  }

  /**
   * @param {{call: string, [member: string]: unknown}} header of c_api.h
   * @param {ClientCallOptions} [options]
   * @returns {Promise<Answer>}
   */
  async call(header, { body, blob, ...options } = {}) {
    this.#checkOpen();
    const message = { type: "call", header, body, blob };
    const calling = this.#connection.call(message, { ...options, transfer: body ? [body.buffer] : [] });
    if (!options.isWrite) return calling;
    this.#writes.add(calling);
    try {
      const answer = await calling;
      // The engine's next status counts it; one that came before did not.
      this.#isOnHub = false;
      return answer;
    } finally {
      this.#writes.delete(calling);
    }
  }

  /** @returns {Promise<any>} the engine's part of the status */
  async status() {
    const { value } = await this.call({ call: "status" });
    this.#isOnHub = value.synced === true;
    return value;
  }

  operations() {
    return this.#recorder.operations();
  }

  /** Waits for running writes, then ends the worker. @returns {Promise<void>} */
  close() {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close() {
    const closed = new StoreError("CLOSED", "The store has been closed. Open it again.");
    this.#stopWatching();
    // Bodies that are still being read from a stream have not become writes yet; they end here.
    this.#closed.abort(closed);
    await Promise.allSettled(this.#writes);
    if (this.#connection.isUp) await this.#sayGoodbye();
    this.#connection.end(closed);
  }

  async #sayGoodbye() {
    const goodbye = this.#connection.call({ type: "call", header: { call: "close" } }, {}).catch(() => {});
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
    await Promise.race([goodbye, patience]);
    clearTimeout(timer);
  }

  #checkOpen() {
    if (this.#connection.ended) throw this.#connection.ended;
    if (this.#closing) throw new StoreError("CLOSED", "The store has been closed. Open it again.");
  }

  #hello() {
    const { wasmUrl } = this.#options;
    return {
      protocol: PROTOCOL,
      options: engineOptions(this.#options),
      token: this.#token.initial,
      wasmUrl: wasmUrl && new URL(wasmUrl, document.baseURI).href,
      online: isOnline(),
      visible: isVisible(),
    };
  }

  /** @param {any} header @param {Uint8Array | null} body @param {import("./rpc.js").Rpc} worker that said it */
  #notice(header, body, worker) {
    if (header.type === "token") {
      this.#token.get(header.refused).then((token) => worker.post({ type: "token", effect: header.effect, token }));
    } else if (header.type === "error") {
      this.#onNotice({ type: "error", error: errorFromWire(header.error) });
    } else if (header.type === "resolve") {
      this.#decide(header, body, worker);
    } else {
      if (header.type === "status") this.#isOnHub = header.status.synced === true;
      this.#onNotice(header);
    }
  }

  /**
   * @param {import("./resolver.js").Question} question
   * @param {Uint8Array | null} texts
   * @param {import("./rpc.js").Rpc} worker that asked; the question means nothing to another one
   */
  async #decide(question, texts, worker) {
    const { body, blob, ...decision } = (await this.#resolver?.decide(question, texts)) ?? { choice: "keep-both" };
    const header = { call: "decide", effect: question.effect, ...decision };
    const transfer = body ? [body.buffer] : [];
    // Rejects only where that worker is gone; then the next synchronisation asks again.
    await worker.call({ type: "call", header, body, blob }, { transfer }).catch(() => {});
  }
}

/**
 * The storage worker, which is served beside this module unless the app says where.
 * @param {StoreOptions} options checked
 * @returns {Worker}
 */
export function startWorker({ workerUrl }) {
  try {
    if (workerUrl) return new Worker(workerUrl, { type: "module", name: "hubstash" });
    // Spelt out in one expression: bundlers recognise it and take the worker along.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "hubstash" });
  } catch (error) {
    throw new StoreError(
      "WORKER_DIED",
      `The storage worker cannot be started (${error instanceof Error ? error.message : error}). Its script must be ` +
        "of the page's own origin and allowed by worker-src in a Content-Security-Policy.",
      { cause: error },
    );
  }
}
