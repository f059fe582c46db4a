/**
 * The second origin: where LFS bytes are put and fetched. It knows no tokens, only signatures, and speaks like a bucket
 * and its CDN: errors are XML, the ETag is not the SHA-256, preflights of downloads are refused.
 */
import { createHash } from "node:crypto";
import { uploadPreflight } from "../http/cors.js";
import { noneMatches, rangedReply } from "../http/ranges.js";
import { bucketRefusal as refusal } from "../http/replies.js";
import { Router } from "../http/router.js";
import { receivePart } from "./multipart.js";
import { isOid } from "./store.js";

const TYPES = {
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gz: "application/gzip",
};

/** @returns {Router} */
export function cdnRouter() {
  const router = new Router();
  router.add("GET HEAD", "/objects/:ns/:name/:id", download);
  router.add("PUT", "/uploads/:ns/:name/:id", upload);
  router.add("PUT", "/parts/:ns/:name/:id", uploadPart);
  router.add("OPTIONS", "/uploads/:ns/:name/:id", uploadPreflight);
  router.add("OPTIONS", "/parts/:ns/:name/:id", uploadPreflight);
  router.add("OPTIONS", "*path", downloadPreflight);
  return router;
}

async function download(ctx) {
  const bad = checkAddress(ctx);
  if (bad) return bad;
  const bound = ctx.query.get("X-Range");
  if (bound !== null && ctx.req.headers.range !== bound)
    return refusal(403, "AccessDenied", "Auth failed: invalid range");
  const { id: oid } = ctx.params;
  const repo = ctx.hub.repos.find(ctx.params.ns, ctx.params.name);
  const size = repo && isOid(oid) ? await repo.lfs.size(oid) : null;
  if (size === null || size === undefined) return refusal(404, "NoSuchKey", "The specified key does not exist.");
  const disposition = ctx.query.get("response-content-disposition");
  const extension = /\.([a-z0-9]+)";$/i.exec(disposition ?? "")?.[1].toLowerCase();
  // The real CDN's ETag is the Xet hash: 64 hex digits that are not the SHA-256 of the content.
  const etag = `"${createHash("sha256").update(`cdn ${oid}`).digest("hex")}"`;
  const headers = {
    ETag: etag,
    "Content-Type": TYPES[extension] ?? "application/octet-stream",
    "Cache-Control": "public, max-age=31536000",
    "X-Cache": "Miss from local",
    ...(disposition ? { "Content-Disposition": disposition } : {}),
  };
  if (noneMatches(ctx.req.headers["if-none-match"], etag)) return { status: 304, headers };
  return rangedReply(ctx.req, { size, file: repo.lfs.file(oid) }, headers);
}

async function upload(ctx) {
  const bad = checkUpload(ctx);
  if (bad) return bad;
  const { id: oid } = ctx.params;
  const size = Number(ctx.query.get("X-Size"));
  if (size === 0) return refusal(501, "NotImplemented", "Empty objects are not stored here");
  const repo = ctx.hub.repos.find(ctx.params.ns, ctx.params.name);
  if (!repo || !isOid(oid)) return refusal(404, "NoSuchBucket", "The specified bucket does not exist");
  ctx.repo = repo;
  const md5 = await repo.lfs.receive(oid, size, ctx.req, ctx.hub.repos.temporary());
  return { status: 200, headers: { ETag: `"${md5}"` } };
}

async function uploadPart(ctx) {
  const bad = checkUpload(ctx);
  if (bad) return bad;
  return { status: 200, headers: { ETag: `"${await receivePart(ctx)}"` } };
}

/** Refused, as reported of the real CDN; `cdnOptions: "answer"` is for testing the other case. */
function downloadPreflight(ctx) {
  if (ctx.hub.options.cdnOptions !== "answer")
    return { ...refusal(403, "AccessForbidden", "CORSResponse"), noCors: true };
  return {
    status: 200,
    headers: {
      "Access-Control-Allow-Methods": "GET, HEAD",
      "Access-Control-Allow-Headers": "authorization, range, if-none-match",
    },
  };
}

/** A token sent here has left the only origin that may see it; a bucket refuses two kinds of credentials at once. */
function checkUpload(ctx) {
  if (ctx.req.headers.authorization) {
    return refusal(400, "InvalidArgument", "Only one auth mechanism allowed; remove the Authorization header");
  }
  return checkAddress(ctx);
}

function checkAddress(ctx) {
  const wrong = ctx.hub.signer.check(ctx.url);
  if (wrong === "expired") return refusal(403, "AccessDenied", "Request has expired");
  if (wrong) return refusal(403, "SignatureDoesNotMatch", "The request signature does not match");
  return null;
}
