/** What a repo is: one of them, all of them, and their history. */
import { openRepo } from "../access.js";
import { MODE_TREE } from "../git/objects.js";
import { json } from "../http/replies.js";
import { openRevision } from "./revisions.js";
import { pageLink } from "./paging.js";
import { walk } from "./tree.js";

/** `GET R` and `GET R/revision/{rev}` */
export async function repoInfo(ctx) {
  const repo = openRepo(ctx);
  return json(await describe(ctx, repo, ctx.params.rev ?? "main"));
}

/** `GET /api/datasets` */
export async function listRepos(ctx) {
  const account = ctx.account();
  const { query } = ctx;
  const author = query.get("author")?.toLowerCase();
  const search = query.get("search")?.toLowerCase();
  const limit = Math.max(1, Math.min(Number(query.get("limit")) || 100, 1000));
  const visible = ctx.hub.repos
    .all()
    .filter(
      (repo) =>
        account.mayRead(repo) &&
        (!author || repo.ns.toLowerCase() === author) &&
        (!search || repo.id.toLowerCase().includes(search)),
    );
  const infos = [];
  // One after the other, as each may start a git.
  for (const repo of visible) infos.push(await describe(ctx, repo, "main"));
  const sort = query.get("sort") ?? "lastModified";
  infos.sort((a, b) =>
    a.sortBy[sort] < b.sortBy[sort] ? -1 : a.sortBy[sort] > b.sortBy[sort] ? 1 : a.id < b.id ? -1 : 1,
  );
  if (query.get("direction") !== "1") infos.reverse();
  const start = Number(query.get("cursor")) || 0;
  const headers = start + limit < infos.length ? pageLink(ctx, { cursor: start + limit, limit }) : {};
  return json(infos.slice(start, start + limit), { headers });
}

/** `GET R/commits/{rev}` */
export async function listCommits(ctx) {
  const repo = openRepo(ctx);
  const { oid } = await openRevision(repo, ctx.params.rev);
  const limit = Math.max(1, Math.min(Number(ctx.query.get("limit")) || 50, 1000));
  const page = Math.max(0, Math.floor(Number(ctx.query.get("p")) || 0));
  const { ids, total } = await repo.git.history(oid, page * limit, limit);
  const commits = await Promise.all(
    ids.map(async (id) => {
      const { title, message, author, date } = await repo.git.commit(id);
      return {
        id,
        title,
        message,
        authors: [{ user: author, avatar: "/avatars/local.svg" }],
        date: date.toISOString(),
      };
    }),
  );
  const headers = { "X-Total-Count": String(total) };
  if ((page + 1) * limit < total) Object.assign(headers, pageLink(ctx, { p: page + 1, limit }));
  return json(commits, { headers });
}

async function describe(ctx, repo, rev) {
  const { oid, tree } = await openRevision(repo, rev);
  const { date } = await repo.git.commit(oid);
  const { query } = ctx;
  const expand = [...query.getAll("expand"), ...query.getAll("expand[]")];
  const wanted = (field) => expand.length === 0 || expand.includes(field);
  const info = {
    author: repo.ns,
    sha: oid,
    private: repo.private,
    gated: false,
    disabled: false,
    lastModified: date.toISOString(),
    createdAt: repo.facts.createdAt,
    likes: 0,
    downloads: 0,
    tags: [],
  };
  const sortBy = { ...info, id: repo.id };
  for (const field of Object.keys(info)) if (!wanted(field)) delete info[field];
  // A listing of many repos names no files unless asked to, as reading every tree would be slow.
  if (expand.includes("siblings") || (expand.length === 0 && ctx.params.name)) {
    info.siblings = await siblings(repo, tree, query.get("blobs") === "true");
  }
  if (expand.includes("usedStorage")) info.usedStorage = await repo.lfs.total();
  const answer = { _id: repo.facts.id, id: repo.id, ...info };
  return Object.defineProperty(answer, "sortBy", { value: sortBy, enumerable: false });
}

async function siblings(repo, tree, blobs) {
  const files = [];
  for await (const { path, entry } of walk(repo.git, tree, "", true, null)) {
    if (entry.mode !== MODE_TREE) files.push({ path, entry });
  }
  if (!blobs) return files.map(({ path }) => ({ rfilename: path }));
  const facts = await repo.git.facts(files.map(({ entry }) => entry.oid));
  return files.map(({ path, entry }, index) => {
    const { size, lfs } = facts[index];
    return {
      rfilename: path,
      size,
      blobId: entry.oid,
      ...(lfs ? { lfs: { sha256: lfs.oid, size, pointerSize: lfs.pointerSize } } : {}),
    };
  });
}
