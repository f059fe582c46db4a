/** Branches, tags and squashing; and how every other endpoint finds a revision. */
import { openRepo } from "../access.js";
import { addObject, EMPTY_TREE, encodeCommit } from "../git/objects.js";
import { readJson } from "../http/body.js";
import { HubError, json, revisionNotFound } from "../http/replies.js";

/**
 * @param {import("../store/repos.js").Repo} repo
 * @param {string} rev
 * @returns {Promise<{oid: string, tree: string}>}
 */
export async function openRevision(repo, rev) {
  const oid = await repo.git.resolve(rev);
  if (oid === null) throw revisionNotFound(rev);
  return { oid, tree: (await repo.git.commit(oid)).tree };
}

/** `GET R/refs` */
export async function listRefs(ctx) {
  const repo = openRepo(ctx);
  const answer = { branches: [], tags: [], converts: [] };
  if (ctx.query.get("include_prs")) answer.pullRequests = [];
  const lists = { heads: answer.branches, tags: answer.tags, convert: answer.converts, pr: answer.pullRequests };
  for (const { ref, oid } of await repo.git.refs()) {
    const [, kind, name] = /^refs\/([^/]+)\/(.+)$/.exec(ref);
    lists[kind]?.push({ name, ref, targetCommit: oid });
  }
  return json(answer);
}

/** `POST R/branch/{name}` */
export async function createBranch(ctx) {
  const repo = openRepo(ctx, "write");
  const name = checkName(ctx.params.path, "a branch");
  const { startingPoint, emptyBranch, overwrite } = await readJson(ctx.req);
  const ref = `refs/heads/${name}`;
  return repo.git.serialise(async () => {
    const present = await repo.git.resolve(ref);
    if (present !== null && !overwrite) throw new HubError(409, `Reference ${ref} already exists`);
    const target = emptyBranch
      ? await orphan(repo, null, "initial commit", ctx.account().user)
      : (await openRevision(repo, startingPoint ?? "main")).oid;
    await repo.git.moveRef(ref, target, present);
    return json({});
  });
}

/** `DELETE R/branch/{name}` */
export async function deleteBranch(ctx) {
  const repo = openRepo(ctx, "write");
  const name = checkName(ctx.params.path, "a branch");
  if (name === "main") throw new HubError(403, "Cannot delete refs/heads/main");
  return deleteRef(repo, `refs/heads/${name}`, name);
}

/** `POST R/tag/{rev}` */
export async function createTag(ctx) {
  const repo = openRepo(ctx, "write");
  const name = checkName((await readJson(ctx.req)).tag, "a tag");
  const { oid } = await openRevision(repo, ctx.params.rev);
  return repo.git.serialise(async () => {
    if ((await repo.git.resolve(`refs/tags/${name}`)) !== null) throw new HubError(409, `Tag ${name} already exists`);
    await repo.git.moveRef(`refs/tags/${name}`, oid, null);
    return json({});
  });
}

/** `DELETE R/tag/{tag}` */
export function deleteTag(ctx) {
  const repo = openRepo(ctx, "write");
  const name = checkName(ctx.params.path, "a tag");
  return deleteRef(repo, `refs/tags/${name}`, name);
}

/** `POST R/super-squash/{branch}`: one commit with the same tree and no past. */
export async function superSquash(ctx) {
  const repo = openRepo(ctx, "write");
  const branch = checkName(ctx.params.path, "a branch");
  const { message = "Super-squash branch using the API" } = await readJson(ctx.req);
  if (typeof message !== "string" || message === "" || message.length > 500) throw new HubError(400, "Invalid message");
  return repo.git.serialise(async () => {
    const head = await repo.git.resolve(`refs/heads/${branch}`);
    if (head === null) throw revisionNotFound(branch);
    const { tree } = await repo.git.commit(head);
    const commitId = await orphan(repo, tree, message, ctx.account().user);
    await repo.git.moveRef(`refs/heads/${branch}`, commitId, head);
    return json({ commitId });
  });
}

function deleteRef(repo, ref, name) {
  return repo.git.serialise(async () => {
    const present = await repo.git.resolve(ref);
    if (present === null) throw revisionNotFound(name);
    await repo.git.moveRef(ref, null, present);
    return json({});
  });
}

async function orphan(repo, tree, message, author) {
  const objects = new Map();
  if (tree === null) addObject(objects, "tree", Buffer.alloc(0));
  const seconds = Math.floor(Date.now() / 1000);
  const commit = encodeCommit({ tree: tree ?? EMPTY_TREE, parents: [], author, message, seconds });
  const oid = addObject(objects, "commit", commit);
  await repo.git.write(objects);
  return oid;
}

/** Names become files below `refs/`, so they are held to a narrower form than git's own. */
function checkName(name, what) {
  const good =
    typeof name === "string" &&
    /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(name) &&
    name.length <= 200 &&
    !name.includes("..") &&
    !name.startsWith("refs/") &&
    !/\.(lock)?(\/|$)/.test(name);
  if (!good) throw new HubError(400, `Invalid reference for ${what}: ${String(name).slice(0, 100)}`);
  return name;
}
