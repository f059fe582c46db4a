// Making a backup: items read one by one, each into its file of the zip.
import { StoreError } from "../index.js";
import { hashBlob } from "./hash.js";
import { MANIFEST, manifestText, originalOf } from "./manifest.js";
import { Names } from "./names.js";
import { ZipFileWriter } from "./zip-file.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./session.js").Collection} Collection */
/**
 * @typedef {{collection: Collection, id: string, modified: number, size: number, isOnDevice: boolean}} Listed
 *   an item that is here; of one whose body is not on the device the size may be that of the packed file
 */
/** @typedef {(document: unknown, name: string) => {id: string, text: string}} DocumentText of json.js */

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Why the text is not a document that a save would take; null where it is one.
 * @param {ArrayBuffer} bytes @param {string} id that it must have @param {DocumentText} documentText
 */
export function problemOfDocument(bytes, id, documentText) {
  try {
    const document = documentText(JSON.parse(decoder.decode(bytes)), "The document");
    return document.id === id ? null : `has the id "${document.id}" in it, not "${id}"`;
  } catch (error) {
    return `is not a document (${error instanceof Error ? error.message : error})`;
  }
}

/** Everything that is in the store, conflict copies included. @param {Session} session @returns {Promise<Listed[]>} */
export async function listAll(session) {
  /** @type {Listed[]} */
  const all = [];
  for (const collection of await session.collections()) {
    for (const { id, modified, size, cached } of await session.list(collection)) {
      all.push({ collection, id, modified, size, isOnDevice: cached });
    }
    for (const { copyId: id, modified, size } of await session.copies(collection)) {
      all.push({ collection, id, modified, size, isOnDevice: false });
    }
  }
  return all;
}

/**
 * @param {Session} session
 * @param {Listed[]} wanted those that are gone by then are left out
 * @param {{reason: string, created: number, phase: string, documentText: DocumentText,
 *   onUnreadable: (item: Listed, error: StoreError) => void}} options
 *   `onUnreadable`: of an item that is damaged; throws to end the work, else the item is left out
 * @returns {Promise<{zip: Blob, items: number}>}
 */
export async function writeBackup(session, wanted, { reason, created, phase, documentText, onUnreadable }) {
  const zip = new ZipFileWriter();
  const names = new Names();
  const items = [];
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let loaded = 0;
  for (const listed of wanted) {
    const { collection, id, modified } = listed;
    const path = names.pathOf(collection.collection, collection.kind, id);
    session.progress(phase, Math.min(loaded, total), total, path);
    loaded += listed.size;
    const content = await readItem(session, listed, documentText).catch((error) => {
      if (!isDamage(error)) throw error;
      onUnreadable(listed, error);
      return null;
    });
    if (!content) continue;
    const { size, type } = content;
    const sha256 = await hashBlob(content);
    await zip.add(path, content, { modified, compress: collection.kind === "json" });
    items.push({ path, ...collection, id, type, size, sha256, modified });
  }
  session.check();
  await zip.addText(MANIFEST, manifestText(reason, created, items), created);
  session.progress(phase, total, total);
  return { zip: await zip.close(), items: items.length };
}

/** @param {Session} session @param {Listed} item @param {DocumentText} documentText */
async function readItem(session, { collection, id }, documentText) {
  const content = await session.load(collection, id);
  // What a conflict left over is kept whatever it is: no import will save it.
  if (!content || collection.kind === "blob" || originalOf(id) !== null) return content;
  const problem = problemOfDocument(await content.arrayBuffer(), id, documentText);
  if (problem === null) return content;
  throw new StoreError("STORAGE_CORRUPT", `The item "${id}" ${problem}. Save it again, or delete it.`);
}

/** The item's body is wrong, and will not be right a moment later. @param {unknown} error */
const isDamage = (error) =>
  error instanceof StoreError && (error.code === "STORAGE_CORRUPT" || error.code === "INTEGRITY");
