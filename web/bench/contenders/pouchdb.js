/**
 * PouchDB on IndexedDB, PDFs as attachments. A write needs the revision that it replaces; this remembers it, as an app
 * that edits a document does.
 */
import PouchDB from "pouchdb-browser";

/** @param {import("./storage.js").Given} given */
export function create({ database }) {
  /** @type {PouchDB.Database} */
  let items;
  /** @type {PouchDB.Database} */
  let pdfs;
  /** @type {Map<string, string>} */
  const revisions = new Map();

  /** @param {PouchDB.Database} db @param {string} id @param {object} content */
  async function put(db, id, content) {
    const key = `${db.name}/${id}`;
    const known = revisions.get(key);
    const { rev } = await db.put({ _id: id, ...(known ? { _rev: known } : {}), ...content });
    revisions.set(key, rev);
  }

  return {
    async open() {
      // Without it old revisions stay, and with them their bytes.
      items = new PouchDB(database, { auto_compaction: true });
      pdfs = new PouchDB(`${database}-pdfs`, { auto_compaction: true });
      await Promise.all([items.info(), pdfs.info()]);
    },
    async close() {
      await Promise.all([items.close(), pdfs.close()]);
    },
    async clear() {
      await Promise.all([items.destroy(), pdfs.destroy()]);
    },
    save: (/** @type {import("./storage.js").Item} */ item) => put(items, item.id, { document: item.document }),
    async saveMany(/** @type {import("./storage.js").Item[]} */ many) {
      const results = await items.bulkDocs(many.map(({ id, document }) => ({ _id: id, document })));
      const refused = results.find((result) => result.error);
      if (refused) throw new Error(`PouchDB refused a document: ${refused.message}`);
      for (const { id, rev } of results) revisions.set(`${items.name}/${id}`, rev);
    },
    load: async (/** @type {string} */ id) => (await items.get(id)).document,
    list: async () => (await items.allDocs()).rows.map((row) => row.id),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) =>
      put(pdfs, id, { _attachments: { pdf: { content_type: "application/pdf", data: file.blob } } }),
    async loadPdf(/** @type {string} */ id) {
      return new Uint8Array(await (await pdfs.getAttachment(id, "pdf")).arrayBuffer());
    },
  };
}
