// Collections of blobs: PDFs, and whatever else the app keeps as bytes. They cross to the worker by reference.
import { toBlob } from "./blob-input.js";
import { CollectionCalls } from "./collection-calls.js";
import { invalidArgument, notInThisVersion } from "./errors.js";
import { checkId } from "./ids.js";
import { operationName } from "./metrics.js";
import { RandomAccess } from "./random-access.js";
import { abortedBy } from "./rpc.js";
import { checkTransferOptions } from "./transfer-options.js";

/** @typedef {import("./types.js").TransferOptions} TransferOptions */

/** @typedef {import("./types.js").BlobCollection} Contract */

/** @implements {Contract} */
export class BlobCollection {
  #client;
  #calls;
  #name;
  #isPdf;
  #memory;

  /**
   * @param {import("./client.js").Client} client
   * @param {string} name
   * @param {import("./memory.js").Memory<any>} memory
   */
  constructor(client, name, memory) {
    this.#client = client;
    this.#calls = new CollectionCalls(client, name, "blob", memory);
    this.#name = name;
    this.#isPdf = name === "pdfs";
    this.#memory = memory;
  }

  /**
   * @param {string} id
   * @param {import("./types.js").BlobInput} data
   * @param {TransferOptions} [options]
   * @returns {Promise<import("./types.js").SaveReceipt>}
   */
  save(id, data, options) {
    return this.#calls.run("save", async () => {
      checkId(id);
      const { type, signal, onProgress } = checkTransferOptions(options);
      if (signal?.aborted) throw abortedBy(signal);
      const fallbackType = this.#isPdf ? "application/pdf" : "application/octet-stream";
      const blob = await toBlob(data, { type, fallbackType, signals: [signal, this.#client.closed] });
      if (blob.size === 0 && this.#isPdf) {
        throw invalidArgument(`The PDF "${id}" has 0 bytes, which no PDF has. Was it read before it was written?`);
      }
      this.#memory.drop(this.#name, [id]);
      const transfer = { blob, signal, onProgress, isWrite: true };
      const { value } = await this.#calls.ask("put", { id, type: blob.type }, transfer);
      return value[0];
    });
  }

  /** @param {string} id @param {TransferOptions} [options] @returns {Promise<Blob | null>} */
  load(id, options) {
    return this.#calls.run("load", async () => {
      const { signal, onProgress } = checkTransferOptions(options);
      if (signal?.aborted) throw abortedBy(signal);
      return this.#memory.recall(this.#name, checkId(id), async () => {
        const { value, body, blob } = await this.#calls.ask("load", { id }, { signal, onProgress });
        if (value === null) return null;
        const loaded = blob ?? new Blob(body ? [/** @type {Uint8Array<ArrayBuffer>} */ (body)] : []);
        const typed = loaded.type === value.type ? loaded : loaded.slice(0, loaded.size, value.type);
        return { value: typed, bytes: typed.size };
      });
    });
  }

  /** @returns {Promise<import("./types.js").ItemInfo[]>} */
  list() {
    return this.#calls.list();
  }

  /** @param {string} id @returns {Promise<void>} */
  delete(id) {
    return this.#calls.delete(id);
  }

  /** @param {string} id @returns {Promise<boolean>} */
  exists(id) {
    return this.#calls.run("exists", async () => (await this.#calls.ask("exists", { id: checkId(id) })).value);
  }

  /** @param {string} id @returns {Promise<string | null>} */
  url(id) {
    return this.#calls.run("url", async () => (await this.#calls.ask("url", { id: checkId(id) })).value);
  }

  /** @param {string} id @returns {Promise<void>} */
  evict(id) {
    return this.#calls.evict(id);
  }

  /** @param {string} id @returns {Promise<RandomAccess | null>} */
  open(id) {
    return this.#calls.run("open", async () => {
      checkId(id);
      const open = async () => (await this.#calls.ask("open", { id })).value;
      const opening = await open();
      return opening && new RandomAccess(this.#client, operationName("read", this.#name), open, opening);
    });
  }

  /** @param {string} _id @returns {Promise<never>} */
  async history(_id) {
    throw notInThisVersion("history()");
  }

  /** @param {string} _id @param {string} _version @returns {Promise<never>} */
  async restore(_id, _version) {
    throw notInThisVersion("restore()");
  }

  /** @param {string} [id] @returns {Promise<import("./types.js").ConflictCopy[]>} */
  conflicts(id) {
    return this.#calls.conflicts(id);
  }

  /** @param {string} copyId @param {"use-copy" | "discard-copy"} resolution @returns {Promise<void>} */
  resolve(copyId, resolution) {
    return this.#calls.resolve(copyId, resolution);
  }
}
