/** Edits a tree in memory, reading only the folders that are touched, and yields the new tree objects. */
import { MODE_FILE, MODE_TREE, addObject, encodeTree } from "./objects.js";

/** A folder is read from git when it is first entered; `entries` is `null` until then. */
export class TreeEditor {
  #repository;
  #root;

  /**
   * @param {import("./repository.js").Repository} repository
   * @param {string|null} root id of the tree to start from, `null` for an empty one
   */
  constructor(repository, root) {
    this.#repository = repository;
    this.#root = root ? folder(root) : { ...folder(null), entries: new Map() };
  }

  /**
   * @param {string} path
   * @returns {Promise<{mode: string, oid: string|null}|null>} a folder's id is `null` once it was changed
   */
  async get(path) {
    let node = this.#root;
    for (const segment of path.split("/")) {
      if (node.mode !== MODE_TREE) return null;
      node = (await this.#open(node)).get(segment);
      if (!node) return null;
    }
    return node;
  }

  /**
   * @param {string} path
   * @param {string} oid of a blob
   * @returns {Promise<boolean>} false when a folder is where the file should be, or a file where its folder should be
   */
  async put(path, oid) {
    const segments = path.split("/");
    const name = segments.pop();
    let node = this.#root;
    const touched = [node];
    for (const segment of segments) {
      const entries = await this.#open(node);
      if (!entries.has(segment)) entries.set(segment, { ...folder(null), entries: new Map() });
      node = entries.get(segment);
      if (node.mode !== MODE_TREE) return false;
      touched.push(node);
    }
    const entries = await this.#open(node);
    if (entries.get(name)?.mode === MODE_TREE) return false;
    entries.set(name, { mode: MODE_FILE, oid });
    for (const one of touched) one.oid = null;
    return true;
  }

  /**
   * Removes a file or a folder, and the folders that became empty by it, since git has none.
   * @param {string} path must exist
   */
  async remove(path) {
    const segments = path.split("/");
    const trail = [this.#root];
    for (const segment of segments.slice(0, -1)) trail.push((await this.#open(trail.at(-1))).get(segment));
    for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
      trail[depth].oid = null;
      const entries = await this.#open(trail[depth]);
      const child = trail[depth + 1];
      if (depth === segments.length - 1 || child.entries.size === 0) entries.delete(segments[depth]);
    }
  }

  /**
   * @param {import("./objects.js").NewObjects} objects receives the trees that are new
   * @returns {string} id of the root
   */
  write(objects, node = this.#root) {
    if (node.oid !== null) return node.oid;
    const entries = [];
    for (const [name, child] of node.entries) {
      entries.push({ name, mode: child.mode, oid: child.mode === MODE_TREE ? this.write(objects, child) : child.oid });
    }
    const body = encodeTree(entries);
    node.oid = addObject(objects, "tree", body);
    return node.oid;
  }

  async #open(node) {
    if (node.entries === null) {
      node.entries = new Map();
      for (const { name, mode, oid } of await this.#repository.tree(node.oid)) {
        node.entries.set(name, mode === MODE_TREE ? folder(oid) : { mode, oid });
      }
    }
    return node.entries;
  }
}

function folder(oid) {
  return { mode: MODE_TREE, oid, entries: null };
}
