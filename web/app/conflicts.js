/** Documents of which two versions are kept, and how a person ends that. */
import { randomHex } from "./library.js";
import { idFor, nameOf, newProject, pdfOf } from "./project.js";

/**
 * @typedef {import("hubstash").Document} Document
 * @typedef {{ project: Document, pdf: string }} Version `pdf` is an id in `pdfs`, perhaps of a conflict copy
 * @typedef {object} Conflict
 * @property {"projects" | "pdfs"} collection
 * @property {string} copyId
 * @property {number} modified of the copy
 * @property {"local" | "remote"} side of the copy
 * @property {Version} current
 * @property {Version} other
 * @typedef {"current" | "other" | "both"} Choice
 */

/**
 * @param {import("hubstash").Store} store
 * @param {import("./library.js").Entry} entry
 * @returns {Promise<Conflict[]>}
 */
export async function conflictsOf(store, { id, pdf }) {
  const [ofProject, ofPdf] = await Promise.all([store.projects.conflicts(id), store.pdfs.conflicts(pdf)]);
  const project = (await store.loadProject(id)) ?? newProject({ id, name: id, pdf, pageCount: 0, createdAt: 0 });
  const current = { project, pdf: pdfOf(project) };
  /** @type {Conflict[]} */
  const conflicts = [];
  for (const { copyId, modified, side } of ofProject) {
    const other = await store.loadProject(copyId);
    if (other) {
      const version = { project: other, pdf: pdfOf({ ...other, id }) };
      conflicts.push({ collection: "projects", copyId, modified, side, current, other: version });
    }
  }
  for (const { copyId, modified, side } of ofPdf) {
    conflicts.push({ collection: "pdfs", copyId, modified, side, current, other: { project, pdf: copyId } });
  }
  return conflicts;
}

/**
 * @param {import("hubstash").Store} store
 * @param {Conflict} conflict
 * @param {Choice} choice
 */
export async function endConflict(store, { collection, copyId, other }, choice) {
  if (choice === "both") await keepAsAnother(store, collection, other);
  await store[collection].resolve(copyId, choice === "other" ? "use-copy" : "discard-copy");
}

/** The other version becomes a project of its own, before its copy goes. */
async function keepAsAnother(
  /** @type {import("hubstash").Store} */ store,
  /** @type {string} */ collection,
  /** @type {Version} */ { project, pdf },
) {
  const name = `${nameOf(project)} (other version)`;
  const id = idFor(name, randomHex());
  if (collection === "pdfs") {
    const body = await store.loadPdf(pdf);
    if (body) await store.savePdf(id, body);
  }
  await store.saveProject({ ...project, id, name, pdf: collection === "pdfs" ? id : pdf });
}
