// Opening a store: the check of the options, the worker, and the database behind it.
import { Accounts } from "./accounts.js";
import { Client, startWorker } from "./client.js";
import { StoreError } from "./errors.js";
import { Memory } from "./memory.js";
import { checkOptions } from "./options.js";
import { Store } from "./store.js";
import { Tabs, storeName } from "./tabs.js";

/** Only what is kept here and comes from the Hub has an owner. @param {import("./types.js").StoreOptions} options */
const openAccounts = async (options) =>
  (options.mode ?? "hybrid") === "hybrid" ? new Accounts(JSON.stringify(storeName(options))).open() : null;

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
  const accounts = await openAccounts(checked);
  const token = typeof checked.token === "string" ? checked.token : null;
  const place = (await accounts?.choose(checked.account, token)) ?? "";
  const tabs = new Tabs(checked, place);
  try {
    /** @type {Client | undefined} */
    let client;
    const start = () => startWorker(checked);
    const connect = (/** @type {(header: any) => void} */ onNotice) =>
      (client = new Client(start, checked, onNotice, accounts, place));
    // In remote mode every load is the Hub's answer.
    const memory = new Memory(checked.mode === "remote" ? 0 : checked.cache?.memoryBytes);
    const store = new Store(connect, tabs, memory);
    await /** @type {Client} */ (/** @type {unknown} */ (client)).open();
    return /** @type {import("./types.js").Store} */ (/** @type {unknown} */ (store));
  } catch (error) {
    tabs.close();
    throw error;
  }
}
