// Collections of JSON documents.
import { CollectionCalls } from "./collection-calls.js";
import { StoreError, invalidArgument, notInThisVersion } from "./errors.js";
import { checkId } from "./ids.js";
import { documentText } from "./json.js";

/** @typedef {import("./types.js").Document} Document */
/** @typedef {import("./types.js").SaveReceipt} SaveReceipt */

/** Most bytes of one saveMany: its texts are in the module's memory all at once, which grows to 2 GiB at most. */
const MAX_BODY_BYTES = 256 << 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @typedef {import("./types.js").DocumentCollection} Contract */

/** @implements {Contract} */
export class DocumentCollection {
  #calls;
  #name;
  /** The texts of documents. */
  #memory;

  /**
   * @param {import("./client.js").Client} client
   * @param {string} name
   * @param {import("./memory.js").Memory<any>} memory
   */
  constructor(client, name, memory) {
    this.#calls = new CollectionCalls(client, name, "json", memory);
    this.#name = name;
    this.#memory = memory;
  }

  /** @param {Document} document @returns {Promise<SaveReceipt>} */
  save(document) {
    return this.#calls.run("save", async () => (await this.#store([documentText(document, "The document")]))[0]);
  }

  /** @param {Document[]} documents @returns {Promise<SaveReceipt[]>} */
  saveMany(documents) {
    return this.#calls.run("saveMany", async () => {
      if (!Array.isArray(documents)) throw invalidArgument("saveMany needs an array of documents.");
      // Array.from, so that a hole in the array is refused as well.
      const texts = Array.from(documents, (document, i) => documentText(document, `documents[${i}]`));
      return texts.length === 0 ? [] : this.#store(texts);
    });
  }

  /** @param {string} id @returns {Promise<Document | null>} */
  load(id) {
    return this.#calls.run("load", async () => {
      const text = await this.#memory.recall(this.#name, checkId(id), async () => {
        const { value, body } = await this.#calls.ask("load", { id });
        return value === null ? null : { value: decoder.decode(body ?? new Uint8Array()), bytes: body?.length ?? 0 };
      });
      return text === null ? null : parseText(id, text);
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

  /**
   * Stores all of them or none, in one transaction.
   * @param {{id: string, text: string}[]} texts
   * @returns {Promise<SaveReceipt[]>}
   */
  async #store(texts) {
    const parts = texts.map(({ id, text }) => ({ id: checkId(id), bytes: encoder.encode(text) }));
    const items = parts.map(({ id, bytes }) => ({ id, size: bytes.length }));
    const body = join(parts.map(({ bytes }) => bytes));
    this.#memory.drop(this.#name, items.map(({ id }) => id));
    // The last one counts where an id stands twice.
    const saved = new Map(texts.map(({ id, text }, i) => [id, { text, size: items[i].size }]));
    const expected = [...saved].map(([id, kept]) => ({ ticket: this.#memory.expect(this.#name, id), ...kept }));
    try {
      const { value } = await this.#calls.ask("save", { items }, { body, isWrite: true });
      for (const { ticket, text, size } of expected) this.#memory.keep(ticket, text, size);
      return value;
    } finally {
      for (const { ticket } of expected) this.#memory.forget(ticket);
    }
  }
}

/** @param {Uint8Array[]} parts @returns {Uint8Array} with a buffer of its own, to be transferred */
function join(parts) {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (size > MAX_BODY_BYTES) {
    throw new StoreError(
      "TOO_LARGE",
      `The documents have ${size} bytes; one call takes ${MAX_BODY_BYTES}. Save fewer at once.`,
    );
  }
  if (parts.length === 1) return parts[0];
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** @param {string} id @param {Uint8Array} bytes @returns {Document} */
export const parseDocument = (id, bytes) => parseText(id, decoder.decode(bytes));

/** @param {string} id @param {string} text @returns {Document} */
function parseText(id, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Its hash is right, so this is what somebody put there, e.g. an edit by hand on the Hub.
    throw new StoreError(
      "STORAGE_CORRUPT",
      `The document "${id}" is not valid JSON: ${/** @type {Error} */ (error).message}.`,
    );
  }
}
