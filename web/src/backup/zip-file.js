// Zip files: written one file at a time into a Blob, read from a Blob by random access. Only this file knows zip.js.
import {
  BlobReader,
  BlobWriter,
  TextReader,
  ZipReader,
  ZipWriter,
  configure,
} from "@zip.js/zip.js/lib/zip-core-custom.js";

// No workers of its own (a strict Content-Security-Policy forbids them), and the browser's own inflate and deflate.
configure({ useWebWorkers: false, useCompressionStream: true });

/** @typedef {import("@zip.js/zip.js").FileEntry} FileEntry */

export class ZipFileWriter {
  #writer = new ZipWriter(new BlobWriter("application/zip"), {
    // The sizes stand before each file: what reads a zip from its beginning cannot do without where files are stored.
    dataDescriptor: false,
    extendedTimestamp: false,
  });

  /** @param {string} path @param {Blob} content @param {{modified: number, compress: boolean}} options */
  async add(path, content, { modified, compress }) {
    await this.#writer.add(path, new BlobReader(content), { level: compress ? 6 : 0, lastModDate: zipDate(modified) });
  }

  /** @param {string} path @param {string} text @param {number} modified */
  async addText(path, text, modified) {
    await this.#writer.add(path, new TextReader(text), { lastModDate: zipDate(modified) });
  }

  /** @returns {Promise<Blob>} */
  close() {
    return this.#writer.close();
  }
}

/** Zip knows the years 1980 to 2107. @param {number} at */
const zipDate = (at) => new Date(Math.min(Math.max(at, Date.UTC(1980, 0, 2)), Date.UTC(2107, 11, 30)));

/** The files of a zip; folders are left out. */
export class ZipFileReader {
  #reader;
  /** @type {Map<string, FileEntry[]>} */
  #entries = new Map();

  /** @param {Blob} zip */
  constructor(zip) {
    this.#reader = new ZipReader(new BlobReader(zip), { checkCrc32: true });
  }

  /** Rejects where it is no zip, one that can be read in two ways, or one with names that lead out of a folder. */
  async open() {
    for (const entry of await this.#reader.getEntries()) {
      if (entry.directory) continue;
      const known = this.#entries.get(entry.filename);
      if (known) known.push(entry);
      else this.#entries.set(entry.filename, [entry]);
    }
    return this;
  }

  /** @returns {string[]} */
  paths() {
    return [...this.#entries.keys()];
  }

  /** @param {string} path @returns {{size: number, encrypted: boolean}[]} every file of that name */
  find(path) {
    return (this.#entries.get(path) ?? []).map((entry) => ({
      size: entry.uncompressedSize,
      encrypted: entry.encrypted,
    }));
  }

  /**
   * Hands the only file of that name to `take`, piece by piece; what that throws ends it.
   * @param {string} path @param {(bytes: Uint8Array) => void | Promise<void>} take
   */
  async read(path, take) {
    const [entry] = this.#entries.get(path) ?? [];
    await entry.getData(new WritableStream({ write: (bytes) => take(bytes) }));
  }

  close() {
    return this.#reader.close();
  }
}
