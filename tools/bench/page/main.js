// The page of one contender. Its address says which (`?contender=raw`); the benchmark calls `bench.run(name, args)`.
// Data is made before the clock starts, and what was loaded is compared after it has stopped.
import { pdfBytes, pdfId, project, verifyBytes, verifyProject } from "./data.js";
import { longestGap } from "./gaps.js";

/** Each loads its library only when it is asked for, so that a page holds one contender. */
const CONTENDERS = {
  hubstash: () => import("../../../web/bench/contenders/hubstash.js"),
  raw: () => import("../../../web/bench/contenders/raw-indexeddb.js"),
  localforage: () => import("../../../web/bench/contenders/localforage.js"),
  dexie: () => import("../../../web/bench/contenders/dexie.js"),
  "idb-keyval": () => import("../../../web/bench/contenders/idb-keyval.js"),
  pouchdb: () => import("../../../web/bench/contenders/pouchdb.js"),
  idbfs: () => import("../../../web/bench/contenders/idbfs.js"),
  opfs: () => import("../../../web/bench/contenders/opfs.js"),
  "huggingface-hub": () => import("../../../web/bench/contenders/huggingface-hub.js"),
};

/** How many projects one call takes while a store is filled. */
const FILL_BATCH = 100;

const library = new URLSearchParams(location.search).get("contender");
const { create } = library === null ? {} : await CONTENDERS[library]();
const { openStore } = library === "hubstash" ? await import("/dist/index.js") : {};

/** @type {import("../../../web/bench/contenders/storage.js").Storage} */
let storage;
/** @type {Map<string, Worker>} */
const codecWorkers = new Map();

/** @returns {Promise<[number, any]>} ms, and what the work gave */
async function timed(work) {
  // What preparing the data left to do in the event loop is done before the clock starts.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

const range = (from, count) => Array.from({ length: count }, (_, offset) => from + offset);
const fileOf = (bytes) => ({ bytes, blob: new Blob([bytes], { type: "application/pdf" }) });

function createStorage(given) {
  const options = { workerUrl: `${location.origin}/bench/hubstash-worker.js`, ...given.options };
  const places = { openStore, stockUrl: "/stock/stock.js", opfsWorkerUrl: "/bench/opfs-worker.js" };
  return create({ ...places, ...given, options });
}

const openForRanges = ({ dataset, url, token }) =>
  openStore({ dataset, token, hubUrl: url, sync: { auto: false, pollMs: 0 } });

const OPERATIONS = {
  async open(given) {
    storage = createStorage(given);
    const [ms] = await timed(() => storage.open());
    return { ms };
  },

  /** As an app starts: open, and show one project. */
  async openAndLoad({ given, ...wanted }) {
    storage = createStorage(given);
    const { id } = project(wanted);
    const [ms, loaded] = await timed(async () => {
      await storage.open();
      return storage.load(id);
    });
    verifyProject(loaded, wanted);
    return { ms };
  },

  async close() {
    const [ms] = await timed(() => storage.close());
    return { ms };
  },

  async save(wanted) {
    const item = project(wanted);
    const [ms] = await timed(() => storage.save(item));
    return { ms };
  },

  async load(wanted) {
    const { id } = project(wanted);
    const [ms, loaded] = await timed(() => storage.load(id));
    verifyProject(loaded, wanted);
    return { ms };
  },

  /** The second of two loads, which a cache in memory may answer. */
  async loadAgain(wanted) {
    const { id } = project(wanted);
    await storage.load(id);
    return OPERATIONS.load(wanted);
  },

  async saveMany({ from, count, ...wanted }) {
    const items = range(from, count).map((index) => project({ ...wanted, index }));
    const [ms] = await timed(() => storage.saveMany(items));
    return { ms };
  },

  async fill({ from, count, ...wanted }) {
    let ms = 0;
    for (let at = from; at < from + count; at += FILL_BATCH) {
      ms += (await OPERATIONS.saveMany({ ...wanted, from: at, count: Math.min(FILL_BATCH, from + count - at) })).ms;
    }
    return { ms };
  },

  async list({ count }) {
    const [ms, ids] = await timed(() => storage.list());
    if (ids.length !== count) throw new Error(`the list has ${ids.length} items, not ${count}`);
    return { ms };
  },

  async savePdf(wanted) {
    const file = fileOf(pdfBytes(wanted));
    const [ms] = await timed(() => storage.savePdf(pdfId(wanted), file));
    return { ms };
  },

  async loadPdf(wanted) {
    const [ms, loaded] = await timed(() => storage.loadPdf(pdfId(wanted)));
    verifyBytes(loaded, pdfBytes(wanted), pdfId(wanted));
    return { ms };
  },

  /** The longest time without a turn of the event loop, saving or loading one PDF. */
  async pdfGap({ call, ...wanted }) {
    const bytes = pdfBytes(wanted);
    const file = fileOf(bytes);
    const id = pdfId(wanted);
    /** @type {any} */
    let loaded = bytes;
    const gap = await longestGap(async () => {
      if (call === "save") await storage.savePdf(id, file);
      else loaded = await storage.loadPdf(id);
    });
    verifyBytes(loaded, bytes, id);
    return gap;
  },

  /** The same with nothing to do: what the machine itself takes away. */
  idleGap: ({ ms }) => longestGap(() => new Promise((resolve) => setTimeout(resolve, ms))),

  async stage({ items = null, pdfs = null }) {
    const documents = items ? range(items.from, items.count).map((index) => project({ ...items, index })) : [];
    const files = [];
    for (const index of pdfs ? range(pdfs.from, pdfs.count) : []) {
      const wanted = { index, bytes: pdfs.bytes };
      files.push({ id: pdfId(wanted), file: fileOf(pdfBytes(wanted)) });
    }
    const [ms] = await timed(() => storage.stage(documents, files));
    return { ms };
  },

  async sync() {
    const [ms] = await timed(() => storage.sync());
    return { ms };
  },

  syncGap: () => longestGap(() => storage.sync()),

  async publishPdfs({ hub, files }) {
    const store = await openForRanges(hub);
    for (const file of files) await store.savePdf(file, await (await fetch(`/pdfs/${file}`)).blob());
    await store.sync();
    await store.close();
  },

  /** A device that knows what there is, and has nothing of it. */
  async openForPages({ hub }) {
    globalThis.store = await openForRanges(hub);
    await globalThis.store.sync();
  },

  async firstPage({ file }) {
    const { showFirstPage } = await import("/pages/first-page.js");
    const [ms, { inked, pixels }] = await timed(() => showFirstPage(file));
    if (inked < pixels / 1_000) throw new Error("the page is empty");
    return { ms };
  },

  /** Each codec has a worker of its own, which waits while others work. */
  gzip(wanted) {
    let worker = codecWorkers.get(wanted.codec);
    if (!worker) {
      worker = new Worker("/bench/codec-worker.js", { type: "module" });
      codecWorkers.set(wanted.codec, worker);
    }
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.figures));
      worker.onerror = (event) => reject(new Error(`the worker of ${wanted.codec} failed: ${event.message}`));
      worker.postMessage(wanted);
    });
  },

  memory: async () => ({ bytes: (await performance.measureUserAgentSpecificMemory()).bytes }),
};

globalThis.bench = { run: (name, args = {}) => OPERATIONS[name](args) };
