// Importing a backup: (1) all of it is verified, (2) compared with what is here, (3) what will be replaced or deleted
// is put aside, and only then (4) written. Up to (3) nothing has changed, and everything may fail or be aborted; (4)
// goes on to its end, and where the device or the Hub ends it, whole items are done and a second import does the
// others.
import { StoreError } from "../index.js";
import { listAll, writeBackup } from "./collect.js";
import { hashBlob } from "./hash.js";
import { badBackup, keyOf, originalOf } from "./manifest.js";
import { openBackup } from "./verify.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./manifest.js").Item} Item */
/** @typedef {import("./collect.js").Listed} Listed */
/** @typedef {import("../types.js").ImportReport} ImportReport */

/**
 * @typedef {object} Plan
 * @property {Item[]} writes
 * @property {Listed[]} deletes
 * @property {Listed[]} replaced what is here of both
 * @property {ImportReport} report as it will be
 */

/** Documents are saved some at a time: all of a call, or none. */
const MOST_DOCUMENTS = 200;
const MOST_BYTES = 8 << 20;
/** Ids that are checked in one call. */
const MOST_IDS = 10_000;

/**
 * @param {Session} session @param {Blob} zip
 * @param {{mode: "merge" | "replace", reason: string, shelf: import("./shelf.js").Shelf,
 *   documentText: import("./collect.js").DocumentText}} options
 * @returns {Promise<ImportReport>}
 */
export async function importBackup(session, zip, { mode, reason, shelf, documentText }) {
  const backup = await openBackup(session, zip);
  await backup.verify(session, documentText);
  const wanted = backup.items.filter(({ id }) => originalOf(id) === null);
  await checkKinds(session, backup.items);
  await checkIds(session, wanted);

  const plan = await compare(session, wanted, mode);
  const { report } = plan;
  for (const { path, id } of backup.items) {
    const original = originalOf(id);
    if (original === null) continue;
    const advice = "Save what you need of it as an item of its own.";
    report.problems.push({ path, reason: `It is a conflict copy of "${original}", which is not imported. ${advice}` });
  }
  for (const path of backup.strangers()) {
    report.problems.push({ path, reason: "The manifest does not name it, so it was left out." });
  }
  report.backupId = await putAside(session, plan, { reason, shelf, documentText });
  checkUnchanged(session, plan);
  if (plan.writes.length + plan.deletes.length > 0) await session.finish(() => write(session, backup, plan));
  return report;
}

/** A collection has one kind here and in the backup. @param {Session} session @param {Item[]} items */
async function checkKinds(session, items) {
  const kinds = new Map((await session.collections()).map(({ collection, kind }) => [collection, kind]));
  for (const { path, collection, kind } of items) {
    const known = kinds.get(collection);
    if (known === undefined || known === kind) continue;
    throw badBackup(path, `has the kind "${kind}", but the collection "${collection}" has the kind "${known}" here`);
  }
}

/** The engine knows which ids a save takes. @param {Session} session @param {Item[]} items */
async function checkIds(session, items) {
  for (let from = 0; from < items.length; from += MOST_IDS) {
    const some = items.slice(from, from + MOST_IDS);
    if (!(await refusal(session.checkIds(some.map(({ id }) => id))))) continue;
    for (const { path, id } of some) {
      const refused = await refusal(session.checkIds([id]));
      if (refused) throw badBackup(path, `cannot be saved: ${refused.message.replace(/\..*$/s, "")}`);
    }
  }
}

/** The error that says that an id is bad, if it is. @param {Promise<void>} checking */
const refusal = (checking) =>
  checking.then(
    () => null,
    (error) => {
      if (error instanceof StoreError && error.code === "INVALID_ID") return error;
      throw error;
    },
  );

/** @param {Session} session @param {Item[]} wanted @param {"merge" | "replace"} mode @returns {Promise<Plan>} */
async function compare(session, wanted, mode) {
  /** @type {Plan} */
  const plan = {
    writes: [],
    deletes: [],
    replaced: [],
    report: { imported: 0, skipped: 0, replaced: 0, backupId: null, problems: [] },
  };
  session.look();
  const here = new Map((await listAll(session)).map((item) => [keyOf(item.collection.collection, item.id), item]));
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let loaded = 0;
  for (const item of wanted) {
    session.progress("compare", loaded, total, item.path);
    loaded += item.size;
    const listed = here.get(keyOf(item.collection, item.id));
    if (listed && (await isSame(session, item, listed))) {
      plan.report.skipped += 1;
      continue;
    }
    plan.writes.push(item);
    if (listed) plan.replaced.push(listed);
    else plan.report.imported += 1;
  }
  session.progress("compare", total, total);
  if (mode === "replace") {
    const kept = new Set(wanted.map(({ collection, id }) => keyOf(collection, id)));
    for (const [key, item] of here) if (!kept.has(key) && originalOf(item.id) === null) plan.deletes.push(item);
  }
  plan.replaced.push(...plan.deletes);
  plan.report.replaced = plan.replaced.length;
  return plan;
}

/** @param {Session} session @param {Item} item @param {Listed} listed */
async function isSame(session, item, { collection, id, size, isOnDevice }) {
  // Of what is only on the Hub the size may be that of the packed file.
  if (isOnDevice && size !== item.size) return false;
  try {
    const content = await session.load(collection, id);
    return content !== null && content.size === item.size && (await hashBlob(content)) === item.sha256;
  } catch (error) {
    // Damaged: what the backup has is better. The automatic backup says so.
    if (error instanceof StoreError && ["STORAGE_CORRUPT", "INTEGRITY"].includes(error.code)) return false;
    throw error;
  }
}

/** What somebody has saved since it was looked at is in no backup. @param {Session} session @param {Plan} plan */
function checkUnchanged(session, { writes, deletes }) {
  const changed =
    writes.find(({ collection, id }) => session.hasChanged(collection, id))?.path ??
    deletes.find(({ collection: { collection }, id }) => session.hasChanged(collection, id))?.id;
  if (changed === undefined) return;
  throw new StoreError(
    "BUSY",
    `The item of ${changed} was saved or deleted while the import looked at it. Nothing was changed. Call again.`,
  );
}

/**
 * Keeps a backup of what will be replaced or deleted.
 * @param {Session} session @param {Plan} plan
 * @param {{reason: string, shelf: import("./shelf.js").Shelf,
 *   documentText: import("./collect.js").DocumentText}} options
 * @returns {Promise<string | null>} its id
 */
async function putAside(session, plan, { reason, shelf, documentText }) {
  const { replaced, report } = plan;
  if (replaced.length === 0) return null;
  const created = Date.now();
  const { zip, items } = await writeBackup(session, replaced, {
    reason,
    created,
    phase: "backup",
    documentText,
    onUnreadable: ({ collection: { collection }, id }, error) => {
      const text = `What was here is damaged and is not in the automatic backup: ${error.message}`;
      report.problems.push({ path: `${collection}/${id}`, reason: text });
    },
  });
  if (items === 0) return null;
  session.check();
  checkUnchanged(session, plan);
  return shelf.add({ created, items, reason, zip });
}

/** @param {Session} session @param {import("./verify.js").Backup} backup @param {Plan} plan */
async function write(session, backup, { writes, deletes, report }) {
  const all = writes.length + deletes.length;
  const total = writes.reduce((sum, { size }) => sum + size, 0);
  let made = 0;
  let stored = 0;
  const tell = (/** @type {Item[]} */ items) => {
    made += items.length;
    stored += items.reduce((sum, { size }) => sum + size, 0);
    session.progress("store", stored, total, items.at(-1)?.path);
  };
  try {
    for (const batch of batches(writes)) {
      if (batch[0].kind === "json") await writeDocuments(session, backup, batch);
      else await writeBlob(session, backup, batch[0]);
      tell(batch);
    }
    for (const { collection, id } of deletes) {
      await session.remove(collection, id);
      made += 1;
    }
  } catch (error) {
    throw halfway(error, made, all, report.backupId);
  }
}

/** Documents of one collection together, each blob by itself. @param {Item[]} items */
function* batches(items) {
  /** @type {Item[]} */
  let batch = [];
  let bytes = 0;
  for (const item of items) {
    const isFull = batch.length === MOST_DOCUMENTS || bytes + item.size > MOST_BYTES;
    if (batch.length > 0 && (item.kind === "blob" || isFull || batch[0].collection !== item.collection)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += item.size;
    if (item.kind === "blob") {
      yield batch;
      [batch, bytes] = [[], 0];
    }
  }
  if (batch.length > 0) yield batch;
}

/** @param {Session} session @param {import("./verify.js").Backup} backup @param {Item[]} items */
async function writeDocuments(session, backup, items) {
  const documents = [];
  for (const item of items) {
    const content = /** @type {Blob} */ (await backup.read(session, item));
    documents.push({ id: item.id, bytes: new Uint8Array(await content.arrayBuffer()) });
  }
  await session.saveDocuments(items[0].collection, documents);
}

/** @param {Session} session @param {import("./verify.js").Backup} backup @param {Item} item */
async function writeBlob(session, backup, item) {
  const content = /** @type {Blob} */ (await backup.read(session, item));
  await session.saveBlob(item.collection, item.id, content.slice(0, content.size, item.type));
}

/** @param {unknown} error @param {number} made @param {number} all @param {string | null} backupId */
function halfway(error, made, all, backupId) {
  if (!(error instanceof StoreError)) return error;
  const kept = backupId === null ? "" : ` What was here before is in the automatic backup "${backupId}".`;
  return new StoreError(
    error.code,
    `${error.message} The import has made ${made} of ${all} changes, each of them whole. Import the same backup ` +
      `again to make the others.${kept}`,
    { status: error.status, requestId: error.requestId, cause: error },
  );
}
