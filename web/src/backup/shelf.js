// The automatic backups of one account's data in one store: the last five, newest first. They lie in a database of
// their own, so that whatever happens to the store's database does not happen to them.
import { committed, done, openDatabase } from "../idb.js";
import { StoreError } from "../index.js";

/** @typedef {import("../types.js").BackupInfo} BackupInfo */
/** @typedef {{created: number, items: number, reason: string, zip: Blob}} NewBackup */

/**
 * @typedef {object} Shelf
 * @property {() => Promise<BackupInfo[]>} list
 * @property {(backup: NewBackup) => Promise<string>} add yields its id; the oldest ones go
 * @property {(id: string) => Promise<Blob | null>} find
 */

const MOST_BACKUPS = 5;
const STORES = ["info", "zips"];

/** @param {BackupInfo} a @param {BackupInfo} b */
const newestFirst = (a, b) => b.created - a.created;

/**
 * What is known of a new backup. It is the newest of all, also when the clock was set back.
 * @param {NewBackup} backup @param {BackupInfo[]} others @returns {BackupInfo}
 */
function describe({ created, items, reason, zip }, others) {
  const after = Math.max(created, ...others.map((other) => other.created + 1));
  const noise = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0"));
  return { id: `${new Date(after).toISOString()}-${noise.join("")}`, created: after, items, size: zip.size, reason };
}

/** Of a store that keeps nothing in the browser: until the page is left. @implements {Shelf} */
export class MemoryShelf {
  /** @type {(BackupInfo & {zip: Blob})[]} */
  #backups = [];

  async list() {
    return this.#backups.map(({ zip: _, ...info }) => info);
  }

  /** @param {NewBackup} backup */
  async add(backup) {
    const info = describe(backup, this.#backups);
    this.#backups = [{ ...info, zip: backup.zip }, ...this.#backups].slice(0, MOST_BACKUPS);
    return info.id;
  }

  /** @param {string} id */
  async find(id) {
    return this.#backups.find((backup) => backup.id === id)?.zip ?? null;
  }

  clear() {
    this.#backups = [];
  }
}

/** @implements {Shelf} */
export class DatabaseShelf {
  #name;

  /** @param {string} name of the database */
  constructor(name) {
    this.#name = name;
  }

  list() {
    return this.#use(async (database) => {
      const infos = database.transaction("info").objectStore("info");
      return /** @type {BackupInfo[]} */ (await done(infos.getAll())).sort(newestFirst);
    });
  }

  /** @param {NewBackup} backup */
  add(backup) {
    return this.#use(async (database) => {
      try {
        return await put(database, backup, backup.zip);
      } catch (error) {
        if (isFull(error)) throw error;
        // Some versions of WebKit store no Blobs.
        return await put(database, backup, await backup.zip.arrayBuffer());
      }
    });
  }

  /** @param {string} id */
  find(id) {
    return this.#use(async (database) => {
      const content = await done(database.transaction("zips").objectStore("zips").get(id));
      return content === undefined ? null : new Blob([content], { type: "application/zip" });
    });
  }

  /**
   * The connection is not kept: nobody who deletes the database has to wait.
   * @template T @param {(database: IDBDatabase) => Promise<T>} work @returns {Promise<T>}
   */
  async #use(work) {
    let database;
    try {
      database = await openDatabase(this.#name, STORES);
      return await work(database);
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (isFull(error)) {
        throw new StoreError(
          "QUOTA_EXCEEDED",
          "The browser's storage for this origin is full: there is no room for the automatic backup. Nothing was " +
            "changed. Free some space, e.g. by evicting PDFs that the Hub has, and call again.",
          { cause: error },
        );
      }
      throw new StoreError("STORAGE_UNAVAILABLE", `The database of the automatic backups fails (${text}).`, {
        cause: error,
      });
    } finally {
      database?.close();
    }
  }
}

/** @param {IDBDatabase} database @param {NewBackup} backup @param {Blob | ArrayBuffer} content */
async function put(database, backup, content) {
  const transaction = database.transaction(STORES, "readwrite", { durability: "strict" });
  const stored = committed(transaction);
  // It may fail while something else is still awaited.
  stored.catch(() => {});
  const [infos, zips] = STORES.map((store) => transaction.objectStore(store));
  const others = /** @type {BackupInfo[]} */ (await done(infos.getAll())).sort(newestFirst);
  const info = describe(backup, others);
  infos.put(info, info.id);
  zips.put(content, info.id);
  for (const { id } of others.slice(MOST_BACKUPS - 1)) {
    infos.delete(id);
    zips.delete(id);
  }
  await stored;
  return info.id;
}

/** @param {unknown} error */
const isFull = (error) => error instanceof DOMException && error.name === "QuotaExceededError";
