/** hubstash by its public calls; with a Hub in `hybrid` mode, else in `local`. It syncs only when it is told to. */

/** @param {import("./storage.js").Given} given */
export function create({ database, durability, openStore, options, hub }) {
  /** @type {import("../../src/types.d.ts").Store} */
  let store;
  const target = hub
    ? { dataset: hub.dataset, hubUrl: hub.url, token: hub.token, sync: { auto: false, pollMs: 0 } }
    : { mode: "local" };
  return {
    async open() {
      store = await openStore({ ...target, prefix: database, durability, ...options });
    },
    close: () => store.close(),
    save: async (/** @type {import("./storage.js").Item} */ item) => {
      await store.saveProject(/** @type {any} */ (item.document));
    },
    saveMany: async (/** @type {import("./storage.js").Item[]} */ items) => {
      await store.projects.saveMany(items.map((item) => /** @type {any} */ (item.document)));
    },
    load: (/** @type {string} */ id) => store.loadProject(id),
    list: async () => (await store.listProjects()).map(({ id }) => id),
    savePdf: async (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) => {
      await store.savePdf(id, file.blob);
    },
    async loadPdf(/** @type {string} */ id) {
      const blob = await store.loadPdf(id);
      if (!blob) throw new Error(`${id} is not there`);
      return new Uint8Array(await blob.arrayBuffer());
    },
    /**
     * @param {import("./storage.js").Item[]} items
     * @param {{ id: string, file: import("./storage.js").File }[]} files
     */
    async stage(items, files) {
      if (items.length > 0) await store.projects.saveMany(items.map((item) => /** @type {any} */ (item.document)));
      for (const { id, file } of files) await store.savePdf(id, file.blob);
    },
    sync: async () => void (await store.sync()),
  };
}
