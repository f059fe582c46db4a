/** localForage on IndexedDB. It has no call for many items; all at once without waiting is the quickest that it has. */
import localforage from "localforage";

/** @param {import("./storage.js").Given} given */
export function create({ database }) {
  /** @type {LocalForage} */
  let items;
  /** @type {LocalForage} */
  let pdfs;
  return {
    async open() {
      const driver = localforage.INDEXEDDB;
      items = localforage.createInstance({ name: database, storeName: "items", driver });
      // A database of its own: a second store in the same one makes localForage open that anew.
      pdfs = localforage.createInstance({ name: `${database}-pdfs`, storeName: "pdfs", driver });
      await Promise.all([items.ready(), pdfs.ready()]);
    },
    async close() {}, // It has no call for that.
    async clear() {
      await Promise.all([database, `${database}-pdfs`].map((name) => localforage.dropInstance({ name })));
    },
    save: async (/** @type {import("./storage.js").Item} */ item) => void (await items.setItem(item.id, item.document)),
    async saveMany(/** @type {import("./storage.js").Item[]} */ many) {
      await Promise.all(many.map((item) => items.setItem(item.id, item.document)));
    },
    load: (/** @type {string} */ id) => items.getItem(id),
    list: () => items.keys(),
    async savePdf(/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) {
      await pdfs.setItem(id, file.blob);
    },
    async loadPdf(/** @type {string} */ id) {
      const blob = /** @type {Blob} */ (await pdfs.getItem(id));
      return new Uint8Array(await blob.arrayBuffer());
    },
  };
}
