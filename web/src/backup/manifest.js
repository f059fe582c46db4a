// The manifest of a backup, hubstash.json: what each file is. Whatever an import believes of it stands here.
import { StoreError } from "../index.js";

export const MANIFEST = "hubstash.json";
const FORMAT = "hubstash-backup";
const VERSION = 1;

/** A manifest is read whole; this is enough for some 400,000 items. */
export const MAX_MANIFEST_BYTES = 128 << 20;
/** The largest document and the largest blob that a save takes. */
const MAX_BYTES = { json: 64 << 20, blob: 4 * 2 ** 30 };
const MAX_TYPE_LENGTH = 255;
/** Of a name in a message. */
const LONGEST_NAME = 300;

/**
 * @typedef {object} Item
 * @property {string} path of its file in the zip
 * @property {string} collection
 * @property {"json" | "blob"} kind
 * @property {string} id
 * @property {string} type MIME type
 * @property {number} size bytes
 * @property {string} sha256 lower-case hex
 * @property {number} modified ms since the epoch
 */

/**
 * @param {string} path of the file in the zip, or the zip's part that is wrong
 * @param {string} reason
 * @param {unknown} [cause]
 */
export const badBackup = (path, reason, cause) =>
  new StoreError(
    "BAD_BACKUP",
    `The backup cannot be used: ${path.slice(0, LONGEST_NAME)} ${reason}. Nothing was changed. Take another backup, ` +
      "or the file as it was exported.",
    { cause },
  );

/** @param {string} reason why it was made @param {number} created @param {Item[]} items @returns {string} */
export function manifestText(reason, created, items) {
  const lines = items.map((item) => JSON.stringify(item)).join(",\n");
  const head = JSON.stringify({ format: FORMAT, version: VERSION, created, reason }).slice(0, -1);
  return `${head},"items":[${lines && `\n${lines}\n`}]}\n`;
}

/** The item of a conflict copy's id, which no app can save under; null for all others. @param {string} id */
export const originalOf = (id) => /^(.+)~(?:local|remote)-[0-9a-f]{16}$/s.exec(id)?.[1] ?? null;

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @param {number} most */
const isCount = (value, most) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;

/**
 * What each member of an item must be, and the words for it.
 * @type {[keyof Item, (value: any, item: any) => boolean, string][]}
 */
const RULES = [
  ["path", (path) => typeof path === "string" && path !== "" && path !== MANIFEST, "names no file"],
  [
    "collection",
    (name) => typeof name === "string" && /^[a-z][a-z0-9-]{0,31}$/.test(name),
    "has a collection whose name is not 1 to 32 of a-z, 0-9 and \"-\", beginning with a letter",
  ],
  ["kind", (kind) => kind === "json" || kind === "blob", 'has a kind that is neither "json" nor "blob"'],
  ["id", (id) => typeof id === "string" && !/\p{Surrogate}/u.test(id), "has an id that is no valid text"],
  [
    "type",
    (type) => typeof type === "string" && type.length <= MAX_TYPE_LENGTH && /^[ -~]*$/.test(type),
    "has a type that is no MIME type",
  ],
  [
    "size",
    (size, { kind }) => isCount(size, MAX_BYTES[/** @type {"json" | "blob"} */ (kind)]),
    "has a size that is no number of bytes, or more than a save takes",
  ],
  ["sha256", (hash) => typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash), "has no SHA-256"],
  ["modified", (at) => isCount(at, Number.MAX_SAFE_INTEGER), "has a time of change that is no time"],
];

/** @param {unknown} value @param {number} index @returns {Item} with nothing but its members */
function parseItem(value, index) {
  const name = `items[${index}] of ${MANIFEST}`;
  if (!isObject(value)) throw badBackup(name, "is not an object");
  const given = /** @type {Item} */ (value);
  for (const [member, check, words] of RULES) {
    // Own members only: "__proto__" and its kin say nothing.
    if (!Object.hasOwn(given, member) || !check(given[member], given)) throw badBackup(name, words);
  }
  const { path, collection, kind, id, type, size, sha256, modified } = given;
  if (collection === "pdfs" && size === 0) throw badBackup(path, "is a PDF of 0 bytes, which no PDF has");
  return { path, collection, kind, id, type, size, sha256, modified };
}

/**
 * @param {string} text
 * @returns {Item[]}
 * @throws {StoreError} BAD_BACKUP, NEWER_FORMAT
 */
export function parseManifest(text) {
  /** @type {any} */
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw badBackup(MANIFEST, "is not JSON", error);
  }
  if (!isObject(manifest) || manifest.format !== FORMAT) throw badBackup(MANIFEST, "is not that of a hubstash backup");
  const { version, items } = manifest;
  if (!Number.isSafeInteger(version) || version < 1) throw badBackup(MANIFEST, "states no version");
  if (version > VERSION) {
    throw new StoreError(
      "NEWER_FORMAT",
      `The backup has version ${version}, this hubstash knows up to ${VERSION}. Update the app; nothing was changed.`,
    );
  }
  if (!Array.isArray(items)) throw badBackup(MANIFEST, "has no list of items");
  const parsed = items.map(parseItem);
  checkTogether(parsed);
  return parsed;
}

/** No file and no item twice, and one kind for each collection. @param {Item[]} items */
function checkTogether(items) {
  const paths = new Set(), keys = new Set();
  /** @type {Map<string, string>} */
  const kinds = new Map([["projects", "json"], ["pdfs", "blob"]]);
  for (const { path, collection, kind, id } of items) {
    const key = keyOf(collection, id);
    if (paths.has(path)) throw badBackup(path, `stands twice in ${MANIFEST}`);
    if (keys.has(key)) throw badBackup(path, `is a second file for the item "${id}" of "${collection}"`);
    const known = kinds.get(collection) ?? kind;
    if (known !== kind) throw badBackup(path, `has the kind "${kind}", but "${collection}" has the kind "${known}"`);
    paths.add(path);
    keys.add(key);
    kinds.set(collection, kind);
  }
}

/** No collection's name has a line break. @param {string} collection @param {string} id */
export const keyOf = (collection, id) => `${collection}\n${id}`;
