/**
 * One bare git repository: revisions, trees and blobs are read through a running git, heads move by compare-and-swap.
 */
import { CatFile } from "./cat-file.js";
import { MODE_TREE, POINTER_MAX, parseCommit, parsePointer, parseTree } from "./objects.js";
import { writeObjects } from "./pack.js";
import { git } from "./run.js";

const TREES_KEPT = 20_000;
const BLOBS_KEPT = 400_000;
const ZERO = "0".repeat(40);

/** @typedef {{size: number, lfs?: {oid: string, size: number, pointerSize: number}}} BlobFacts */

/** Objects never change, so everything read by id may be remembered. */
export class Repository {
  #cat;
  #trees = new Map();
  #blobs = new Map();
  #commits = new Map();
  #queue = Promise.resolve();

  /** @param {string} gitDir */
  constructor(gitDir) {
    this.gitDir = gitDir;
    this.#cat = new CatFile(gitDir);
  }

  /** Runs `work` when every earlier change of this repository has ended, so that commits come one after the other. */
  serialise(work) {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /**
   * @param {string} rev a branch, a tag, a full or short commit id, `HEAD`, `refs/pr/N` or `refs/convert/x`
   * @returns {Promise<string|null>} the commit's id
   */
  async resolve(rev) {
    // git's own expressions (`main~3`, `:/text`, `@{1}`) are not revisions on the Hub.
    if (!/^[\w][\w./-]{0,250}$/.test(rev) || rev.includes("..") || rev.endsWith(".lock")) return null;
    const names = rev.startsWith("refs/")
      ? /^refs\/(pr|convert|heads|tags)\//.test(rev)
        ? [rev]
        : []
      : rev === "HEAD"
        ? ["HEAD"]
        : [`refs/heads/${rev}`, `refs/tags/${rev}`];
    if (/^[0-9a-f]{5,40}$/.test(rev)) names.push(rev);
    for (const name of names) {
      const found = await this.#cat.info(`${name}^{commit}`);
      if (found?.type === "commit") return found.oid;
    }
    return null;
  }

  /** @returns {Promise<ReturnType<typeof parseCommit>>} */
  async commit(oid) {
    let commit = this.#commits.get(oid);
    if (!commit) {
      commit = parseCommit((await this.#read(oid)).body);
      remember(this.#commits, oid, commit, TREES_KEPT);
    }
    return commit;
  }

  /** @returns {Promise<import("./objects.js").TreeEntry[]>} */
  async tree(oid) {
    let entries = this.#trees.get(oid);
    if (!entries) {
      entries = parseTree((await this.#read(oid)).body);
      remember(this.#trees, oid, entries, TREES_KEPT);
    }
    return entries;
  }

  /**
   * @param {string} root id of a tree
   * @param {string} path empty for the tree itself
   * @returns {Promise<import("./objects.js").TreeEntry|null>}
   */
  async entry(root, path) {
    let entry = { name: "", mode: MODE_TREE, oid: root };
    for (const segment of path === "" ? [] : path.split("/")) {
      if (entry.mode !== MODE_TREE) return null;
      const next = (await this.tree(entry.oid)).find((one) => one.name === segment);
      if (!next) return null;
      entry = next;
    }
    return entry;
  }

  /**
   * What a listing tells about files; asked for all at once, since git answers a long list of questions quickly.
   * @param {string[]} oids
   * @returns {Promise<BlobFacts[]>}
   */
  facts(oids) {
    return Promise.all(
      oids.map(async (oid) => {
        let facts = this.#blobs.get(oid);
        if (!facts) {
          const { size } = (await this.#cat.info(oid)) ?? { size: 0 };
          facts = { size };
          if (size > 0 && size <= POINTER_MAX) facts = factsOf((await this.#read(oid)).body);
          remember(this.#blobs, oid, facts, BLOBS_KEPT);
        }
        return facts;
      }),
    );
  }

  /** @returns {Promise<Buffer>} */
  async blob(oid) {
    return (await this.#read(oid)).body;
  }

  /** The text of a file at a tree, or an empty one where there is none. */
  async textAt(root, path) {
    const entry = await this.entry(root, path);
    return entry && entry.mode !== MODE_TREE ? (await this.blob(entry.oid)).toString("utf8") : "";
  }

  /**
   * Stores new objects; nothing refers to them until a head moves.
   * @param {import("./objects.js").NewObjects} objects
   */
  async write(objects) {
    await writeObjects(this.gitDir, objects);
    for (const [oid, { type, body }] of objects) {
      if (type === "blob") remember(this.#blobs, oid, factsOf(body), BLOBS_KEPT);
    }
  }

  /**
   * Moves a ref atomically, if it still is where the caller believes it to be.
   * @param {string} ref
   * @param {string|null} next `null` deletes it
   * @param {string|null} previous `null` means that it must not exist
   */
  async moveRef(ref, next, previous) {
    const args = next === null ? ["update-ref", "-d", ref, previous] : ["update-ref", ref, next, previous ?? ZERO];
    await git(this.gitDir, ["-c", "core.fsync=none", ...args]);
  }

  /** @returns {Promise<{ref: string, oid: string}[]>} `oid` is that of the commit, for annotated tags too */
  async refs() {
    const out = await git(this.gitDir, ["for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"]);
    return out
      .toString("utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [ref, oid, peeled] = line.split(" ");
        return { ref, oid: peeled || oid };
      });
  }

  /** Ids of the commits before and including `oid`, newest first, and how many there are. */
  async history(oid, skip, limit) {
    const [list, count] = await Promise.all([
      git(this.gitDir, ["rev-list", `--skip=${skip}`, `--max-count=${limit}`, oid]),
      git(this.gitDir, ["rev-list", "--count", oid]),
    ]);
    return { ids: list.toString().split("\n").filter(Boolean), total: Number(count.toString()) };
  }

  /** Ends the running git. */
  close() {
    this.#cat.close();
  }

  async #read(oid) {
    const object = await this.#cat.contents(oid);
    if (!object) throw new Error(`object ${oid} is missing from ${this.gitDir}`);
    return object;
  }
}

/** @returns {BlobFacts} */
function factsOf(body) {
  const pointer = parsePointer(body);
  return pointer ? { size: pointer.size, lfs: { ...pointer, pointerSize: body.length } } : { size: body.length };
}

function remember(map, key, value, limit) {
  if (map.size >= limit) map.delete(map.keys().next().value);
  map.set(key, value);
}
