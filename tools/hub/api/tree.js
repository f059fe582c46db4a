/** Listings: `GET R/tree/{rev}[/{path}]` and `POST R/paths-info/{rev}`. */
import { createHash } from "node:crypto";
import { openRepo } from "../access.js";
import { MODE_TREE, sortKey } from "../git/objects.js";
import { parseJson, readAll } from "../http/body.js";
import { HubError, entryNotFound, json } from "../http/replies.js";
import { lastCommits } from "./last-commits.js";
import { pageLink } from "./paging.js";
import { openRevision } from "./revisions.js";

const EXPANDED_PAGE = 100;
const MAX_PATHS = 2000;

export async function listTree(ctx) {
  const repo = openRepo(ctx);
  const { oid, tree } = await openRevision(repo, ctx.params.rev);
  const path = (ctx.params.path ?? "").replace(/\/+$/, "");
  const start = await repo.git.entry(tree, path);
  if (!start || start.mode !== MODE_TREE) throw entryNotFound(path, oid);
  const expand = flag(ctx.query.get("expand"));
  const recursive = flag(ctx.query.get("recursive"));
  const { treePage, shuffleTree } = ctx.hub.options;
  const usual = expand ? Math.min(EXPANDED_PAGE, treePage) : treePage;
  const limit = Math.max(1, Math.min(Number(ctx.query.get("limit")) || usual, treePage));
  const read = shuffleTree ? shuffledPage : orderedPage;
  const { items, next } = await read(repo.git, start.oid, path, recursive, ctx.query.get("cursor"), limit);
  const headers = next === null ? {} : pageLink(ctx, { cursor: next, limit });
  return json(await describeAll(repo, oid, items, expand), { headers });
}

export async function pathsInfo(ctx) {
  const repo = openRepo(ctx);
  const { paths, expand } = await readPaths(ctx.req);
  if (paths.length > MAX_PATHS) throw new HubError(413, "too many parameters");
  const { oid, tree } = await openRevision(repo, ctx.params.rev);
  const found = await Promise.all(
    paths.map(async (path) => {
      const clean = path.replace(/\/+$/, "");
      const entry = clean === "" ? null : await repo.git.entry(tree, clean);
      return entry && { path: clean, entry };
    }),
  );
  return json(await describeAll(repo, oid, found.filter(Boolean), expand));
}

/**
 * Every entry below a folder, in git's order: byte order of paths where a folder's ends in a slash.
 * @param {import("../git/repository.js").Repository} git
 * @param {string} tree
 * @param {string} prefix path of that folder
 * @param {boolean} recursive
 * @param {string|null} after only what comes after this key; folders that end before it are not read
 */
export async function* walk(git, tree, prefix, recursive, after) {
  for (const entry of await git.tree(tree)) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    const key = prefix === "" ? sortKey(entry) : `${prefix}/${sortKey(entry)}`;
    const later = after === null || compare(key, after) > 0;
    if (later) yield { path, key, entry };
    const mayHoldLater = later || after.startsWith(key);
    if (recursive && entry.mode === MODE_TREE && mayHoldLater) yield* walk(git, entry.oid, path, true, after);
  }
}

function compare(a, b) {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function orderedPage(git, tree, prefix, recursive, cursor, limit) {
  const after = cursor === null ? null : Buffer.from(cursor, "base64url").toString("utf8");
  const items = [];
  for await (const item of walk(git, tree, prefix, recursive, after)) {
    if (items.length === limit) return { items, next: Buffer.from(items.at(-1).key).toString("base64url") };
    items.push(item);
  }
  return { items, next: null };
}

/** The Hub promises no order; a client that relies on one fails with this switch on. */
async function shuffledPage(git, tree, prefix, recursive, cursor, limit) {
  const all = [];
  for await (const item of walk(git, tree, prefix, recursive, null)) all.push(item);
  const place = ({ path }) => createHash("sha1").update(path).digest("hex");
  const sorted = all.map((item) => ({ item, at: place(item) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  const start = Number(cursor) || 0;
  const items = sorted.slice(start, start + limit).map(({ item }) => item);
  return { items, next: start + limit < sorted.length ? String(start + limit) : null };
}

async function describeAll(repo, commit, items, expand) {
  const facts = await repo.git.facts(
    items.filter(({ entry }) => entry.mode !== MODE_TREE).map(({ entry }) => entry.oid),
  );
  const changed = expand ? await lastCommits(repo.git, commit, items) : null;
  let at = 0;
  return items.map(({ path, entry }) => {
    const described =
      entry.mode === MODE_TREE
        ? { type: "directory", oid: entry.oid, size: 0, path }
        : { type: "file", oid: entry.oid, ...facts[at++], path };
    if (!expand) return described;
    const securityFileStatus =
      described.type === "file" ? { status: "unscanned", avScan: null, pickleImportScan: null } : undefined;
    return { ...described, lastCommit: changed.get(path), ...(securityFileStatus ? { securityFileStatus } : {}) };
  });
}

async function readPaths(req) {
  const body = await readAll(req);
  if (/^application\/x-www-form-urlencoded/.test(req.headers["content-type"] ?? "")) {
    const form = new URLSearchParams(body.toString("utf8"));
    if ([...form].length > 1000) throw new HubError(413, "too many parameters");
    return { paths: form.getAll("paths"), expand: flag(form.get("expand")) };
  }
  const { paths = [], expand = false } = parseJson(body);
  const list = [paths].flat();
  if (!list.every((path) => typeof path === "string")) throw new HubError(422, "paths must be strings");
  return { paths: list, expand: Boolean(expand) };
}

const flag = (value) => /^(1|true)$/i.test(value ?? "");
