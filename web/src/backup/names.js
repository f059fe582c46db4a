// Names of the files in a backup, as they are in the dataset, so that people know what they have unpacked. Nothing is
// read off them again: the manifest says which file is which item.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LONG_NAME_BYTES = 240;

/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** encode_id of wasm/base/ids.h. @param {string} id @returns {string} */
export function encodeId(id) {
  const bytes = encoder.encode(id);
  const encode = (/** @type {boolean} */ keepNonAscii) => {
    /** @type {number[]} */
    const out = [];
    for (const [at, byte] of bytes.entries()) {
      const isOuterDot = byte === 0x2e && (at === 0 || at === bytes.length - 1);
      const isKept = byte < 0x80 ? /[\w.~-]/.test(String.fromCharCode(byte)) && !isOuterDot : keepNonAscii;
      if (isKept) out.push(byte);
      else out.push(...encoder.encode(`%${byte.toString(16).toUpperCase().padStart(2, "0")}`));
    }
    return decoder.decode(new Uint8Array(out));
  };
  const name = encode(false);
  return name.length > LONG_NAME_BYTES ? encode(true) : name;
}

/** @param {string} collection @param {"json" | "blob"} kind */
function extension(collection, kind) {
  if (kind === "json") return ".json";
  return collection === "pdfs" ? ".pdf" : "";
}

/** Hands out a path for each item, different from all others also on disks that do not tell "a" from "A". */
export class Names {
  #taken = new Set();

  /** @param {string} collection @param {"json" | "blob"} kind @param {string} id @returns {string} */
  pathOf(collection, kind, id) {
    const name = encodeId(id);
    const ending = extension(collection, kind);
    for (let number = 1; ; number++) {
      const path = `${collection}/${name}${number > 1 ? `~${number}` : ""}${ending}`;
      const key = path.normalize("NFC").toLowerCase();
      const isDevice = number === 1 && (DEVICE.test(name) || DEVICE.test(collection));
      if (isDevice || this.#taken.has(key)) continue;
      this.#taken.add(key);
      return path;
    }
  }
}
