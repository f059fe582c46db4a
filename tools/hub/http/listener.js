/**
 * What happens to a request from its arrival to its last byte: faults, routing, headers that every answer has, the log.
 */
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { tokenOf } from "../tokens.js";
import { cdnCors, hubCors, hubPreflight } from "./cors.js";
import { tooManyRequests } from "./rate-limits.js";
import { HubError, bucketErrorReply, errorReply, repoNotFound } from "./replies.js";
import { send } from "./send.js";

const CONTROL = "/__hub/";

/** One request, as handlers see it. */
export class Context {
  /**
   * @param {import("node:http").IncomingMessage} req
   * @param {object} hub
   * @param {"hub"|"cdn"} origin
   */
  constructor(req, hub, origin) {
    this.req = req;
    this.hub = hub;
    this.origin = origin;
    this.method = req.method;
    // The Hub names itself by the loopback name that it was called by, so that its links stay on the caller's origin.
    const host = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(req.headers.host ?? "") ? req.headers.host : null;
    this.base = host && origin === "hub" ? `http://${host}` : hub.url;
    this.url = parseUrl(req.url, this.base);
    this.query = this.url.searchParams;
    this.params = {};
    this.traits = {};
    /** @type {import("../store/repos.js").Repo|null} the repo that the handler has opened */
    this.repo = null;
  }

  /** @returns {import("../tokens.js").Account} the caller; throws the 401 of a bad token */
  account() {
    return this.hub.tokens.account(tokenOf(this.req.headers.authorization, Boolean(this.traits.git)));
  }
}

/**
 * @param {object} hub
 * @param {"hub"|"cdn"} origin
 * @param {import("./router.js").Router} router
 */
export function createListener(hub, origin, router) {
  return async (req, res) => {
    const started = performance.now();
    const ctx = new Context(req, hub, origin);
    const control = origin === "hub" && ctx.url.pathname.startsWith(CONTROL);
    const strike = control ? null : hub.faults.strike({ method: req.method, target: req.url, origin });
    let reply = await strike?.act("before");
    // A delayed request may wake up after the Hub was closed; it must not start anything then.
    if (hub.closed) return;
    reply ??= await dispatch(ctx, router);
    reply = (await strike?.act("after", reply)) ?? reply;
    const requestId = randomUUID();
    if (!reply.drop) reply = withCommonHeaders(ctx, reply, requestId);
    const elapsed = () => Math.round((performance.now() - started) * 1000) / 1000;
    const entry = {
      origin,
      method: req.method,
      path: loggedPath(ctx),
      status: reply.drop ? 0 : reply.status,
      startedMs: started,
      serverMs: elapsed(),
      auth: req.headers.authorization?.split(" ")[0].toLowerCase() ?? null,
      requestId,
      ...(strike ? { fault: strike.id } : {}),
    };
    // Whoever has the answer finds the request in the log, so it is there before the first byte goes out.
    if (!control) hub.log.add(entry);
    const { socket } = res; // None where the caller has gone already.
    const before = socket?.bytesWritten ?? 0;
    await send(res, reply, req.method);
    entry.sentMs = elapsed();
    entry.sentBytes = (socket?.bytesWritten ?? before) - before; // With the headers.
  };
}

/** A signed address is as good as a token for a while, so no signature is kept. */
function loggedPath({ origin, url, req }) {
  if (origin === "cdn") return url.pathname;
  return req.url.replace(/([?&](?:Signature|signature)=)[^&]*/g, "$1-");
}

async function dispatch(ctx, router) {
  const refuse = ctx.origin === "cdn" ? bucketErrorReply : errorReply;
  try {
    if (ctx.method === "OPTIONS" && ctx.origin === "hub") {
      if (!router.knows(ctx.url.pathname)) throw notFound();
      return hubPreflight();
    }
    const found = router.match(ctx.method, ctx.url.pathname);
    if (!found) throw notFound();
    ctx.params = found.params;
    ctx.traits = found.traits;
    if (ctx.origin === "hub") {
      const { exceeded, headers } = ctx.hub.rateLimits.count(found.traits.bucket ?? "pages", callerName(ctx));
      ctx.rateHeaders = headers;
      if (exceeded) throw tooManyRequests();
    }
    return await found.handler(ctx);
  } catch (error) {
    if (error instanceof HubError) return refuse(error);
    // What git says of a folder that was removed in the midst of the request is worth nothing.
    if (ctx.repo && !ctx.hub.repos.holds(ctx.repo)) return refuse(repoNotFound(false));
    // A caller who went away in the middle of an upload is not a failure of the Hub.
    if (!ctx.req.destroyed && error.code !== "ECONNRESET")
      process.stderr.write(`${ctx.method} ${ctx.url.pathname}: ${error.stack}\n`);
    return refuse(new HubError(500, "Internal Error - We're working hard to fix this as soon as possible!"));
  }
}

function callerName(ctx) {
  try {
    return ctx.account().user;
  } catch {
    return null;
  }
}

function withCommonHeaders(ctx, reply, requestId) {
  const headers = { "X-Request-Id": requestId };
  if (ctx.origin === "hub") {
    Object.assign(headers, ctx.rateHeaders ?? ctx.hub.rateLimits.count("pages", null).headers);
    if (!reply.noCors) Object.assign(headers, hubCors(ctx.req.headers.origin, ctx.base));
  } else if (!reply.noCors) {
    Object.assign(headers, cdnCors());
  }
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

const notFound = () => new HubError(404, "Sorry, we can't find the page you are looking for.");

function parseUrl(target, base) {
  try {
    return new URL(target, base);
  } catch {
    return new URL("/", base);
  }
}
