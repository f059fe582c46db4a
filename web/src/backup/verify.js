// Reading a backup that may be anything: all of it is looked at, and compared with its manifest, before an import
// changes anything.
import { StoreError } from "../index.js";
import { Hash } from "./hash.js";
import { problemOfDocument } from "./collect.js";
import { MANIFEST, MAX_MANIFEST_BYTES, badBackup, originalOf, parseManifest } from "./manifest.js";
import { ZipFileReader } from "./zip-file.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./manifest.js").Item} Item */
/** @typedef {import("./collect.js").DocumentText} DocumentText */

/** A backup whose manifest has been read. */
export class Backup {
  #zip;
  /** @type {Item[]} */
  items = [];

  /** @param {ZipFileReader} zip */
  constructor(zip) {
    this.#zip = zip;
  }

  /** The files that the manifest does not name. @returns {string[]} */
  strangers() {
    const named = new Set([MANIFEST, ...this.items.map(({ path }) => path)]);
    return this.#zip.paths().filter((path) => !named.has(path));
  }

  /** @param {Session} session @param {DocumentText} documentText */
  async verify(session, documentText) {
    for (const { path, size } of this.items) this.checkFile(path, size);
    const total = this.items.reduce((sum, { size }) => sum + size, 0);
    let loaded = 0;
    for (const item of this.items) {
      const { path, kind, id, size } = item;
      session.progress("verify", loaded, total, path);
      const isDocument = kind === "json" && originalOf(id) === null;
      const content = await this.read(session, item, isDocument);
      const problem = content && problemOfDocument(await content.arrayBuffer(), id, documentText);
      if (problem) throw badBackup(path, problem);
      loaded += size;
    }
    session.progress("verify", total, total);
  }

  /**
   * The content of an item, checked once more.
   * @param {Session} session @param {Item} item @param {boolean} [keep] false: it is only checked
   * @returns {Promise<Blob | null>}
   */
  async read(session, { path, size, sha256 }, keep = true) {
    const hash = new Hash(size);
    const collector = keep ? collectBlob() : null;
    let seen = 0;
    try {
      await this.readFile(session, path, async (bytes) => {
        seen += bytes.length;
        if (seen > size) throw badBackup(path, `is larger than the ${size} bytes that the manifest states`);
        hash.add(bytes);
        await collector?.add(bytes);
      });
      if (seen !== size) throw badBackup(path, `has ${seen} bytes, the manifest states ${size}`);
      if ((await hash.end()) !== sha256) throw badBackup(path, "has another SHA-256 than the manifest states");
    } catch (error) {
      await collector?.drop(error);
      throw error;
    }
    return collector && collector.end();
  }

  /** @param {string} path @param {number | null} size that it must have; null: any that a manifest may have */
  checkFile(path, size) {
    const found = this.#zip.find(path);
    if (found.length === 0) throw badBackup(path, `is missing${this.#hint(path)}`);
    if (found.length > 1) throw badBackup(path, "stands in the zip more than once");
    if (found[0].encrypted) throw badBackup(path, "is encrypted");
    if (size !== null && found[0].size !== size) {
      throw badBackup(path, `has ${found[0].size} bytes, the manifest states ${size}`);
    }
    if (size === null && found[0].size > MAX_MANIFEST_BYTES) throw badBackup(path, "is larger than a manifest can be");
    return found[0].size;
  }

  /** @param {Session} session @param {string} path @param {(bytes: Uint8Array) => void | Promise<void>} take */
  async readFile(session, path, take) {
    session.check();
    try {
      await this.#zip.read(path, (bytes) => {
        session.check();
        return take(bytes);
      });
    } catch (error) {
      // What ended the reading on our side comes back as it is.
      session.check();
      throw error instanceof StoreError ? error : badBackup(path, `cannot be read (${reasonOf(error)})`, error);
    }
  }

  /** @param {string} path */
  #hint(path) {
    const inFolder = path === MANIFEST && this.#zip.paths().some((other) => other.endsWith(`/${MANIFEST}`));
    if (inFolder) return ": it is in a folder. Pack what is in that folder, not the folder";
    return path === MANIFEST ? ": this is a zip, but not a backup of hubstash" : "";
  }
}

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * @param {Session} session @param {Blob} zip
 * @returns {Promise<Backup>}
 * @throws {StoreError} BAD_BACKUP, NEWER_FORMAT
 */
export async function openBackup(session, zip) {
  session.check();
  const reader = new ZipFileReader(zip);
  await reader.open().catch((error) => {
    throw badBackup("the file", `is not a zip, or a damaged one (${reasonOf(error)})`, error);
  });
  const backup = new Backup(reader);
  const size = backup.checkFile(MANIFEST, null);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const pieces = [];
  let seen = 0;
  await backup.readFile(session, MANIFEST, (bytes) => {
    seen += bytes.length;
    if (seen > size) throw badBackup(MANIFEST, "is larger than the zip states");
    pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  });
  backup.items = parseManifest(await textOf(new Blob(pieces)));
  return backup;
}

/** @param {Blob} blob */
async function textOf(blob) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await blob.arrayBuffer());
  } catch (error) {
    throw badBackup(MANIFEST, "is not UTF-8", error);
  }
}

/** Makes a Blob of pieces, which the browser may keep out of memory. */
function collectBlob() {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const blob = new Response(readable).blob();
  // Looked at by end() and drop() only.
  blob.catch(() => {});
  return {
    /** @param {Uint8Array} bytes */
    add: (bytes) => writer.write(bytes),
    end: async () => {
      await writer.close();
      return blob;
    },
    /** @param {unknown} error */
    drop: async (error) => {
      await writer.abort(error).catch(() => {});
    },
  };
}
