/** hubstash by its public calls; with a Hub in `hybrid` mode, else in `local`. It syncs only when it is told to. */

/**
 * @typedef {import("../../src/types.d.ts").Store} Store
 * @typedef {import("../../src/types.d.ts").StoreOptions} StoreOptions
 * @typedef {(options: StoreOptions) => Promise<Store>} OpenStore
 */

/** After these errors nothing was written, so there is nothing to remove either. */
const REFUSED = new Set([
  "UNAUTHORIZED", "FORBIDDEN", "DATASET_NOT_FOUND", "PUBLIC_DATASET", "INVALID_ARGUMENT", "QUOTA_EXCEEDED",
]);

/** @param {import("./storage.js").Given} given */
export function create({ database, durability, openStore, options, hub }) {
  /** @type {Store} */
  let store;
  const target = hub
    ? { dataset: hub.dataset, hubUrl: hub.url, token: hub.token, sync: { auto: false, pollMs: 0 } }
    : { mode: /** @type {const} */ ("local") };
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
    /**
     * @param {string} id
     * @param {import("./storage.js").File} file
     * @param {AbortSignal} [signal]
     */
    async savePdf(id, file, signal) {
      await store.savePdf(id, file.blob, signal ? { signal } : {});
    },
    /**
     * @param {string} id
     * @param {AbortSignal} [signal]
     */
    async loadPdf(id, signal) {
      const blob = await store.loadPdf(id, signal ? { signal } : {});
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
    remove: (/** @type {string} */ id) => unlessMissing(store.deleteProject(id)),
    removePdf: (/** @type {string} */ id) => unlessMissing(store.deletePdf(id)),
    clear: () => store.clearLocal({ force: true }),
    mayHaveStored: (/** @type {unknown} */ error) => !REFUSED.has(codeOf(error)),
  };
}

/**
 * @param {unknown} error
 * @returns {string} the code of a StoreError, else ""
 */
export function codeOf(error) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

/** @param {Promise<void>} deletion */
async function unlessMissing(deletion) {
  try {
    await deletion;
  } catch (error) {
    if (codeOf(error) !== "NOT_FOUND") throw error;
  }
}
