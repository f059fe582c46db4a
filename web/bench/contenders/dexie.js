/** Dexie, with tables whose key stands beside the value, which is its quickest form. */
import { Dexie } from "dexie";

/** @param {import("./storage.js").Given} given */
export function create({ database, durability }) {
  const db = new Dexie(database, { chromeTransactionDurability: durability });
  db.version(1).stores({ items: "", pdfs: "" });
  const items = db.table("items");
  const pdfs = db.table("pdfs");
  return {
    open: async () => void (await db.open()),
    close: async () => db.close(),
    clear: () => db.delete(),
    save: async (/** @type {import("./storage.js").Item} */ item) => void (await items.put(item.document, item.id)),
    async saveMany(/** @type {import("./storage.js").Item[]} */ many) {
      await items.bulkPut(many.map((item) => item.document), many.map((item) => item.id));
    },
    load: (/** @type {string} */ id) => items.get(id),
    list: () => items.toCollection().primaryKeys(),
    async savePdf(/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) {
      await pdfs.put(file.blob, id);
    },
    async loadPdf(/** @type {string} */ id) {
      return new Uint8Array(await (await pdfs.get(id)).arrayBuffer());
    },
  };
}
