/**
 * Applies the operations of a commit, in their order, to a tree. Nothing is stored here: the caller writes the objects.
 */
import { HubError, entryNotFound } from "../http/replies.js";
import { MODE_TREE, addObject, encodePointer } from "../git/objects.js";
import { lfsRule, trackingLine } from "../git/patterns.js";
import { TreeEditor } from "../git/tree-editor.js";
import { REGULAR_MAX, isBinary } from "./content.js";

/**
 * @param {import("../store/repos.js").Repo} repo
 * @param {string|null} baseTree
 * @param {import("./parse.js").Operation[]} operations
 * @param {{baseCommit?: string, attributeLines: "path"|"extension"}} options
 * @returns {Promise<{tree: string, objects: import("../git/objects.js").NewObjects}>}
 */
export async function applyOperations(repo, baseTree, operations, { baseCommit, attributeLines }) {
  checkRegularFiles(operations);
  const change = { repo, editor: new TreeEditor(repo.git, baseTree), objects: new Map(), lfsPaths: [], baseCommit };
  for (const operation of operations) await APPLY[operation.kind](change, operation);
  await trackLfsPaths(change, attributeLines);
  const tree = change.editor.write(change.objects);
  return { tree, objects: change.objects };
}

const APPLY = {
  async file(change, { path, body, oldPath }) {
    let oid;
    if (oldPath !== undefined) oid = (await take(change, oldPath)).oid;
    if (body !== null) oid = addObject(change.objects, "blob", body);
    await put(change, path, oid);
  },

  async lfsFile(change, { path, oid, size, oldPath }) {
    const { repo } = change;
    if (oldPath !== undefined) {
      const [moved] = await repo.git.facts([(await take(change, oldPath)).oid]);
      if (oid === undefined && !moved.lfs) throw new HubError(400, `${oldPath} is not an LFS file`);
      oid ??= moved.lfs.oid;
    }
    const stored = await repo.lfs.size(oid);
    if (stored === null || (size !== undefined && size !== stored)) {
      const why = stored === null ? (repo.lfs.rejection(oid) ?? "nothing") : "another size";
      throw new HubError(400, `LFS object ${oid} for ${path} is not stored: ${why} was uploaded under this id`);
    }
    change.lfsPaths.push(path);
    await put(change, path, addObject(change.objects, "blob", encodePointer(oid, stored)));
  },

  async delete(change, { path, what }) {
    const entry = await change.editor.get(path);
    const isFolder = entry?.mode === MODE_TREE;
    if (!entry || (what === "file" && isFolder) || (what === "folder" && !isFolder)) throw missing(change, path);
    await change.editor.remove(path);
  },
};

async function put(change, path, oid) {
  if (!(await change.editor.put(path, oid))) {
    throw new HubError(400, `${path} cannot be both a file and a folder`);
  }
}

/** Removes the source of a move and returns what it was. */
async function take(change, path) {
  const entry = await change.editor.get(path);
  if (!entry || entry.mode === MODE_TREE) throw missing(change, path);
  await change.editor.remove(path);
  return entry;
}

function missing({ baseCommit }, path) {
  return entryNotFound(path, baseCommit, `A file with this name doesn't exist: ${path}`);
}

function checkRegularFiles(operations) {
  const bodies = operations.filter((one) => one.kind === "file" && one.body !== null);
  const large = bodies.filter(({ body }) => body.length > REGULAR_MAX);
  if (large.length > 0) {
    throw rejected("files larger than 10 MiB", "https://git-lfs.github.com/ to store larger files", large);
  }
  const binary = bodies.filter(({ body }) => isBinary(body));
  if (binary.length > 0) {
    throw rejected("binary files", "https://huggingface.co/docs/hub/xet to store binary files", binary);
  }
}

function rejected(what, use, operations) {
  const list = operations.map(({ path }) => ` - ${path}`).join("");
  const text = `Your push was rejected because it contains ${what}. Please use ${use}. Offending files:${list}`;
  return new HubError(400, text);
}

/** The Hub itself extends `.gitattributes`, so that a clone treats every LFS file as one. */
async function trackLfsPaths(change, style) {
  if (change.lfsPaths.length === 0) return;
  const entry = await change.editor.get(".gitattributes");
  let source = entry ? await contentOf(change, entry.oid) : "";
  const tracked = lfsRule(source);
  const lines = new Set(change.lfsPaths.filter((path) => !tracked(path)).map((path) => trackingLine(path, style)));
  if (lines.size === 0) return;
  if (source !== "" && !source.endsWith("\n")) source += "\n";
  const body = Buffer.from(source + [...lines].join(""));
  await put(change, ".gitattributes", addObject(change.objects, "blob", body));
}

/** The blob may be one that this very commit brings and that is not stored yet. */
async function contentOf({ repo, objects }, oid) {
  return (objects.get(oid)?.body ?? (await repo.git.blob(oid))).toString("utf8");
}
