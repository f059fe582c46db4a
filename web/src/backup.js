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
  #page;
  #documentText;
  #memoryShelf = new MemoryShelf();

  /**
   * @param {import("./client.js").Client} client
   * @param {import("./memory.js").Memory<any>} memory
   * @param {import("./backup/session.js").Page} page
   * @param {import("./backup/collect.js").DocumentText} documentText
   */
  constructor(client, memory, page, documentText) {
    this.#client = client;
    this.#memory = memory;
    this.#page = page;
    this.#documentText = documentText;
  }

  /** @param {Options} options checked @returns {Promise<Blob>} */
  export(options) {
    return this.#run(options, async (session) => {
      const { zip } = await writeBackup(session, await listAll(session), {
        reason: "exportBackup",
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
    });
  }

  /** @param {Blob} zip @param {Options & {mode?: "merge" | "replace"}} options checked */
  import(zip, { mode = "merge", ...options }) {
    return this.#import(zip, mode, "importBackup", options);
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
    return this.#import(zip, "merge", "restoreBackup", {});
  }

  /** Those that are in memory. */
  clear() {
    this.#memoryShelf.clear();
  }

  /** @param {Blob} zip @param {"merge" | "replace"} mode @param {string} reason @param {Options} options */
  #import(zip, mode, reason, options) {
    const more = { mode, reason, shelf: this.#shelf(), documentText: this.#documentText };
    return this.#run(options, (session) => importBackup(session, zip, more));
  }

  /** @template T @param {Options} options @param {(session: Session) => Promise<T>} work @returns {Promise<T>} */
  async #run(options, work) {
    const session = new Session(this.#client, this.#memory, this.#page, options);
    try {
      return await work(session);
    } finally {
      session.end();
    }
  }

  #shelf() {
    const name = this.#client.backupDatabase;
    return name === null ? this.#memoryShelf : new DatabaseShelf(name);
  }
}
