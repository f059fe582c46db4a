// What apps give to be saved as a blob, as a Blob: a snapshot that later changes of the app's buffer do not reach.
import { StoreError, invalidArgument } from "./errors.js";
import { abortedBy } from "./rpc.js";

/** Of a stream, how much is in the page's memory at once. */
const PART_BYTES = 4 << 20;

/** What a value is, also when it comes from another frame of the page. @param {unknown} value */
const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @param {unknown} value @returns {value is Blob} */
export const isBlob = (value) => ["Blob", "File"].includes(kindOf(value));

/**
 * @param {unknown} data
 * @param {{type?: string, fallbackType: string, signals: (AbortSignal | undefined)[]}} options
 *   `signals`: each ends the reading of a stream
 * @returns {Promise<Blob>} whose type is `type`, else the data's own, else `fallbackType`
 * @throws {StoreError} INVALID_ARGUMENT, ABORTED, or the reason of a signal when that is a StoreError
 */
export async function toBlob(data, { type, fallbackType, signals }) {
  if (isBlob(data)) {
    const wanted = type ?? (data.type || fallbackType);
    return wanted === data.type ? data : data.slice(0, data.size, wanted);
  }
  const kind = kindOf(data);
  const wanted = type ?? fallbackType;
  if (kind === "ArrayBuffer") return new Blob([/** @type {ArrayBuffer} */ (data)], { type: wanted });
  if (kind === "Uint8Array") return new Blob([ownBytes(/** @type {Uint8Array} */ (data))], { type: wanted });
  if (kind === "ReadableStream") {
    const blob = await collect(/** @type {ReadableStream<Uint8Array>} */ (data), signals);
    return blob.slice(0, blob.size, wanted);
  }
  const hint = typeof data === "string" ? " Text can be saved as new Blob([text])." : "";
  throw invalidArgument(
    `The data must be a Blob, an ArrayBuffer, a Uint8Array or a ReadableStream; it is ${
      data === null ? "null" : typeof data === "object" ? `a ${kind}` : `of type ${typeof data}`
    }.${hint}`,
  );
}

/** Blobs do not take views of shared memory; those are copied first. @param {Uint8Array} view */
const ownBytes = (view) =>
  /** @type {Uint8Array<ArrayBuffer>} */ (kindOf(view.buffer) === "ArrayBuffer" ? view : view.slice());

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(AbortSignal | undefined)[]} signals
 */
async function collect(stream, signals) {
  if (stream.locked) throw invalidArgument("The stream is locked: something else reads it already.");
  const stop = new AbortController();
  /** @param {Event} event */
  const abort = ({ target }) => stop.abort(/** @type {AbortSignal} */ (target).reason);
  for (const signal of signals) {
    if (signal?.aborted) stop.abort(signal.reason);
    signal?.addEventListener("abort", abort);
  }
  const gatherer = new Gatherer();
  try {
    await stream.pipeTo(new WritableStream({ write: (piece) => gatherer.add(piece) }), { signal: stop.signal });
    return gatherer.end();
  } catch (error) {
    if (stop.signal.reason instanceof StoreError) throw stop.signal.reason;
    if (stop.signal.aborted) throw abortedBy(stop.signal);
    throw invalidArgument(`The stream failed: ${error instanceof Error ? error.message : error}`, error);
  } finally {
    for (const signal of signals) signal?.removeEventListener("abort", abort);
  }
}

/**
 * Turns pieces of any size into Blobs of PART_BYTES, which the browser keeps outside the page and on disk where they
 * are many: of a stream of gigabytes the page holds one part. (A Response would gather all of it in the page first.)
 */
class Gatherer {
  /** @type {Blob[]} */
  #parts = [];
  #part = new Uint8Array(0);
  #filled = 0;

  /** @param {Uint8Array} piece copied, since its stream may use it again */
  add(piece) {
    if (kindOf(piece) !== "Uint8Array") throw new TypeError("its pieces must be Uint8Arrays");
    for (let at = 0; at < piece.length; ) {
      if (this.#part.length === 0) this.#part = new Uint8Array(PART_BYTES);
      const some = piece.subarray(at, at + PART_BYTES - this.#filled);
      this.#part.set(some, this.#filled);
      this.#filled += some.length;
      at += some.length;
      if (this.#filled === PART_BYTES) this.#flush();
    }
  }

  end() {
    this.#flush();
    return new Blob(this.#parts);
  }

  #flush() {
    if (this.#filled > 0) this.#parts.push(new Blob([this.#part.subarray(0, this.#filled)]));
    this.#filled = 0;
  }
}
