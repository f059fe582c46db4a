/**
 * A contender that is a hubstash store; its mode makes the difference. Both keep no bodies in memory, so that a read
 * always goes to where the bytes are stored.
 *
 * @typedef {import("../../src/types.d.ts").Store} Store
 * @typedef {import("../../src/types.d.ts").StoreOptions} StoreOptions
 * @typedef {(options: StoreOptions) => Promise<Store>} OpenStore
 */

/** After these errors nothing was written, so there is nothing to remove either. */
const REFUSED = new Set([
  "UNAUTHORIZED", "FORBIDDEN", "DATASET_NOT_FOUND", "PUBLIC_DATASET", "INVALID_ARGUMENT", "QUOTA_EXCEEDED",
]);

export class HubstashContender {
  /** @type {Store | null} */
  #store = null;
  /** Ids that may have been stored. */
  #wrotePdf = false;
  #wroteProject = false;

  /**
   * @param {OpenStore} openStore
   * @param {StoreOptions} options
   * @param {string} id of both the PDF and the project; the same in each round, so that later writes replace
   */
  constructor(openStore, options, id) {
    this.openStore = openStore;
    this.options = { ...options, cache: { memoryBytes: 0 } };
    this.id = id;
  }

  async open() {
    this.#store = await this.openStore(this.options);
  }

  /** @protected */
  get store() {
    if (!this.#store) throw new Error("the contender is not open");
    return this.#store;
  }

  /**
   * @param {Blob} pdf
   * @param {AbortSignal} [signal]
   */
  async writePdf(pdf, signal) {
    try {
      await this.store.savePdf(this.id, pdf, signal ? { signal } : {});
      this.#wrotePdf = true;
    } catch (error) {
      // A reply may have been lost after the write took place; only a clear refusal says that it did not.
      this.#wrotePdf ||= !REFUSED.has(codeOf(error));
      throw error;
    }
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async readPdf(signal) {
    const blob = await this.store.loadPdf(this.id, signal ? { signal } : {});
    if (!blob) throw new Error("the PDF that was just written is not there");
    return new Uint8Array(await blob.arrayBuffer());
  }

  /** @param {import("../workload.js").Project} project */
  async writeProject(project) {
    try {
      await this.store.saveProject({ ...project, id: this.id });
      this.#wroteProject = true;
    } catch (error) {
      this.#wroteProject ||= !REFUSED.has(codeOf(error));
      throw error;
    }
  }

  /** @returns {Promise<unknown>} */
  async readProject() {
    const project = await this.store.loadProject(this.id);
    if (!project) throw new Error("the project that was just written is not there");
    const { id: _, ...rest } = project;
    return rest;
  }

  /** @returns {Promise<import("./contender.js").Usage | null>} */
  async usage() {
    const { network } = await this.store.metrics();
    // Bytes received are left out: the engine does not count those of bodies that stay outside its memory.
    return { requests: network.requests, bytesSent: network.bytesSent };
  }

  async cleanup() {
    if (this.#wrotePdf) await ignoreMissing(this.store.deletePdf(this.id));
    this.#wrotePdf = false;
    if (this.#wroteProject) await ignoreMissing(this.store.deleteProject(this.id));
    this.#wroteProject = false;
  }

  async close() {
    const store = this.#store;
    this.#store = null;
    await store?.close();
  }
}

/**
 * @param {unknown} error
 * @returns {string} the code of a StoreError, else ""
 */
export function codeOf(error) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

/** @param {Promise<void>} deletion */
async function ignoreMissing(deletion) {
  try {
    await deletion;
  } catch (error) {
    if (codeOf(error) !== "NOT_FOUND") throw error;
  }
}
