/** Reads a commit request, NDJSON or the legacy single object, into one header and a list of operations. */
import { HubError } from "../http/replies.js";
import { parseJson, readAll, readLines } from "../http/body.js";
import { isOid } from "../lfs/store.js";
import { checkPath } from "./paths.js";

const MAX_OPERATIONS = 200_000;
const MAX_LFS_FILES = 25_000;
const MAX_REGULAR_BYTES = 1_000_000_000;

/**
 * @typedef {{kind: "file", path: string, body: Buffer|null, oldPath?: string}
 *   | {kind: "lfsFile", path: string, oid?: string, size?: number, oldPath?: string}
 *   | {kind: "delete", path: string, what: "entry"|"file"|"folder"}} Operation
 */

/**
 * @returns {Promise<{header: {summary: string, description: string, parentCommit?: string}, operations: Operation[]}>}
 */
export async function parseCommitRequest(req) {
  const type = (req.headers["content-type"] ?? "").split(";")[0].trim();
  const collected = new Collector();
  if (type === "application/json") {
    for (const line of legacyLines(parseJson(await readAll(req)))) collected.add(line);
  } else {
    for await (const line of readLines(req)) {
      if (line.length > 0 && line.toString("latin1").trim() !== "") collected.add(parseJson(line));
    }
  }
  return collected.finish();
}

function* legacyLines({ files = [], lfsFiles = [], deletedEntries = [], ...header }) {
  yield { key: "header", value: header };
  for (const value of files) yield { key: "file", value };
  for (const value of lfsFiles) yield { key: "lfsFile", value };
  for (const value of deletedEntries) yield { key: "deletedEntry", value };
}

class Collector {
  header = null;
  operations = [];
  #lfsFiles = 0;
  #bytes = 0;

  add(line) {
    const { key, value } = line ?? {};
    if (typeof value !== "object" || value === null) throw new HubError(400, "Every line needs a key and a value");
    if (this.header === null) {
      if (key !== "header") throw new HubError(400, 'The first line must have the key "header"');
      this.header = parseHeader(value);
      return;
    }
    const parse = Object.hasOwn(PARSERS, key) ? PARSERS[key] : undefined;
    if (!parse) throw new HubError(400, `Unknown key in commit: ${JSON.stringify(key)?.slice(0, 100)}`);
    const operation = parse(value);
    this.operations.push(operation);
    this.#bytes += operation.body?.length ?? 0;
    if (operation.kind === "lfsFile") this.#lfsFiles += 1;
    if (this.#bytes > MAX_REGULAR_BYTES) throw new HubError(413, "Too many bytes of regular files in one commit");
    if (this.operations.length > MAX_OPERATIONS) throw new HubError(413, "Too many operations in one commit");
    if (this.#lfsFiles > MAX_LFS_FILES) throw new HubError(413, "Too many LFS files in one commit");
  }

  finish() {
    if (this.header === null) throw new HubError(400, 'A commit needs a line with the key "header"');
    if (this.operations.length === 0) {
      throw new HubError(400, "Add a line with the key `lfsFile`, `file` or `deletedFile`");
    }
    return { header: this.header, operations: this.operations };
  }
}

function parseHeader({ summary, description = "", parentCommit }) {
  if (typeof summary !== "string" || summary === "") throw new HubError(400, "A commit needs a summary");
  if (typeof description !== "string") throw new HubError(400, "The description must be a string");
  if (parentCommit !== undefined && parentCommit !== null && !/^[0-9a-f]{5,40}$/.test(parentCommit)) {
    throw new HubError(400, "parentCommit must be a commit id");
  }
  return { summary, description, parentCommit: parentCommit ?? undefined };
}

const PARSERS = {
  header() {
    throw new HubError(400, "A commit has one header");
  },
  file({ path, content, encoding = "utf-8", oldPath }) {
    checkPath(path);
    if (oldPath !== undefined) checkPath(oldPath);
    if (content === undefined && oldPath === undefined) throw new HubError(400, `No content for ${path}`);
    if (content !== undefined && typeof content !== "string")
      throw new HubError(400, `The content of ${path} must be a string`);
    if (encoding !== "utf-8" && encoding !== "base64") throw new HubError(400, `Unknown encoding ${encoding}`);
    const body = content === undefined ? null : Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
    return { kind: "file", path, body, oldPath };
  },
  lfsFile({ path, algo = "sha256", oid, size, oldPath }) {
    checkPath(path);
    if (oldPath !== undefined) checkPath(oldPath);
    if (algo !== "sha256") throw new HubError(400, `Unknown hash algorithm ${algo}`);
    if (oid === undefined ? oldPath === undefined : !isOid(oid)) throw new HubError(400, `No valid oid for ${path}`);
    if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0))
      throw new HubError(400, `No valid size for ${path}`);
    return { kind: "lfsFile", path, oid, size, oldPath };
  },
  deletedEntry: (value) => deletion(value, "entry"),
  deletedFile: (value) => deletion(value, "file"),
  deletedFolder: (value) => deletion(value, "folder"),
};

function deletion({ path }, what) {
  const trimmed = typeof path === "string" && what !== "file" ? path.replace(/\/$/, "") : path;
  return { kind: "delete", path: checkPath(trimmed), what };
}
