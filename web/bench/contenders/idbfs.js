/**
 * Emscripten's IDBFS as it comes: files in memory, which `syncfs` compares with IndexedDB and writes. It always writes
 * with the browser's own durability, which in Chromium is relaxed.
 */

/** @param {import("./storage.js").Given & { stockUrl: string }} given */
export function create({ database, stockUrl }) {
  /** @type {any} */
  let fs;
  const root = `/${database}`;
  const encoded = (/** @type {string} */ id) => `${root}/${encodeURIComponent(id)}`;
  /** @param {boolean} populate */
  const sync = (populate) =>
    new Promise((resolve, reject) => {
      fs.syncfs(populate, (/** @type {unknown} */ error) => (error ? reject(error) : resolve(undefined)));
    });
  /** @param {string} id @param {Uint8Array} bytes */
  const write = async (id, bytes) => {
    fs.writeFile(encoded(id), bytes);
    await sync(false);
  };
  return {
    async open() {
      const { default: start } = await import(stockUrl);
      const { FS, IDBFS } = await start();
      fs = FS;
      fs.mkdir(root);
      fs.mount(IDBFS, {}, root);
      await sync(true);
    },
    async close() {}, // The database stays open as long as the page.
    save: (/** @type {import("./storage.js").Item} */ item) => write(item.id, item.bytes),
    async saveMany(/** @type {import("./storage.js").Item[]} */ items) {
      for (const item of items) fs.writeFile(encoded(item.id), item.bytes);
      await sync(false);
    },
    load: async (/** @type {string} */ id) => fs.readFile(encoded(id)),
    list: async () => fs.readdir(root).slice(2).map(decodeURIComponent),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) => write(id, file.bytes),
    loadPdf: async (/** @type {string} */ id) => fs.readFile(encoded(id)),
  };
}
