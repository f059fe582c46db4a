// The life of one worker as the store sees it: it is opened, called, and closed or lost. Whatever happens to it, every
// call that was made ends, with a StoreError where it failed.
import { StoreError, errorFromWire, toStoreError } from "./errors.js";
import { Recorder } from "./metrics.js";
import { engineOptions } from "./options.js";
import { PROTOCOL } from "./protocol.js";
import { Rpc } from "./rpc.js";
import { isOnline, isVisible, watchPage } from "./signals.js";
import { TokenSource } from "./token.js";

/**
 * How long close() waits for the worker to say goodbye once all writes are done, ms; there is nothing left to lose
 * then.
 */
const GOODBYE_MS = 5_000;

/** @typedef {import("./types.js").StoreOptions} StoreOptions */
/** @typedef {import("./rpc.js").Answer} Answer */

/**
 * @typedef {import("./rpc.js").CallOptions & {body?: Uint8Array, blob?: Blob}} ClientCallOptions
 *   `body` is transferred, that is, empty afterwards
 */

export class Client {
  #rpc;
  #token;
  #recorder;
  #onNotice;
  #stopWatching = () => {};
  /** Writes that the worker has not answered yet. @type {Set<Promise<unknown>>} */
  #writes = new Set();
  /** @type {Promise<void> | null} */
  #closing = null;
  #closed = new AbortController();

  /**
   * @param {import("./rpc.js").WorkerPort} worker
   * @param {StoreOptions} options checked
   * @param {(header: any) => void} onNotice what the engine says: change, status and error
   */
  constructor(worker, options, onNotice) {
    this.#onNotice = onNotice;
    this.#recorder = new Recorder(options.onMetric);
    this.#token = new TokenSource(options.token, { onLate: (token) => this.#giveToken(0, token) });
    this.#rpc = new Rpc(worker, {
      onNotice: (header) => this.#notice(header),
      onDeath: (error) => {
        this.#stopWatching();
        this.#closed.abort(error);
        onNotice({ type: "error", error });
      },
    });
  }

  /** Aborted when the store is closed or its worker is lost. */
  get closed() {
    return this.#closed.signal;
  }

  /** @param {StoreOptions} options checked */
  async open(options) {
    this.#stopWatching = watchPage((signal, value) => this.#rpc.post({ type: "signal", signal, value }));
    try {
      await this.#rpc.call({
        type: "open",
        protocol: PROTOCOL,
        options: engineOptions(options),
        token: this.#token.initial,
        wasmUrl: options.wasmUrl && new URL(options.wasmUrl, document.baseURI).href,
        online: isOnline(),
        visible: isVisible(),
      });
    } catch (error) {
      this.#stopWatching();
      this.#rpc.end(toStoreError(error));
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
      try {
        this.#checkOpen();
        return await work();
      } catch (error) {
        throw toStoreError(error);
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
    const calling = this.#rpc.call(message, { ...options, transfer: body ? [body.buffer] : [] });
    if (!options.isWrite) return calling;
    this.#writes.add(calling);
    return calling.finally(() => this.#writes.delete(calling));
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
    const goodbye = this.#rpc.call({ type: "call", header: { call: "close" } }).catch(() => {});
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
    await Promise.race([goodbye, patience]);
    clearTimeout(timer);
    this.#rpc.end(closed);
  }

  #checkOpen() {
    if (this.#rpc.ended) throw this.#rpc.ended;
    if (this.#closing) throw new StoreError("CLOSED", "The store has been closed. Open it again.");
  }

  /** @param {any} header */
  #notice(header) {
    if (header.type === "token") {
      this.#token.get(header.refused).then((token) => this.#giveToken(header.effect, token));
    } else if (header.type === "error") {
      this.#onNotice({ type: "error", error: errorFromWire(header.error) });
    } else {
      this.#onNotice(header);
    }
  }

  /** @param {number} effect of the notice that asked, 0 where none did @param {string | null} token */
  #giveToken(effect, token) {
    this.#rpc.post({ type: "token", effect, token });
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
