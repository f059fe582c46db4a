/** Removes what a run whose tab was closed half-way has left in this browser. */

/**
 * @param {string} prefix of the names that only the benchmark uses
 */
export async function removeOldDatabases(prefix) {
  // PouchDB puts a mark of its own in front.
  const ours = (/** @type {string} */ name) => name.startsWith(prefix) || name.startsWith(`_pouch_${prefix}`);
  try {
    for (const { name = "" } of (await indexedDB.databases?.()) ?? []) if (ours(name)) indexedDB.deleteDatabase(name);
    const root = await navigator.storage?.getDirectory?.();
    // The type of the iterator is not in TypeScript's list of a page's features.
    for await (const name of /** @type {any} */ (root)?.keys?.() ?? []) {
      if (ours(name)) await root.removeEntry(name, { recursive: true });
    }
  } catch {
    // A browser without storage says so when it is measured.
  }
}

/** @returns {Promise<Set<string>>} */
export async function databaseNames() {
  try {
    return new Set(((await indexedDB.databases?.()) ?? []).map(({ name = "" }) => name));
  } catch {
    return new Set();
  }
}

/** hubstash clears its databases and leaves them there, empty; localForage makes one for a question to the browser. */
const OURS = /^(\/hubstash\/.*\/bench(-hybrid)?|hubstash-accounts|localforage)$/;

/**
 * Removes the empty databases that this run has made, and none that was there before.
 * @param {Set<string>} before
 */
export async function removeNewDatabases(before) {
  for (const name of await databaseNames()) if (OURS.test(name) && !before.has(name)) indexedDB.deleteDatabase(name);
}
