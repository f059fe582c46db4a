/**
 * The person's PDFs and projects in the store. A PDF is a blob of `pdfs` that never changes; what is drawn on it is a
 * project, a document of `projects`. A PDF without a project (somebody put it into the dataset) is listed all the same.
 */
import { idFor, nameOf, nameOfFile, newProject, pdfOf, renamed } from "./project.js";
import { AppError } from "./problem.js";

/**
 * @typedef {import("hubstash").Document} Document
 * @typedef {import("hubstash").ItemInfo} ItemInfo
 * @typedef {object} Entry one line of the list
 * @property {string} id
 * @property {string} name
 * @property {string} pdf
 * @property {number} size of both, in bytes
 * @property {number} modified
 * @property {import("hubstash").ItemState} state of both
 * @property {boolean} cached the PDF is on this device
 * @property {boolean} hasPdf
 * @property {number} pageCount 0 where it is not known
 */

/** From the one that wants most attention to the one that wants none. */
const STATES = /** @type {const} */ (["conflict", "pending", "remote-only", "synced"]);
const LOADS_AT_ONCE = 8;

export const randomHex = () => crypto.randomUUID().replaceAll("-", "").slice(0, 12);

export class Library {
  /** @type {import("hubstash").Store} */
  #store = /** @type {any} */ (null);
  /** @type {Map<string, { modified: number, project: Document | null }>} projects as the list last saw them */
  #known = new Map();
  /** @type {Map<string, Promise<unknown>>} the last change of each project */
  #changes = new Map();
  #writing = 0;
  onWriting = () => {};

  /** Everything is about this store from now on. @param {import("hubstash").Store} store */
  use(store) {
    this.#store = store;
    this.#known.clear();
    this.#changes.clear();
  }

  /** A save of this page is under way. */
  get isWriting() {
    return this.#writing > 0;
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  async #write(work) {
    this.#writing += 1;
    this.onWriting();
    try {
      return await work();
    } finally {
      this.#writing -= 1;
      this.onWriting();
    }
  }

  /** @returns {Promise<Entry[]>} newest first */
  async list() {
    const [projects, pdfs] = await Promise.all([this.#store.listProjects(), this.#store.listPdfs()]);
    const pdfOfId = new Map(pdfs.map((info) => [info.id, info]));
    const documents = await this.#documents(projects);
    const used = new Set();
    const entries = projects.map((info, i) => {
      const document = documents[i] ?? { id: info.id };
      const pdf = pdfOfId.get(pdfOf(document));
      used.add(pdfOf(document));
      return entryOf(document, [info, ...(pdf ? [pdf] : [])], pdf);
    });
    const lone = pdfs.filter(({ id }) => !used.has(id)).map((pdf) => entryOf({ id: pdf.id }, [pdf], pdf));
    return [...entries, ...lone].sort((a, b) => b.modified - a.modified || (a.id < b.id ? -1 : 1));
  }

  /** Names stand in the documents; those that have not changed since the last list are not read again. */
  async #documents(/** @type {ItemInfo[]} */ infos) {
    /** @type {(Document | null)[]} */
    const documents = [];
    const waiting = infos.entries();
    const work = async () => {
      for (const [i, { id, modified }] of waiting) {
        const known = this.#known.get(id);
        // One that cannot be read now (offline, damaged) is listed by its id.
        const isKnown = known?.modified === modified;
        const project = isKnown ? known.project : await this.#store.loadProject(id).catch(() => null);
        if (project) this.#known.set(id, { modified, project });
        documents[i] = project;
      }
    };
    await Promise.all(Array.from({ length: LOADS_AT_ONCE }, work));
    return documents;
  }

  /**
   * Saves a PDF and an empty project for it; both or nothing.
   * @param {File} file
   * @param {number} pageCount
   * @param {(progress: import("hubstash").Progress) => void} [onProgress]
   * @returns {Promise<string>} the project's id
   */
  async add(file, pageCount, onProgress) {
    const name = nameOfFile(file.name);
    const id = idFor(name, randomHex());
    await this.#write(async () => {
      await this.#store.savePdf(id, file, { type: "application/pdf", ...(onProgress ? { onProgress } : {}) });
      try {
        await this.#store.saveProject(newProject({ id, name, pdf: id, pageCount, createdAt: Date.now() }));
      } catch (error) {
        await this.#store.deletePdf(id).catch(() => {});
        throw error;
      }
    });
    return id;
  }

  /** @param {string} id @returns {Promise<Document>} an empty one for a PDF that has none yet */
  async load(id) {
    const project = await this.#store.loadProject(id);
    return project ?? newProject({ id, name: id, pdf: id, pageCount: 0, createdAt: Date.now() });
  }

  /**
   * Changes a project as it is now on this device, one change after the other; so what other devices changed meanwhile
   * stays.
   * @param {string} id
   * @param {(project: Document) => Document} change
   * @returns {Promise<Document>} as it is then
   */
  update(id, change) {
    const before = this.#changes.get(id) ?? Promise.resolve();
    const result = before.catch(() => {}).then(() =>
      this.#write(async () => {
        const project = change(await this.load(id));
        await this.#store.saveProject(project);
        return project;
      }),
    );
    this.#changes.set(id, result);
    return result;
  }

  /** @param {string} id @param {string} name */
  rename = (id, name) => this.update(id, (project) => renamed(project, name));

  /** Deletes a project, and its PDF unless another project shows it too. @param {string} id */
  async delete(id) {
    const entries = await this.list();
    const entry = entries.find((one) => one.id === id);
    const isShared = entries.some((one) => one.id !== id && one.pdf === entry?.pdf);
    await this.#write(async () => {
      await this.#store.deleteProject(id).catch(unlessGone);
      if (entry?.hasPdf && !isShared) await this.#store.deletePdf(entry.pdf).catch(unlessGone);
    });
    this.#known.delete(id);
  }

  /** @param {string} pdf @returns {Promise<import("hubstash").RandomAccess>} */
  async open(pdf) {
    const file = await this.#store.openPdf(pdf);
    if (!file) throw new AppError("The PDF is not there any more", "It was deleted elsewhere; your strokes remain.");
    return file;
  }

  /** Brings all of a PDF to this device. @param {string} pdf @param {import("hubstash").TransferOptions} [options] */
  download = (pdf, options) => this.#store.loadPdf(pdf, options);

  /** Takes a PDF off this device; it stays on the Hub. @param {string} pdf */
  free = (pdf) => this.#store.pdfs.evict(pdf);

  /** Takes off this device what the Hub has. @returns {Promise<number>} how many PDFs */
  async freeAll() {
    const infos = (await this.#store.listPdfs()).filter(({ cached, state }) => cached && state === "synced");
    for (const { id } of infos) await this.free(id);
    return infos.length;
  }
}

/** @param {unknown} error */
function unlessGone(error) {
  if (/** @type {{ code?: string }} */ (Object(error)).code !== "NOT_FOUND") throw error;
}

/** @param {Document} document @param {ItemInfo[]} items @param {ItemInfo} [pdf] @returns {Entry} */
function entryOf(document, items, pdf) {
  const states = items.map(({ state }) => state);
  return {
    id: document.id,
    name: nameOf(document),
    pdf: pdfOf(document),
    size: items.reduce((sum, { size }) => sum + size, 0),
    modified: Math.max(...items.map(({ modified }) => modified)),
    state: STATES.find((state) => states.includes(state)) ?? "synced",
    cached: pdf?.cached ?? false,
    hasPdf: pdf !== undefined,
    pageCount: Number.isInteger(document.pageCount) ? Math.max(0, Number(document.pageCount)) : 0,
  };
}
