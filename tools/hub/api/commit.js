/** `POST R/commit/{rev}`: the one way in which anything changes. */
import { openRepo } from "../access.js";
import { commitTo } from "../commits/commit.js";
import { parseCommitRequest } from "../commits/parse.js";
import { HubError, json } from "../http/replies.js";

export async function commit(ctx) {
  const createPr = ["1", "true"].includes(ctx.query.get("create_pr"));
  // Anybody who may read may propose.
  const repo = openRepo(ctx, createPr ? "read" : "write");
  const account = ctx.account();
  if (account.anonymous) throw new HubError(401, "Invalid username or password.");
  const { header, operations } = await parseCommitRequest(ctx.req);
  const wish = { branch: ctx.params.rev, createPr, header, operations, author: account.user };
  const { oid, pullRequest } = await commitTo(ctx.hub, repo, wish);
  const page = `${ctx.base}/datasets/${repo.id}`;
  return json({
    success: true,
    commitOid: oid,
    commitUrl: `${page}/commit/${oid}`,
    hookOutput: "",
    ...(pullRequest === null ? {} : { pullRequestUrl: `${page}/discussions/${pullRequest}` }),
  });
}
