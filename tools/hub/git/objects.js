/** Git's object formats: ids, trees, commits, and the pointer text that stands for an LFS file. */
import { createHash } from "node:crypto";

export const MODE_FILE = "100644";
export const MODE_TREE = "40000";
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/**
 * @typedef {{name: string, mode: string, oid: string}} TreeEntry
 */

/**
 * Objects that are to be stored, by id.
 * @typedef {Map<string, {type: string, body: Buffer}>} NewObjects
 */

/** @returns {string} the id that git gives to an object */
export function objectId(type, body) {
  return createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");
}

/**
 * @param {NewObjects} objects
 * @returns {string} the id of what was added
 */
export function addObject(objects, type, body) {
  const oid = objectId(type, body);
  objects.set(oid, { type, body });
  return oid;
}

/**
 * @param {Buffer} body
 * @returns {TreeEntry[]}
 */
export function parseTree(body) {
  const entries = [];
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(32, at);
    const end = body.indexOf(0, space);
    entries.push({
      mode: body.toString("latin1", at, space),
      name: body.toString("utf8", space + 1, end),
      oid: body.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/**
 * Git sorts a folder as if its name ended in a slash, byte by byte.
 * @param {Iterable<TreeEntry>} entries
 * @returns {Buffer}
 */
export function encodeTree(entries) {
  const keyed = [...entries].map((entry) => ({ entry, key: Buffer.from(sortKey(entry)) }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  const parts = [];
  for (const { entry } of keyed) {
    parts.push(Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.oid, "hex"));
  }
  return Buffer.concat(parts);
}

/** @param {TreeEntry} entry */
export const sortKey = (entry) => (entry.mode === MODE_TREE ? `${entry.name}/` : entry.name);

/**
 * @param {{tree: string, parents: string[], author: string, message: string, seconds: number}} commit
 * @returns {Buffer}
 */
export function encodeCommit({ tree, parents, author, message, seconds }) {
  // These characters would end the author field early; a user name never holds them, but a flag might.
  const name = author.replace(/[<>\n\0]/g, "");
  const who = `${name} <${name}@users.noreply.hub.local> ${seconds} +0000`;
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return Buffer.from(`${lines.join("\n")}\n\n${message}\n`);
}

/**
 * @param {Buffer} body
 * @returns {{tree: string, parents: string[], author: string, date: Date, title: string, message: string}}
 */
export function parseCommit(body) {
  const source = body.toString("utf8");
  const split = source.indexOf("\n\n");
  const head = source.slice(0, split);
  const [title, ...rest] = source
    .slice(split + 2)
    .replace(/\n$/, "")
    .split("\n");
  const [, author, seconds] = /^author (.*?) <.*> (\d+)/m.exec(head) ?? [null, "", "0"];
  return {
    tree: /^tree ([0-9a-f]+)/m.exec(head)[1],
    parents: [...head.matchAll(/^parent ([0-9a-f]+)/gm)].map((match) => match[1]),
    author,
    date: new Date(Number(seconds) * 1000),
    title,
    message: rest.join("\n").replace(/^\n+/, ""),
  };
}

/** @returns {Buffer} what git stores in place of an LFS file */
export function encodePointer(oid, size) {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`);
}

/** A pointer is never longer than this, so larger blobs need not be looked at. */
export const POINTER_MAX = 200;

/**
 * @param {Buffer} body
 * @returns {{oid: string, size: number}|null}
 */
export function parsePointer(body) {
  if (body.length > POINTER_MAX) return null;
  const match = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n$/.exec(
    body.toString("latin1"),
  );
  return match ? { oid: match[1], size: Number(match[2]) } : null;
}
