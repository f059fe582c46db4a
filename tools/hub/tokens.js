/**
 * Who may do what. A token belongs to a user and has a role; what it may see and change follows from the owner of the
 * repo and, for fine-grained tokens, from a list of scopes.
 */
import { createHash } from "node:crypto";
import { HubError } from "./http/replies.js";

/** What the tools and tests sign in with: a Hub that was started without tokens takes any of this form. */
export const LOCAL_TOKEN = "hf_local";

const ROLES = ["read", "write", "fineGrained"];

/** An id of 24 hex digits that is the same at every start. */
export const stableId = (name) => createHash("sha256").update(name).digest("hex").slice(0, 24);

/**
 * @typedef {object} TokenSpec
 * @property {string} token
 * @property {"read"|"write"|"fineGrained"} [role]
 * @property {string} [user]
 * @property {Record<string, "read"|"write">} [scopes] by `ns/name` or `ns`; only for fine-grained tokens
 */

/**
 * Reads `hf_x`, `hf_x:read:alice` or `hf_x:fineGrained:alice:alice/notes=write,team/data=read`.
 * @param {string} text
 * @returns {TokenSpec}
 */
export function parseTokenSpec(text) {
  const [token, role = "write", user, scopes = ""] = text.split(":");
  if (!token.startsWith("hf_")) throw new Error("a token must start with hf_");
  if (!ROLES.includes(role)) throw new Error(`unknown token role "${role}"; use ${ROLES.join(", ")}`);
  const pairs = scopes
    .split(",")
    .filter(Boolean)
    .map((one) => {
      const [entity, right = "read"] = one.split("=");
      return [entity.toLowerCase(), right];
    });
  return { token, role, user, scopes: Object.fromEntries(pairs) };
}

/** What one caller may do. */
export class Account {
  /**
   * @param {{user: string|null, role?: string, orgs?: string[], scopes?: object, everywhere?: boolean}} facts
   *   `everywhere`: the Hub was started without tokens, so every namespace belongs to everybody
   */
  constructor({ user, role = "read", orgs = [], scopes = {}, everywhere = false }) {
    Object.assign(this, { user, role, orgs, scopes: new Map(Object.entries(scopes)), everywhere });
  }

  get anonymous() {
    return this.user === null;
  }

  /** Is the namespace the user's own, or that of an org they belong to? */
  owns(namespace) {
    if (this.anonymous) return false;
    const name = namespace.toLowerCase();
    return this.everywhere || [this.user, ...this.orgs].some((one) => one.toLowerCase() === name);
  }

  /** @param {{ns: string, name: string, private: boolean}} repo */
  mayRead(repo) {
    if (!repo.private) return true;
    return this.owns(repo.ns) && (this.role !== "fineGrained" || this.#scope(repo) !== undefined);
  }

  /** @param {{ns: string, name: string}} repo */
  mayWrite(repo) {
    return (
      this.owns(repo.ns) && (this.role === "write" || (this.role === "fineGrained" && this.#scope(repo) === "write"))
    );
  }

  /** May this token create or delete repos in the namespace? */
  mayManage(namespace) {
    if (!this.owns(namespace)) return false;
    return (
      this.role === "write" || (this.role === "fineGrained" && this.scopes.get(namespace.toLowerCase()) === "write")
    );
  }

  #scope(repo) {
    const ns = repo.ns.toLowerCase();
    return this.scopes.get(`${ns}/${repo.name.toLowerCase()}`) ?? this.scopes.get(ns);
  }
}

/** The tokens that the Hub knows. */
export class Tokens {
  #specs = new Map();

  /**
   * @param {{tokens?: (string|TokenSpec)[], user?: string, orgs?: string[]}} options `orgs` are `name` (every user is a
   *   member) or `name=alice,bob`
   */
  constructor({ tokens = [], user = "user", orgs = [] } = {}) {
    this.user = user;
    this.orgs = orgs.map((one) => {
      const [name, members] = one.split("=");
      return { name, members: members?.split(",") ?? null };
    });
    for (const one of tokens) {
      const spec = typeof one === "string" ? parseTokenSpec(one) : { role: "write", ...one };
      this.#specs.set(spec.token, { ...spec, user: spec.user || user });
    }
  }

  /** True when no token was named: then every token that looks like one is a write token of the default user. */
  get open() {
    return this.#specs.size === 0;
  }

  /**
   * @param {string|null} token
   * @returns {Account}
   */
  account(token) {
    if (token === null) return new Account({ user: null });
    const spec = this.open && token.startsWith("hf_") ? { user: this.user, role: "write" } : this.#specs.get(token);
    if (!spec) throw invalidCredentials();
    return new Account({ ...spec, orgs: this.orgsOf(spec.user), everywhere: this.open });
  }

  /** @param {string} user */
  orgsOf(user) {
    return this.orgs.filter(({ members }) => members === null || members.includes(user)).map(({ name }) => name);
  }
}

/** The one 401 that means "your token is bad", not "there is no such repo". */
export function invalidCredentials() {
  return new HubError(401, "Invalid credentials in Authorization header");
}

/**
 * The token of a request.
 * @param {string|undefined} header `Authorization`
 * @param {boolean} basic whether `user:token` is understood, as git and git-lfs send it
 * @returns {string|null} `null` when the caller is anonymous
 */
export function tokenOf(header, basic) {
  if (!header) return null;
  const [scheme, value = ""] = header.trim().split(/\s+/);
  if (/^bearer$/i.test(scheme)) return value;
  if (basic && /^basic$/i.test(scheme)) {
    const pair = Buffer.from(value, "base64").toString("utf8");
    const password = pair.slice(pair.indexOf(":") + 1);
    return password || pair.split(":")[0] || null;
  }
  throw invalidCredentials();
}
