// Requests to the worker and its answers. Every call settles exactly once: by its reply, by its AbortSignal, or by
// the end of the worker, which rejects all that still wait. Nothing else of the page talks to the worker.
import { callSafely } from "./callbacks.js";
import { StoreError, errorFromWire } from "./errors.js";

/**
 * @typedef {object} Answer
 * @property {any} value
 * @property {Uint8Array | null} body
 * @property {Blob | null} blob
 */

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: import("./types.js").Progress) => void} [onProgress]
 * @property {boolean} [isWrite] the call changes what is stored: when it is aborted, the worker's word decides whether
 *   it was in time, so that ABORTED always means that nothing was changed
 * @property {Transferable[]} [transfer]
 */

/**
 * @typedef {object} Pending
 * @property {(answer: Answer) => void} resolve
 * @property {(error: StoreError) => void} reject
 * @property {CallOptions["onProgress"]} onProgress
 * @property {() => void} forget removes the abort listener
 */

/**
 * What Rpc needs of a Worker; tests give it something simpler.
 * @typedef {object} WorkerPort
 * @property {(message: any, transfer: Transferable[]) => void} postMessage
 * @property {(type: string, listener: (event: any) => void) => void} addEventListener
 * @property {() => void} terminate
 */

export class Rpc {
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextRequest = 1;
  /** @type {StoreError | null} */
  #end = null;
  #port;
  #onNotice;
  #onDeath;

  /**
   * @param {WorkerPort} port
   * @param {{onNotice: (header: any, body: Uint8Array | null) => void, onDeath: (error: StoreError) => void}} handlers
   *   `onNotice`: everything but replies and progress; `onDeath`: once, when the worker stopped by itself
   */
  constructor(port, { onNotice, onDeath }) {
    this.#port = port;
    this.#onNotice = onNotice;
    this.#onDeath = onDeath;
    port.addEventListener("message", ({ data }) => this.#receive(data));
    const unloaded = "its script could not be loaded; see workerUrl";
    port.addEventListener("error", (event) => this.die(event.message || unloaded));
    port.addEventListener("messageerror", () => this.die("a message could not be read"));
  }

  /** Why nothing can be sent any more, or null. */
  get ended() {
    return this.#end;
  }

  /**
   * Sends `message` with a request number of its own.
   * @param {object} message
   * @param {CallOptions} [options]
   * @returns {Promise<Answer>} rejects with the worker's error, ABORTED, WORKER_DIED or what `end` was given
   */
  call(message, { signal, onProgress, isWrite = false, transfer = [] } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      if (signal?.aborted) return reject(abortedBy(signal));

      const request = this.#nextRequest++;
      const abort = () => {
        this.post({ type: "cancel", request });
        if (!isWrite) this.#take(request)?.reject(abortedBy(signal));
      };
      const forget = () => signal?.removeEventListener("abort", abort);
      this.#pending.set(request, { resolve, reject, onProgress, forget });
      signal?.addEventListener("abort", abort);
      try {
        this.#port.postMessage({ ...message, request }, transfer);
      } catch (error) {
        // The argument cannot be cloned or transferred; the worker never saw it.
        const reason = error instanceof Error ? error.message : String(error);
        this.#take(request)?.reject(
          new StoreError("INVALID_ARGUMENT", `It cannot be stored: ${reason}`, { cause: error }),
        );
      }
    });
  }

  /** Sends a message that wants no answer; after the end it goes nowhere. @param {object} message */
  post(message) {
    if (!this.#end) this.#port.postMessage(message, []);
  }

  /**
   * Stops the worker; every call that still waits, and every later one, rejects with `error`.
   * @param {StoreError} error
   */
  end(error) {
    if (this.#end) return;
    this.#end = error;
    this.#port.terminate();
    for (const request of [...this.#pending.keys()]) this.#take(request)?.reject(error);
  }

  /**
   * The worker has stopped by itself.
   * @param {string} reason
   */
  die(reason) {
    if (this.#end) return;
    const error = new StoreError(
      "WORKER_DIED",
      `The storage worker stopped: ${reason}. Saves that had resolved are on the device. Call again.`,
    );
    this.end(error);
    this.#onDeath(error);
  }

  /** Removes a waiting call; whoever gets it settles it. @param {number} request */
  #take(request) {
    const pending = this.#pending.get(request);
    this.#pending.delete(request);
    pending?.forget();
    return pending;
  }

  /** @param {{header: any, body: Uint8Array | null, blob: Blob | null}} data */
  #receive({ header, body, blob }) {
    if (this.#end) return;
    if (header.type === "reply") {
      // A reply that nobody waits for is one to an aborted call.
      const pending = this.#take(header.request);
      if (header.ok) pending?.resolve({ value: header.value, body, blob });
      else pending?.reject(errorFromWire(header.error));
    } else if (header.type === "progress") {
      const { request, phase, loaded, total = null, item } = header;
      callSafely(this.#pending.get(request)?.onProgress, { phase, loaded, total, ...(item ? { item } : {}) });
    } else if (header.type === "fatal") {
      this.die(header.message);
    } else {
      this.#onNotice(header, body);
    }
  }
}

/** @param {AbortSignal | undefined} signal */
export function abortedBy(signal) {
  return new StoreError("ABORTED", "The call's AbortSignal ended it. Nothing was changed.", { cause: signal?.reason });
}
