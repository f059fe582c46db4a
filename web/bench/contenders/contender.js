/**
 * Who takes part on the benchmark page: a storage and one PDF and one project in it. The runner, the table and the
 * report know it by this alone. Whatever it wrote it removes again.
 *
 * @typedef {import("./storage.js").Storage} Storage
 * @typedef {import("./storage.js").Usage} Usage
 */
export class Contender {
  /** Ids that may have been stored. */
  #wrotePdf = false;
  #wroteProject = false;

  /**
   * @param {object} what
   * @param {string} what.name short and stable, the key in the results
   * @param {string} what.label for people
   * @param {string} what.leaves names what would be left behind if `cleanup` failed
   * @param {string} what.id of both the PDF and the project; the same in each round, so that later writes replace
   * @param {Required<Pick<Storage, "open" | "close" | "save" | "load" | "savePdf" | "loadPdf">> & Storage} what.storage
   *   it must keep no bodies in memory, so that a read goes to where the bytes are stored
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
   * Resolves when the PDF is stored for good.
   * @param {import("./storage.js").File} file
   * @param {AbortSignal} [signal]
   */
  async writePdf(file, signal) {
    try {
      await this.storage.savePdf(this.id, file, signal);
      this.#wrotePdf = true;
    } catch (error) {
      this.#wrotePdf ||= this.#mayHaveStored(error);
      throw error;
    }
  }

  /**
   * The one written last.
   * @param {AbortSignal} [signal]
   */
  readPdf(signal) {
    return this.storage.loadPdf(this.id, signal);
  }

  /** @param {import("./storage.js").Item} item */
  async writeProject(item) {
    try {
      await this.storage.save(item);
      this.#wroteProject = true;
    } catch (error) {
      this.#wroteProject ||= this.#mayHaveStored(error);
      throw error;
    }
  }

  /** @returns {Promise<unknown>} the document, or the bytes of its text */
  readProject() {
    return this.storage.load(this.id);
  }

  /** What the calls cost so far, where the storage uses the network and counts. */
  async usage() {
    return (await this.storage.usage?.()) ?? null;
  }

  async cleanup() {
    if (this.#wrotePdf) await this.storage.removePdf?.(this.id);
    this.#wrotePdf = false;
    if (this.#wroteProject) await this.storage.remove?.(this.id);
    this.#wroteProject = false;
  }

  async close() {
    await this.storage.close();
  }

  /**
   * A reply may have been lost after the write took place; only a clear refusal says that it did not.
   * @param {unknown} error
   */
  #mayHaveStored(error) {
    return this.storage.mayHaveStored?.(error) ?? true;
  }
}
