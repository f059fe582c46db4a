// Lets the app's own function decide conflicts (the option `conflict`). Whatever it does, the engine gets a decision:
// where the function fails or returns what cannot be stored, both versions are kept, and an `error` event says why.
import { parseDocument } from "./documents.js";
import { invalidArgument, toStoreError } from "./errors.js";
import { documentText } from "./json.js";

/** @typedef {import("./types.js").Document} Document */
/** @typedef {"base" | "local" | "remote"} Side */

/**
 * The notice "resolve" of c_api.h, with Blobs in the place of handles.
 * @typedef {object} Question
 * @property {number} effect
 * @property {string} collection
 * @property {"json" | "blob"} kind
 * @property {string} id
 * @property {Record<Side, number | null>} sides sizes; null: that side deleted the item, or nobody has the base
 * @property {Record<Side, Blob | null>} [blobs]
 */

/** @typedef {{choice: string, type?: string, body?: Uint8Array<ArrayBuffer>, blob?: Blob}} Decision */

/** Most bytes of a document, as in the engine. */
const MAX_DOCUMENT_BYTES = 64 << 20;
/** @type {Side[]} */
const SIDES = ["base", "local", "remote"];
const WORDS = ["local", "remote", "keep-both"];

const encoder = new TextEncoder();

/** Whether it is one, also when it comes from another frame of the page. @param {unknown} value */
const isBlob = (value) => /^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(value));

/** What an error is about. @param {Question} question */
const nameOf = ({ collection, id }) => `the conflict resolver for "${id}" of ${collection}`;

export class Resolver {
  #resolve;
  #onError;

  /**
   * @param {import("./types.js").ConflictResolver} resolve the app's function
   * @param {(error: import("./errors.js").StoreError) => void} onError
   */
  constructor(resolve, onError) {
    this.#resolve = resolve;
    this.#onError = onError;
  }

  /**
   * Never rejects, and takes as long as the app does.
   * @param {Question} question
   * @param {Uint8Array | null} body the texts of a document's versions, joined
   * @returns {Promise<Decision>}
   */
  async decide(question, body) {
    try {
      const { collection, id } = question;
      const versions = question.kind === "json" ? documents(question, body) : blobs(question);
      return decisionOf(await this.#ask({ collection, id, ...versions }, question), question);
    } catch (error) {
      this.#onError(toStoreError(error));
      return { choice: "keep-both" };
    }
  }

  /** @param {Parameters<import("./types.js").ConflictResolver>[0]} conflict @param {Question} question */
  async #ask(conflict, question) {
    try {
      return await this.#resolve(conflict);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw invalidArgument(`It threw, ${nameOf(question)}: ${reason}. Both versions are kept.`, error);
    }
  }
}

/** @param {Question} question @param {Uint8Array | null} body @returns {Record<Side, Document | null>} */
function documents({ id, sides }, body) {
  /** @type {Record<Side, Document | null>} */
  const found = { base: null, local: null, remote: null };
  let at = 0;
  for (const side of SIDES) {
    const size = sides[side];
    if (size === null) continue;
    found[side] = parseDocument(id, (body ?? new Uint8Array()).subarray(at, at + size));
    at += size;
  }
  return found;
}

/** @param {Question} question @returns {Record<Side, Blob | null>} */
function blobs({ sides, blobs }) {
  /** An empty blob has no handle. @param {Side} side */
  const blob = (side) => (sides[side] === null ? null : (blobs?.[side] ?? new Blob([])));
  return { base: blob("base"), local: blob("local"), remote: blob("remote") };
}

/** @param {unknown} value what the app's function returned @param {Question} question @returns {Decision} */
function decisionOf(value, question) {
  if (value === null) return { choice: "delete" };
  if (typeof value === "string" && WORDS.includes(value)) return { choice: value };
  if (question.kind === "blob") {
    if (isBlob(value)) return blobDecision(/** @type {Blob} */ (value), question);
    throw refused(question, 'a Blob, null, "local", "remote" or "keep-both"');
  }
  if (typeof value !== "object") throw refused(question, 'a document, null, "local", "remote" or "keep-both"');
  const { id, text } = documentText(value, `What was returned by ${nameOf(question)}`);
  if (id !== question.id) throw refused(question, `a document with the id "${question.id}", not "${id}"`);
  const body = encoder.encode(text);
  if (body.length > MAX_DOCUMENT_BYTES) throw refused(question, `a document of at most ${MAX_DOCUMENT_BYTES} bytes`);
  return { choice: "content", body };
}

/** @param {Blob} blob @param {Question} question @returns {Decision} */
function blobDecision(blob, question) {
  const isPdf = question.collection === "pdfs";
  if (isPdf && blob.size === 0) throw refused(question, "a PDF that is not empty");
  const type = blob.type || (isPdf ? "application/pdf" : "application/octet-stream");
  return { choice: "content", type, blob };
}

/** @param {Question} question @param {string} wanted */
function refused(question, wanted) {
  return invalidArgument(`What was returned by ${nameOf(question)} must be ${wanted}. Both versions are kept.`);
}
