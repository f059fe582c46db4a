/**
 * Plain IndexedDB calls from the page: the floor that everything above IndexedDB is compared with. It stores the bytes
 * of a document's text, or with `form: "object"` the document itself, or with `form: "blob"` PDFs as Blobs.
 */
import { completed, done } from "./idb.js";

/** @param {import("./storage.js").Given & { form?: "bytes" | "object" | "blob" }} given */
export function create({ database, durability, form = "bytes" }) {
  /** @type {IDBDatabase} */
  let db;
  const write = (/** @type {string} */ store) => db.transaction(store, "readwrite", { durability });
  const valueOf = (/** @type {import("./storage.js").Item} */ item) => (form === "object" ? item.document : item.bytes);
  /** @param {string} store @param {string} key @param {unknown} value */
  const put = (store, key, value) => {
    const transaction = write(store);
    transaction.objectStore(store).put(value, key);
    return completed(transaction);
  };
  const get = (/** @type {string} */ store, /** @type {string} */ key) =>
    done(db.transaction(store).objectStore(store).get(key));

  return {
    async open() {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("items");
        request.result.createObjectStore("pdfs");
      };
      db = await done(request);
    },
    close: async () => db.close(),
    async clear() {
      db.close();
      await done(indexedDB.deleteDatabase(database));
    },
    save: (/** @type {import("./storage.js").Item} */ item) => put("items", item.id, valueOf(item)),
    saveMany(/** @type {import("./storage.js").Item[]} */ items) {
      const transaction = write("items");
      const store = transaction.objectStore("items");
      for (const item of items) store.put(valueOf(item), item.id);
      return completed(transaction);
    },
    load: (/** @type {string} */ id) => get("items", id),
    list: async () => (await done(db.transaction("items").objectStore("items").getAllKeys())).map(String),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) =>
      put("pdfs", id, form === "blob" ? file.blob : file.bytes),
    async loadPdf(/** @type {string} */ id) {
      const value = await get("pdfs", id);
      return value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : value;
    },
  };
}
