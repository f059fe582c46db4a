// Opening a store: the check of the options, the worker, and the database behind it.
import { Accounts } from "./accounts.js";
import { Client } from "./client.js";
import { StoreError } from "./errors.js";
import { startFreshLog } from "./fresh-log.js";
import { Memory } from "./memory.js";
import { findCode, startWorker } from "./module.js";
import { checkOptions } from "./options.js";
import { Store } from "./store.js";
import { Tabs, storeName } from "./tabs.js";

/** Only what is kept here and comes from the Hub has an owner. @param {import("./types.js").StoreOptions} options */
const accountsOf = (options) =>
  (options.mode ?? "hybrid") === "hybrid" ? new Accounts(JSON.stringify(storeName(options))) : null;

/** The first question about databases takes a browser the longest. It is not waited for, and may be refused. */
function wakeDatabases() {
  globalThis.indexedDB?.databases?.().catch(() => {});
  return undefined;
}

/**
 * Which account's data to open: a look into this browser's list.
 * @param {Accounts} accounts @param {import("./types.js").StoreOptions} options @param {Tabs} tabs
 */
async function choosePlace(accounts, { account, token }, tabs) {
  await accounts.open();
  const place = await accounts.choose(account, typeof token === "string" ? token : null);
  tabs.moveTo(place);
  return place;
}

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
  if (checked.mode !== "remote") startFreshLog();
  const accounts = accountsOf(checked);
  const tabs = new Tabs(checked);
  try {
    /** @type {Client | undefined} */
    let client;
    const start = () => startWorker(checked);
    const connect = (/** @type {(header: any) => void} */ onNotice) =>
      (client = new Client(start, checked, onNotice, accounts));
    // In remote mode every load is the Hub's answer.
    const memory = new Memory(checked.mode === "remote" ? 0 : checked.cache?.memoryBytes);
    const store = new Store(connect, tabs, memory);
    // The worker has begun to start; meanwhile its module is compiled, and the browser opens this origin's databases.
    const choosing = accounts ? choosePlace(accounts, checked, tabs) : wakeDatabases();
    await /** @type {Client} */ (/** @type {unknown} */ (client)).open(choosing, findCode(checked));
    return /** @type {import("./types.js").Store} */ (/** @type {unknown} */ (store));
  } catch (error) {
    tabs.close();
    throw error;
  }
}
