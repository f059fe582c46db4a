// The app of the torture: it opens a store and carries out the verbs that the runner sends by evaluate(). Each answer
// also carries what the store told the app meanwhile.
import { openStore } from "/dist/index.js";
import { deflate, inflate, markOfPdf, markedPdf } from "/torture/contents.js";

let store;
/** @type {{type: string, detail: any}[]} */
let events = [];
const pdfs = new Map();

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function pdfBase(name) {
  if (!pdfs.has(name)) pdfs.set(name, await (await fetch(`/pdfs/${name}`)).arrayBuffer());
  return pdfs.get(name);
}

async function describePdf(blob) {
  if (blob === null) return null;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { mark: markOfPdf(bytes), sha256: hex(await crypto.subtle.digest("SHA-256", bytes)), type: blob.type };
}

const collectionOf = (kind) => (kind === "json" ? store.projects : store.pdfs);
const listed = ({ id, state, cached, size }) => ({ id, state, cached, size });

const VERBS = {
  async open({ token, ...options }) {
    store = await openStore({ ...options, token: () => token });
    for (const type of ["change", "conflict", "error"]) {
      store.addEventListener(type, ({ detail }) => {
        events.push({ type, detail: type === "error" ? { code: detail.code, message: detail.message } : detail });
      });
    }
  },
  save: async ({ document }) => (await store.saveProject(inflate(document))).size,
  saveMany: async ({ documents }) => (await store.projects.saveMany(documents.map(inflate))).length,
  async load({ id }) {
    const document = await store.loadProject(id);
    return document && deflate(document);
  },
  savePdf: async ({ id, base, mark }) => (await store.savePdf(id, markedPdf(await pdfBase(base), mark))).checksum,
  loadPdf: async ({ id }) => describePdf(await store.loadPdf(id)),
  delete: ({ kind, id }) => collectionOf(kind).delete(id),
  list: async ({ kind }) => (await collectionOf(kind).list()).map(listed),
  sync: () => store.sync(),
  status: async () => {
    const { pending, synced } = await store.status();
    return { pending, synced };
  },
  conflicts: ({ kind }) => collectionOf(kind).conflicts(),
  resolve: ({ kind, copyId, resolution }) => collectionOf(kind).resolve(copyId, resolution),
  close: () => store.close(),
};

/** Never rejects: an error is an answer, too. */
globalThis.run = async (verb, args) => {
  let answer;
  try {
    answer = { value: (await VERBS[verb](args)) ?? null };
  } catch (error) {
    answer = { code: error.code ?? "NO_CODE", message: `${error.name}: ${error.message}` };
  }
  const told = events;
  events = [];
  return { ...answer, events: told };
};
globalThis.ready = true;
