// Reading ranges of a blob: one reader of the engine for each open. The reader stays on the version that was opened.
import { StoreError, invalidArgument } from "./errors.js";
import { abortedBy } from "./rpc.js";
import { checkTransferOptions } from "./transfer-options.js";

/** @typedef {{reader: string, version: string, size: number}} Opening what the engine says of a reader */
/** @typedef {import("./types.js").RandomAccess} Contract */

/** @implements {Contract} */
export class RandomAccess {
  #client;
  #operation;
  #open;
  #opening;
  #closed = new AbortController();
  /** What all reads wait for that found the engine without their reader. @type {Promise<void> | null} */
  #reopening = null;

  /**
   * @param {import("./client.js").Client} client
   * @param {string} operation that a read counts as, in `Metrics.operations`
   * @param {() => Promise<Opening | null>} open the item as it is now
   * @param {Opening} opening
   */
  constructor(client, operation, open, opening) {
    this.#client = client;
    this.#operation = operation;
    this.#open = open;
    this.#opening = opening;
  }

  get size() {
    return this.#opening.size;
  }

  /**
   * @param {number} offset @param {number} length
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Uint8Array>} fewer bytes than `length` where the file ends
   */
  read(offset, length, options) {
    return this.#client.run(this.#operation, async () => {
      for (const [name, value] of Object.entries({ offset, length })) {
        if (!Number.isSafeInteger(value) || value < 0) {
          throw invalidArgument(`The ${name} must be a whole number of bytes that is not negative.`);
        }
      }
      const { signal } = checkTransferOptions(options);
      const closed = this.#closed.signal;
      if (closed.aborted) throw closedReader();
      if (signal?.aborted) throw abortedBy(signal);
      const stop = new AbortController();
      const end = () => stop.abort(signal?.aborted ? signal.reason : undefined);
      for (const one of [signal, closed]) one?.addEventListener("abort", end);
      try {
        return await this.#read(offset, length, stop.signal);
      } catch (error) {
        throw closed.aborted ? closedReader() : error;
      } finally {
        for (const one of [signal, closed]) one?.removeEventListener("abort", end);
      }
    });
  }

  /** @param {number} offset @param {number} length @param {AbortSignal} signal */
  async #read(offset, length, signal) {
    const opening = this.#opening;
    const ask = () => this.#client.call({ call: "read", reader: this.#opening.reader, offset, length }, { signal });
    const { body } = await ask().catch(async (error) => {
      // The engine has no such reader: it is another one than at the open, for workers come and go.
      if (error.code !== "CLOSED") throw error;
      if (this.#opening === opening) {
        this.#reopening ??= this.#reopen(opening.version).finally(() => (this.#reopening = null));
        await this.#reopening;
      }
      return ask();
    });
    return body ?? new Uint8Array(0);
  }

  /** @param {string} version that this reader is on */
  async #reopen(version) {
    const opening = await this.#open();
    if (opening?.version === version && !this.#closed.signal.aborted) {
      this.#opening = opening;
      return;
    }
    if (opening) this.#shut(opening);
    throw new StoreError("NOT_FOUND", "The file has changed since it was opened. Open it again.");
  }

  close() {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#shut(this.#opening);
  }

  /** @param {Opening} opening */
  #shut({ reader }) {
    this.#client.call({ call: "shut", reader }).catch(() => {}); // Where the engine has gone, the reader has too.
  }
}

const closedReader = () => new StoreError("CLOSED", "The file has been closed. Open it again.");
