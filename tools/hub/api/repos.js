/** Making, deleting and changing repos. */
import { missingRight, openRepo } from "../access.js";
import { commitTo } from "../commits/commit.js";
import { checkPath } from "../commits/paths.js";
import { readJson } from "../http/body.js";
import { HubError, json, repoNotFound } from "../http/replies.js";
import { isName } from "../store/repos.js";

/** `POST /api/repos/create` */
export async function createRepo(ctx) {
  const account = ctx.account();
  const body = await readJson(ctx.req);
  if (body.type !== "dataset") throw new HubError(400, "Only datasets can be made here");
  if (body.private !== undefined && body.visibility !== undefined) {
    throw new HubError(400, "Give either private or visibility, not both");
  }
  if (body.visibility !== undefined && !["private", "public"].includes(body.visibility)) {
    throw new HubError(400, `A dataset cannot be ${body.visibility}`);
  }
  const { ns, name } = namesOf(body, account);
  if (!isName(name) || !isName(ns) || `${ns}/${name}`.length > 96)
    throw new HubError(400, `Invalid repo name: ${ns}/${name}`);
  if (!account.mayManage(ns)) {
    if (account.anonymous || account.owns(ns)) throw missingRight(ctx, account);
    throw new HubError(403, `You don't have the rights to create a dataset under the namespace "${ns}"`);
  }
  const files = (body.files ?? []).map(({ path, content, encoding }) => ({
    kind: "file",
    path: checkPath(path),
    body: Buffer.from(content ?? "", encoding === "base64" ? "base64" : "utf8"),
  }));
  const hidden = body.private === true || body.visibility === "private";
  const repo = await ctx.hub.repos.create({ ns, name, private: hidden, author: account.user });
  const url = `${ctx.base}/datasets/${ns}/${name}`;
  if (!repo && ctx.hub.repos.isChanging(ns, name)) {
    throw new HubError(409, "Cannot create repo: another conflicting operation is in progress");
  }
  if (!repo) throw new HubError(409, "You already created this dataset repo", { extra: { url } });
  if (files.length > 0) {
    const header = { summary: "initial files", description: "" };
    await commitTo(ctx.hub, repo, { branch: "main", header, operations: files, author: account.user });
  }
  return json({ url, name: ns === account.user ? name : `${ns}/${name}`, id: repo.facts.id });
}

/** `DELETE /api/repos/delete` */
export async function deleteRepo(ctx) {
  const account = ctx.account();
  const { ns, name } = namesOf(await readJson(ctx.req), account);
  const repo = ctx.hub.repos.find(ns, name);
  if (!repo || !account.mayRead(repo)) throw repoNotFound(account.anonymous);
  if (!account.mayManage(ns)) throw missingRight(ctx, account);
  await repo.git.serialise(() => ctx.hub.repos.remove(repo));
  return json({});
}

/** `PUT R/settings`; of its many settings only the visibility means anything here. */
export async function changeSettings(ctx) {
  const repo = openRepo(ctx, "write");
  const body = await readJson(ctx.req);
  if (body.private !== undefined) repo.setPrivate(Boolean(body.private));
  else if (body.visibility !== undefined) repo.setPrivate(body.visibility === "private");
  return json({ ...body, private: repo.private });
}

/** The name comes without its owner; older clients send both in one. */
function namesOf({ name, organization }, account) {
  if (typeof name !== "string") throw new HubError(400, "A repo needs a name");
  const [first, second] = name.split("/");
  return second === undefined ? { ns: organization ?? account.user ?? "", name } : { ns: first, name: second };
}
