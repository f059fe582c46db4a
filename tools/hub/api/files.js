/**
 * Reading files. A regular file is answered by a redirect on this origin and then by `resolve-cache`; an LFS file by a
 * redirect to a signed address on the second origin.
 */
import { openRepo } from "../access.js";
import { MODE_TREE } from "../git/objects.js";
import { entryNotFound, redirect } from "../http/replies.js";
import { noneMatches, rangedReply } from "../http/ranges.js";
import { downloadUrl } from "../lfs/urls.js";
import { openRevision } from "./revisions.js";

const SANDBOX = { "Content-Security-Policy": "default-src 'none'; sandbox" };

/** `GET|HEAD /datasets/{ns}/{name}/resolve/{rev}/{path}` */
export async function resolve(ctx) {
  const repo = openRepo(ctx);
  const { path } = ctx.params;
  const { commit, entry, facts } = await openFile(repo, ctx.params.rev, path);
  const { lfs } = facts;
  const etag = `"${lfs?.oid ?? entry.oid}"`;
  const headers = { "X-Repo-Commit": commit, ETag: etag, "Accept-Ranges": "bytes", ...SANDBOX };
  const disposition = dispositionOf(ctx, path);
  if (lfs) Object.assign(headers, { "X-Linked-Etag": etag, "X-Linked-Size": String(lfs.size) });
  if (noneMatches(ctx.req.headers["if-none-match"], etag)) return { status: 304, headers };
  if (lfs) {
    // With a Range on this request the address is good for that range only, which surprises clients that keep it.
    return redirect(302, downloadUrl(ctx.hub, repo, lfs.oid, { disposition, range: ctx.req.headers.range }), headers);
  }
  const query = new URLSearchParams(ctx.query);
  query.set("etag", etag);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return redirect(307, `/api/resolve-cache/datasets/${repo.id}/${commit}/${encoded}?${query}`, headers);
}

/**
 * `GET|HEAD /api/resolve-cache/datasets/{ns}/{name}/{sha}/{path}`; Python reads these headers and not the redirect's.
 */
export async function resolveCache(ctx) {
  const repo = openRepo(ctx);
  const { path } = ctx.params;
  const { commit, entry, facts } = await openFile(repo, ctx.params.rev, path);
  if (facts.lfs) throw entryNotFound(path, commit);
  const etag = `"${entry.oid}"`;
  const disposition = dispositionOf(ctx, path);
  const headers = {
    "X-Repo-Commit": commit,
    ETag: etag,
    "Content-Type": "text/plain; charset=utf-8",
    ...(disposition ? { "Content-Disposition": disposition } : {}),
    ...SANDBOX,
  };
  if (noneMatches(ctx.req.headers["if-none-match"], etag)) return { status: 304, headers };
  const bytes = await repo.git.blob(entry.oid);
  return rangedReply(ctx.req, { size: bytes.length, bytes }, headers);
}

/**
 * `GET|HEAD /datasets/{ns}/{name}/raw/{rev}/{path}`: what git has, which for an LFS file is its pointer. Never a 304.
 */
export async function raw(ctx) {
  const repo = openRepo(ctx);
  const { commit, entry } = await openFile(repo, ctx.params.rev, ctx.params.path);
  const bytes = await repo.git.blob(entry.oid);
  const headers = {
    "X-Repo-Commit": commit,
    ETag: `"${entry.oid}"`,
    "Content-Type": "text/plain; charset=utf-8",
    ...SANDBOX,
  };
  return rangedReply(ctx.req, { size: bytes.length, bytes }, headers);
}

async function openFile(repo, rev, path) {
  const { oid: commit, tree } = await openRevision(repo, rev);
  const entry = await repo.git.entry(tree, path);
  if (path === "" || !entry || entry.mode === MODE_TREE) throw entryNotFound(path, commit);
  const [facts] = await repo.git.facts([entry.oid]);
  return { commit, entry, facts };
}

function dispositionOf(ctx, path) {
  if (ctx.query.has("noContentDisposition")) return undefined;
  const name = path.split("/").at(-1);
  const kind = ctx.query.get("download") === "true" ? "attachment" : "inline";
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, "?");
  return `${kind}; filename*=UTF-8''${encodeURIComponent(name)}; filename="${plain}";`;
}
