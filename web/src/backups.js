// The part of backups that every page loads: where to get the rest from, and how to delete what they have kept.
import { StoreError } from "./errors.js";
import { done } from "./idb.js";
import { documentText } from "./json.js";

/** @typedef {import("./backup.js").Backups} Backups */

export class LazyBackups {
  #client;
  #memory;
  #page;
  /** @type {Promise<Backups> | null} */
  #loading = null;

  /**
   * @param {import("./client.js").Client} client
   * @param {import("./memory.js").Memory<any>} memory
   * @param {import("./backup/session.js").Page} page
   */
  constructor(client, memory, page) {
    this.#client = client;
    this.#memory = memory;
    this.#page = page;
  }

  /** @returns {Promise<Backups>} */
  load() {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The automatic backups go. @param {string | null} database that has them */
  async clear(database) {
    (await this.#loading?.catch(() => null))?.clear();
    if (database === null || typeof indexedDB === "undefined") return;
    try {
      await done(indexedDB.deleteDatabase(database));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        "STORAGE_UNAVAILABLE",
        `The data is gone, but not its automatic backups (${text}). Call clearLocal() again.`,
        { cause: error },
      );
    }
  }

  async #load() {
    try {
      const { Backups } = await import("./backup.js");
      return new Backups(this.#client, this.#memory, this.#page, documentText);
    } catch (error) {
      this.#loading = null;
      const text = error instanceof Error ? error.message : String(error);
      throw new StoreError(
        "OFFLINE",
        `backup.js could not be loaded (${text}). Serve it beside index.js; reload the page to try again.`,
        { cause: error },
      );
    }
  }
}
