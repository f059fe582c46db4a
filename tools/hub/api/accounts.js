/** Who am I, and may this token read or write this repo. */
import { openRepo } from "../access.js";
import { HubError, json } from "../http/replies.js";
import { stableId } from "../tokens.js";

const STARTED = new Date().toISOString();

/** `GET /api/whoami-v2` */
export function whoami(ctx) {
  const account = ctx.account();
  if (account.anonymous) throw new HubError(401, "Invalid username or password.");
  const accessToken = { displayName: "local", role: account.role, createdAt: STARTED };
  if (account.role === "fineGrained") {
    accessToken.fineGrained = {
      canReadGatedRepos: false,
      global: [],
      scoped: [...account.scopes].map(([name, right]) => ({
        entity: { _id: stableId(name), name, type: name.includes("/") ? "dataset" : "user" },
        permissions: right === "write" ? ["repo.content.read", "repo.write"] : ["repo.content.read"],
      })),
    };
  }
  return json({
    type: "user",
    id: stableId(account.user),
    name: account.user,
    fullname: account.user,
    email: null,
    emailVerified: true,
    isPro: false,
    canPay: false,
    billingMode: "prepaid",
    periodEnd: null,
    avatarUrl: "/avatars/local.svg",
    orgs: account.orgs.map((name) => ({
      type: "org",
      id: stableId(name),
      name,
      fullname: name,
      email: null,
      canPay: false,
      periodEnd: null,
      avatarUrl: "/avatars/local.svg",
      roleInOrg: "write",
    })),
    auth: { type: "access_token", accessToken },
  });
}

/** `GET R/auth-check` */
export function authCheckRead(ctx) {
  openRepo(ctx, "read");
  return json({ ok: true });
}

/** `GET R/auth-check/write` */
export function authCheckWrite(ctx) {
  openRepo(ctx, "write");
  return json({ ok: true });
}
