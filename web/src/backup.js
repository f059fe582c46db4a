// Backups: everything behind exportBackup(), importBackup(), listBackups() and restoreBackup(). Loaded by the first of
// these calls, so that pages which make none do not pay for it; built into one file, dist/backup.js.
import { listAll, writeBackup } from "./backup/collect.js";
import { importBackup } from "./backup/import.js";
import { Session } from "./backup/session.js";
import { DatabaseShelf, MemoryShelf } from "./backup/shelf.js";
import { StoreError } from "./index.js";

/** @typedef {import("./backup/session.js").Options} Options */

export class Backups {
  #client;
  #memory;
  #documentText;
  #memoryShelf = new MemoryShelf();

  /**
   * @param {import("./client.js").Client} client
   * @param {import("./memory.js").Memory<any>} memory
   * @param {import("./backup/collect.js").DocumentText} documentText
   */
  constructor(client, memory, documentText) {
    this.#client = client;
    this.#memory = memory;
    this.#documentText = documentText;
  }

  /** @param {Options} options checked @returns {Promise<Blob>} */
  async export(options) {
    const session = this.#begin(options);
    const { zip } = await writeBackup(session, await listAll(session), {
      reason: "export",
      created: Date.now(),
      phase: "export",
      documentText: this.#documentText,
      onUnreadable: ({ collection: { collection }, id }, error) => {
        throw new StoreError(error.code, `"${id}" of "${collection}" cannot be exported: ${error.message}`, {
          status: error.status,
          requestId: error.requestId,
          cause: error,
        });
      },
    });
    return zip;
  }

  /** @param {Blob} zip @param {Options & {mode?: "merge" | "replace"}} options checked */
  import(zip, { mode = "merge", ...options }) {
    return this.#import(zip, mode, "import", options);
  }

  list() {
    return this.#shelf().list();
  }

  /** @param {string} id */
  async restore(id) {
    const zip = await this.#shelf().find(id);
    if (!zip) {
      throw new StoreError("NOT_FOUND", `There is no automatic backup "${id}". listBackups() says which there are.`);
    }
    return this.#import(zip, "merge", "restore", {});
  }

  /** Those that are in memory. */
  clear() {
    this.#memoryShelf.clear();
  }

  /** @param {Blob} zip @param {"merge" | "replace"} mode @param {string} reason @param {Options} options */
  #import(zip, mode, reason, options) {
    const documentText = this.#documentText;
    return importBackup(this.#begin(options), zip, { mode, reason, shelf: this.#shelf(), documentText });
  }

  /** @param {Options} options */
  #begin(options) {
    return new Session(this.#client, this.#memory, options);
  }

  #shelf() {
    const name = this.#client.backupDatabase;
    return name === null ? this.#memoryShelf : new DatabaseShelf(name);
  }
}
