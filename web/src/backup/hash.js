// SHA-256 of content that comes in pieces. crypto.subtle is much faster than anything written in JavaScript, but takes
// only what is in memory as a whole; docs/decisions/browser-hashing.md has the bound.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const MOST_AT_ONCE = 16 << 20;

export class Hash {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #pieces = [];
  #running = sha256.create();
  #isSmall;

  /** @param {number} size of all that will come */
  constructor(size) {
    this.#isSmall = size <= MOST_AT_ONCE && globalThis.crypto?.subtle !== undefined;
  }

  /** @param {Uint8Array} bytes */
  add(bytes) {
    if (this.#isSmall) this.#pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
    else this.#running.update(bytes);
  }

  /** @returns {Promise<string>} lower-case hex; nothing can be added then */
  async end() {
    if (!this.#isSmall) return bytesToHex(this.#running.digest());
    const whole = await new Blob(this.#pieces).arrayBuffer();
    return bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)));
  }
}

/** @param {Blob} blob @returns {Promise<string>} */
export async function hashBlob(blob) {
  const hash = new Hash(blob.size);
  const reader = blob.stream().getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) hash.add(step.value);
  return hash.end();
}
