// One backup or import at work: its calls to the store, all of one account's data, past the page's memory, and what can
// end it early.
import { callSafely } from "../callbacks.js";
import { StoreError } from "../index.js";
import { keyOf } from "./manifest.js";

/** @typedef {"json" | "blob"} Kind */
/** @typedef {{collection: string, kind: Kind}} Collection */
/** @typedef {import("../types.js").ItemInfo} ItemInfo */
/**
 * @typedef {object} Page what the store's own part of the page knows
 * @property {EventTarget} events tells of changes, of this tab and others
 * @property {() => Collection[]} collections that the app has named
 */
/** @typedef {{call: string, [member: string]: unknown}} Header of c_api.h */
/** @typedef {{signal?: AbortSignal, onProgress?: (p: import("../types.js").Progress) => void}} Options */

export class Session {
  #client;
  #memory;
  #page;
  #place;
  #signal;
  #onProgress;
  #isFinishing = false;
  /** What has changed since this work has looked at the items. @type {Set<string>} */
  #changed = new Set();
  #ended = new AbortController();

  /**
   * @param {import("../client.js").Client} client
   * @param {import("../memory.js").Memory<any>} memory
   * @param {Page} page
   * @param {Options} [options] checked
   */
  constructor(client, memory, page, { signal, onProgress } = {}) {
    this.#client = client;
    this.#memory = memory;
    this.#page = page;
    this.#place = client.place;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.check();
    const hear = (/** @type {any} */ { detail: { collection, ids } }) => {
      for (const id of ids) this.#changed.add(keyOf(collection, id));
    };
    page.events.addEventListener("change", hear, { signal: this.#ended.signal });
  }

  /** It hears of no more changes. */
  end() {
    this.#ended.abort();
  }

  /** The items are about to be looked at: what has changed before, e.g. with the first listing, is what is seen. */
  look() {
    this.#changed.clear();
  }

  /**
   * Whether somebody has saved or deleted the item since `look()`.
   * @param {string} collection @param {string} id
   */
  hasChanged(collection, id) {
    return this.#changed.has(keyOf(collection, id));
  }

  /** Ends the work where somebody wants that: between two steps nothing is half done. */
  check() {
    this.#checkPlace();
    if (this.#isFinishing) return;
    if (this.#signal?.aborted) {
      throw new StoreError("ABORTED", "The call's AbortSignal ended it. Nothing was changed.");
    }
    if (this.#client.closed.aborted) throw this.#client.closed.reason;
  }

  /** From here on neither the signal nor closing ends it. @template T @param {() => Promise<T>} work */
  finish(work) {
    this.check();
    this.#isFinishing = true;
    return this.#client.finish(work);
  }

  /** @param {string} phase @param {number} loaded @param {number | null} total @param {string} [item] */
  progress(phase, loaded, total, item) {
    callSafely(this.#onProgress, { phase, loaded, total, ...(item === undefined ? {} : { item }) });
  }

  /** Those that have items, and those that the page has named. @returns {Promise<Collection[]>} */
  async collections() {
    const { value } = await this.#call({ call: "collections" });
    const known = new Set(value.map((/** @type {Collection} */ { collection }) => collection));
    return [...value, ...this.#page.collections().filter(({ collection }) => !known.has(collection))];
  }

  /** @param {Collection} collection @returns {Promise<ItemInfo[]>} */
  async list(collection) {
    return (await this.#call({ call: "list", ...collection })).value;
  }

  /** @param {Collection} collection @returns {Promise<import("../types.js").ConflictCopy[]>} */
  async copies(collection) {
    return (await this.#call({ call: "conflicts", ...collection, id: "" })).value;
  }

  /**
   * An item as it is stored, a document as its text; null where there is none.
   * @param {Collection} collection @param {string} id @returns {Promise<Blob | null>}
   */
  async load(collection, id) {
    const { value, body, blob } = await this.#call({ call: "load", ...collection, id });
    if (value === null) return null;
    const loaded = blob ?? new Blob(body ? [/** @type {Uint8Array<ArrayBuffer>} */ (body)] : []);
    return loaded.slice(0, loaded.size, value.type);
  }

  /** Rejects with INVALID_ID when an item cannot be saved under one of them. @param {string[]} ids */
  async checkIds(ids) {
    await this.#call({ call: "check-ids", ids });
  }

  /** All of them or none. @param {string} collection @param {{id: string, bytes: Uint8Array}[]} documents */
  async saveDocuments(collection, documents) {
    const items = documents.map(({ id, bytes }) => ({ id, size: bytes.length }));
    const body = new Uint8Array(items.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const { bytes } of documents) {
      body.set(bytes, at);
      at += bytes.length;
    }
    await this.#write({ call: "save", collection, kind: "json", items }, items.map(({ id }) => id), { body });
  }

  /** @param {string} collection @param {string} id @param {Blob} blob with its type */
  saveBlob(collection, id, blob) {
    return this.#write({ call: "put", collection, kind: "blob", id, type: blob.type }, [id], { blob });
  }

  /** @param {Collection} collection @param {string} id */
  remove(collection, id) {
    return this.#write({ call: "delete", ...collection, id }, [id]);
  }

  /** @param {Header & {collection: string}} header @param {string[]} ids @param {object} [content] */
  async #write(header, ids, content = {}) {
    this.#checkPlace();
    this.#memory.drop(header.collection, ids);
    await this.#client.call(header, { ...content, isWrite: true });
  }

  /** @param {Header} header */
  async #call(header) {
    this.check();
    const answer = await this.#client.call(header, { signal: this.#signal, onProgress: this.#onProgress });
    // A read begins anew in the data of another account, when the store has gone over to that.
    this.#checkPlace();
    return answer;
  }

  #checkPlace() {
    if (this.#client.place === this.#place) return;
    throw new StoreError(
      "UNAUTHORIZED",
      "The store has gone over to another account's data, which this backup or import is not about. Call it again.",
    );
  }
}
