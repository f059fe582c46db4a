/** The official client, which keeps nothing in the browser: each write is a commit, each read a download. */
import { commit, createRepo, datasetInfo, downloadFile } from "@huggingface/hub";

/** @param {import("./storage.js").Given} given */
export function create({ database, hub, fetch }) {
  const { url, token, dataset, create: mayCreate } = /** @type {NonNullable<typeof hub>} */ (hub);
  const repo = { type: /** @type {const} */ ("dataset"), name: dataset };
  const access = { repo, accessToken: token, hubUrl: url, ...(fetch ? { fetch } : {}) };
  const projectPath = (/** @type {string} */ id) => `${database}/projects/${id}.json`;
  const pdfPath = (/** @type {string} */ id) => `${database}/pdfs/${id}.pdf`;
  const add = (/** @type {string} */ path, /** @type {Blob} */ content) =>
    /** @type {const} */ ({ operation: "addOrUpdate", path, content });
  const projects = (/** @type {import("./storage.js").Item[]} */ items) =>
    items.map((item) => add(projectPath(item.id), new Blob([item.bytes])));
  /** @param {import("@huggingface/hub").CommitOperation[]} operations */
  const send = async (operations) => {
    await commit({ ...access, title: "benchmark", operations, useWebWorkers: false });
  };
  /** @param {string} path */
  const read = async (path) => {
    const blob = await downloadFile({ ...access, path });
    if (!blob) throw new Error(`${path} is not there`);
    return new Uint8Array(await blob.arrayBuffer());
  };
  /** @type {import("@huggingface/hub").CommitOperation[]} */
  let staged = [];

  return {
    async open() {
      if (!mayCreate) return;
      const info = await datasetInfo({ ...access, name: dataset }).catch((error) => {
        if (error.statusCode === 404) return null;
        throw error;
      });
      if (info === null) await createRepo({ ...access, private: true });
      // As hubstash does: what somebody measures with may be a file that is not for everybody.
      else if (!info.private) throw Object.assign(new Error("the dataset is public"), { code: "PUBLIC_DATASET" });
    },
    async close() {},
    save: (/** @type {import("./storage.js").Item} */ item) => send(projects([item])),
    saveMany: (/** @type {import("./storage.js").Item[]} */ items) => send(projects(items)),
    load: (/** @type {string} */ id) => read(projectPath(id)),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) =>
      send([add(pdfPath(id), file.blob)]),
    loadPdf: (/** @type {string} */ id) => read(pdfPath(id)),
    /** @param {string[]} ids of projects @param {string[]} pdfs */
    removeAll: (ids, pdfs) =>
      send([...ids.map(projectPath), ...pdfs.map(pdfPath)].map((path) => ({ operation: "delete", path }))),
    /**
     * @param {import("./storage.js").Item[]} items
     * @param {{ id: string, file: import("./storage.js").File }[]} files
     */
    async stage(items, files) {
      staged = [...projects(items), ...files.map(({ id, file }) => add(pdfPath(id), file.blob))];
    },
    async sync() {
      await send(staged);
      staged = [];
    },
  };
}
