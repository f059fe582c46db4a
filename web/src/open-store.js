// Opening a store: the check of the options, the worker, and the database behind it.
import { Client, startWorker } from "./client.js";
import { StoreError } from "./errors.js";
import { checkOptions } from "./options.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";

/**
 * Resolves when the local data can be read and written; it waits neither for the network nor for a token.
 * @param {import("./types.js").StoreOptions} options
 * @returns {Promise<import("./types.js").Store>}
 * @throws {StoreError} INVALID_ARGUMENT, STORAGE_UNAVAILABLE, STORAGE_BLOCKED, QUOTA_EXCEEDED, NEWER_FORMAT,
 * WORKER_DIED
 */
export async function openStore(options) {
  const checked = checkOptions(options);
  if (typeof Worker === "undefined" || typeof document === "undefined") {
    throw new StoreError("STORAGE_UNAVAILABLE", "A store can be opened in a page of a browser only, not on a server.");
  }
  const tabs = new Tabs(checked);
  try {
    /** @type {Client | undefined} */
    let client;
    const start = () => startWorker(checked);
    const store = new Store((onNotice) => (client = new Client(start, checked, onNotice)), tabs);
    await /** @type {Client} */ (/** @type {unknown} */ (client)).open();
    return /** @type {import("./types.js").Store} */ (/** @type {unknown} */ (store));
  } catch (error) {
    tabs.close();
    throw error;
  }
}
