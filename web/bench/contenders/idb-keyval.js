/** idb-keyval; each of its stores is a database. */
import { clear, createStore, get, keys, set, setMany } from "idb-keyval";

/** @param {import("./storage.js").Given} given */
export function create({ database }) {
  const items = createStore(database, "items");
  const pdfs = createStore(`${database}-pdfs`, "pdfs");
  return {
    // It opens with its first call; asking for a key that is not there opens and does nothing else.
    open: async () => void (await get("", items)),
    async close() {}, // It has no call for that.
    async clear() {
      await Promise.all([clear(items), clear(pdfs)]);
      // Its connections stay open as long as the page, and only then do the empty databases go.
      for (const name of [database, `${database}-pdfs`]) indexedDB.deleteDatabase(name);
    },
    save: (/** @type {import("./storage.js").Item} */ item) => set(item.id, item.document, items),
    saveMany: (/** @type {import("./storage.js").Item[]} */ many) =>
      setMany(many.map((item) => [item.id, item.document]), items),
    load: (/** @type {string} */ id) => get(id, items),
    list: () => keys(items),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) => set(id, file.blob, pdfs),
    async loadPdf(/** @type {string} */ id) {
      const blob = /** @type {Blob} */ (await get(id, pdfs));
      return new Uint8Array(await blob.arrayBuffer());
    },
  };
}
