/** Who can take part on the page, by name, in the order of the check boxes and of the table's rows. */
import { ClientContender } from "./client.js";
import { Contender } from "./contender.js";
import { DatasetContender } from "./dataset.js";
import { HybridContender } from "./hybrid.js";
import { IndexedDbContender } from "./indexeddb.js";

/**
 * @typedef {object} Target
 * @property {import("./hubstash.js").OpenStore} openStore
 * @property {string} id under which this browser's benchmark stores its files
 * @property {string} database for the libraries: one name a run, as some of them never let go of theirs
 * @property {"strict" | "relaxed"} durability
 * @property {string} workerUrl hubstash's worker behind the meter
 * @property {typeof fetch} fetch behind the meter
 * @property {string} token
 * @property {string} hubUrl
 * @property {string} dataset
 * @property {boolean} createDataset
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} label
 * @property {string} hint
 * @property {boolean} hub whether it uses the Hub
 * @property {boolean} durable whether it can be asked for strict or relaxed writes
 * @property {boolean} [syncs] whether it sends to the Hub by a step of its own
 * @property {string} [library] the bundle that it needs
 * @property {(target: Target, load: (library: string) => Promise<any>) => Promise<Contender>} make
 */

/**
 * Stores that share a dataset would find their commits in each other's way; so the first uses the one that was named,
 * and others have one beside it.
 * @param {string} dataset
 * @param {string} name
 * @param {readonly { name: string, hub: boolean }[]} entries all that take part
 */
export function datasetFor(dataset, name, entries) {
  const first = entries.find(({ hub }) => hub);
  return first === undefined || first.name === name ? dataset : `${dataset}-${name}`;
}

/** Names of databases that the libraries of the page use begin so; whatever has it may be removed. */
export const LIBRARY_DATABASE = "hubstash-bench-lib-";

/**
 * @param {string} name
 * @param {string} label
 * @param {Target} target
 * @param {import("./storage.js").Storage} storage
 */
const local = (name, label, { id }, storage) =>
  new Contender({
    name,
    label,
    leaves: "the benchmark's data in this browser",
    id,
    storage: /** @type {import("./contender.js").FullStorage} */ (storage),
  });

/**
 * A library that keeps things in this browser.
 * @param {string} name
 * @param {string} label
 * @param {boolean} durable
 * @returns {Entry}
 */
const bundled = (name, label, durable) => ({
  name,
  label,
  hint: durable ? "in this browser" : "in this browser; it chooses the durability itself",
  hub: false,
  durable,
  library: name,
  async make(target, load) {
    const { create } = await load(name);
    return local(name, label, target, create({ ...target, database: `${target.database}-${name}` }));
  },
});

/** @type {readonly Entry[]} */
export const CONTENDERS = [
  {
    name: "indexeddb",
    label: "IndexedDB",
    hint: "hubstash, local mode",
    hub: false,
    durable: true,
    make: async (target) => new IndexedDbContender(target),
  },
  {
    name: "dataset",
    label: "HF dataset",
    hint: "hubstash, remote mode: each write is a commit",
    hub: true,
    durable: false,
    make: async (target) => new DatasetContender(target),
  },
  {
    name: "hubstash",
    label: "hubstash",
    hint: "hybrid mode: saved here, then sent",
    hub: true,
    durable: true,
    syncs: true,
    make: async (target) => new HybridContender(target),
  },
  {
    name: "huggingface-hub",
    label: "@huggingface/hub",
    hint: "the official client",
    hub: true,
    durable: false,
    library: "huggingface-hub",
    async make(target, load) {
      const { create } = await load("huggingface-hub");
      const { hubUrl: url, token, dataset, createDataset } = target;
      const hub = { url, token, dataset, create: createDataset };
      return new ClientContender(target, create({ ...target, database: "bench-client", hub }));
    },
  },
  {
    name: "raw",
    label: "Plain IndexedDB",
    hint: "without a library",
    hub: false,
    durable: true,
    async make(target) {
      const { create } = await import("./raw-indexeddb.js");
      return local("raw", "Plain IndexedDB", target, create({ ...target, database: `${target.database}-raw` }));
    },
  },
  {
    name: "opfs",
    label: "OPFS",
    hint: "files of the browser's own",
    hub: false,
    durable: true,
    async make(target) {
      const { create } = await import("./opfs.js");
      const opfsWorkerUrl = new URL("opfs-worker.js", import.meta.url).href;
      return local("opfs", "OPFS", target, create({ ...target, database: `${target.database}-opfs`, opfsWorkerUrl }));
    },
  },
  bundled("dexie", "Dexie", true),
  bundled("localforage", "localForage", false),
  bundled("idb-keyval", "idb-keyval", false),
  bundled("pouchdb", "PouchDB", false),
];

/** @param {string} name @returns {Entry} */
export function entryOf(name) {
  const found = CONTENDERS.find((one) => one.name === name);
  if (!found) throw new RangeError(`unknown contender ${name}`);
  return found;
}
