// The few steps of IndexedDB that hubstash's own small databases need; the store's database is the worker's.

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolves when all of it is stored. @param {IDBTransaction} transaction @returns {Promise<void>} */
export const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("The transaction ended.", "AbortError"));
  });

/**
 * A connection that makes way when somebody deletes the database.
 * @param {string} name @param {string[]} stores that it has @returns {Promise<IDBDatabase>}
 */
export async function openDatabase(name, stores) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store);
  };
  const database = await done(request);
  database.onversionchange = () => database.close();
  return database;
}
