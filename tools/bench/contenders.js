// Who takes part: a library, and how it is opened. Durability is `strict` where it can be chosen, as it is hubstash's
// default; the others write as the browser does by itself, which in Chromium is relaxed.

/** @type {Record<string, { library: string, label: string, given?: object }>} */
export const CONTENDERS = {
  hubstash: { library: "hubstash", label: "hubstash" },
  "hubstash-uncached": {
    library: "hubstash",
    label: "hubstash, nothing in memory",
    given: { options: { cache: { memoryBytes: 0 } } },
  },
  "hubstash-relaxed": { library: "hubstash", label: "hubstash, relaxed", given: { durability: "relaxed" } },
  raw: { library: "raw", label: "IndexedDB, bytes" },
  "raw-relaxed": { library: "raw", label: "IndexedDB, bytes, relaxed", given: { durability: "relaxed" } },
  "raw-object": { library: "raw", label: "IndexedDB, objects", given: { form: "object" } },
  "raw-blob": { library: "raw", label: "IndexedDB, Blobs", given: { form: "blob" } },
  localforage: { library: "localforage", label: "localForage (relaxed)" },
  dexie: { library: "dexie", label: "Dexie" },
  "idb-keyval": { library: "idb-keyval", label: "idb-keyval (relaxed)" },
  pouchdb: { library: "pouchdb", label: "PouchDB (relaxed)" },
  idbfs: { library: "idbfs", label: "stock IDBFS (relaxed)" },
  opfs: { library: "opfs", label: "OPFS handle in a worker" },
  "huggingface-hub": { library: "huggingface-hub", label: "@huggingface/hub" },
};

/**
 * @param {string} name
 * @returns {{ library: string, label: string, given: { database: string, durability: string } }}
 */
export function contender(name) {
  const { library, label, given } = CONTENDERS[name];
  return { library, label, given: { database: "bench", durability: "strict", ...given } };
}
