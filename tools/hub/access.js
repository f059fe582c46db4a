/**
 * The 401 / 403 / 404 rules in one place. A repo that the caller may not see answers exactly like one that does not
 * exist: 401 without a token, 404 with one. Only a caller who sees the repo is told that a right is missing (403).
 */
import { HubError, repoNotFound } from "./http/replies.js";

/**
 * The repo that a request names, if the caller may do what they want with it.
 * @param {import("./http/listener.js").Context} ctx
 * @param {"read"|"write"} [right]
 * @returns {import("./store/repos.js").Repo}
 */
export function openRepo(ctx, right = "read") {
  const account = ctx.account();
  const name = ctx.traits.git ? ctx.params.name.replace(/\.git$/, "") : ctx.params.name;
  const repo = ctx.hub.repos.find(ctx.params.ns, name);
  if (!repo || !account.mayRead(repo)) throw repoNotFound(account.anonymous, challenge(ctx));
  if (right === "write" && !account.mayWrite(repo)) throw missingRight(ctx, account);
  ctx.repo = repo;
  return repo;
}

/**
 * @param {import("./http/listener.js").Context} ctx
 * @param {import("./tokens.js").Account} account
 */
export function missingRight(ctx, account) {
  if (account.anonymous) return new HubError(401, "Invalid username or password.", { headers: challenge(ctx) });
  return new HubError(403, "Forbidden: this token does not have the right to do this; a write token is needed");
}

/** git and git-lfs send credentials only after they were asked for them; browsers would open a dialog. */
function challenge(ctx) {
  const value = 'Basic realm="Authentication required", charset="UTF-8"';
  return ctx.traits.git ? { "WWW-Authenticate": value, "LFS-Authenticate": value } : {};
}
