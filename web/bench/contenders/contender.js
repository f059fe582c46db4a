/**
 * Who takes part on the benchmark page: a storage and one PDF and one project in it. The runner, the table and the
 * report know it by this alone. Whatever it wrote it removes again.
 *
 * @typedef {import("./storage.js").Storage} Storage
 * @typedef {import("./storage.js").Item} Item
 * @typedef {Required<Pick<Storage, "open" | "close" | "save" | "load" | "savePdf" | "loadPdf">> & Storage} FullStorage
 */
export class Contender {
  /** Whether a write is sent to the Hub by a step of its own. */
  syncs = false;
  /** Whether its writes reach the Hub, which keeps the same bytes once. */
  uploads = false;

  /**
   * @param {object} what
   * @param {string} what.name short and stable, the key in the results
   * @param {string} what.label for people
   * @param {string} what.leaves names what would be left behind if `cleanup` failed
   * @param {string} what.id of both the PDF and the project; the same in each round, so that later writes replace
   * @param {FullStorage} what.storage it must keep no bodies in memory, so that a read goes to where the bytes are
   */
  constructor({ name, label, leaves, id, storage }) {
    this.name = name;
    this.label = label;
    this.leaves = leaves;
    this.id = id;
    this.storage = storage;
  }

  /** Fails when the contender cannot work (no token, no such dataset, no storage). */
  async open() {
    await this.storage.open();
  }

  /**
   * As after a reload of the page: what the storage had in memory is gone.
   * @param {"write" | "read"} _next what comes then
   */
  async reopen(_next) {
    await this.storage.close();
    await this.storage.open();
  }

  /** Stores what is to lie beside that which is measured. @param {Item[]} items */
  async fill(items) {
    await this.storage.saveMany?.(items);
  }

  /**
   * Resolves when the PDF is stored for good.
   * @param {import("./storage.js").File} file
   * @param {AbortSignal} [signal]
   */
  writePdf(file, signal) {
    return this.storage.savePdf(this.id, file, signal);
  }

  /**
   * The one written last.
   * @param {AbortSignal} [signal]
   */
  readPdf(signal) {
    return this.storage.loadPdf(this.id, signal);
  }

  /** @param {Item} item */
  writeProject(item) {
    return this.storage.save(item);
  }

  /** @returns {Promise<unknown>} the document, or the bytes of its text */
  readProject() {
    return this.storage.load(this.id);
  }

  /** Sends what was written to the Hub. */
  async sync() {
    await this.storage.sync?.();
  }

  /** Everything, also what an earlier run left when its tab was closed half-way. */
  async cleanup() {
    await this.storage.clear?.();
  }

  async close() {
    await this.storage.close();
  }
}

/** What a contender has put into a dataset, so that it removes that and nothing else. */
export class Written {
  pdf = false;
  project = false;
  /** @type {Set<string>} */
  fillers = new Set();

  /** @param {(error: unknown) => boolean} mayHaveStored false when an error says that nothing was written */
  constructor(mayHaveStored) {
    this.mayHaveStored = mayHaveStored;
  }

  get anything() {
    return this.pdf || this.project || this.fillers.size > 0;
  }

  /**
   * A reply may have been lost after the write took place; only a clear refusal says that it did not.
   * @template T
   * @param {"pdf" | "project"} what
   * @param {Promise<T>} write
   * @returns {Promise<T>}
   */
  async note(what, write) {
    try {
      const result = await write;
      this[what] = true;
      return result;
    } catch (error) {
      this[what] ||= this.mayHaveStored(error);
      throw error;
    }
  }
}
