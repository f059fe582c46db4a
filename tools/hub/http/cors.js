/**
 * The cross-origin rules of the two origins. The lists are exact on purpose: code that reads `RateLimit`, `Retry-After`
 * or `Location` must fail here in a browser as it would against the real Hub.
 */

export const HUB_EXPOSED = [
  "X-Repo-Commit",
  "X-Request-Id",
  "X-Error-Code",
  "X-Error-Message",
  "X-Total-Count",
  "ETag",
  "Link",
  "Accept-Ranges",
  "Content-Range",
  "X-Linked-Size",
  "X-Linked-ETag",
  "X-Xet-Hash",
].join(", ");

export const CDN_EXPOSED = "Accept-Ranges, Content-Range, Content-Type, Content-Disposition, ETag, X-Cache";

const CDN_ALLOWED = "Content-Range, Content-Type, Content-Disposition, ETag";

/**
 * Headers of every answer of the first origin, errors and redirects included.
 * @param {string|undefined} origin the caller's `Origin`
 * @param {string} own the Hub's own origin, which is named when the caller sent none
 */
export function hubCors(origin, own) {
  return {
    "Access-Control-Allow-Origin": origin ?? own,
    "Access-Control-Expose-Headers": HUB_EXPOSED,
    Vary: "Origin",
  };
}

/** @returns {import("./replies.js").Reply} the answer to a preflight on the first origin */
export function hubPreflight() {
  return {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": "GET,HEAD,POST,PUT,DELETE",
      "Access-Control-Allow-Headers": "authorization, content-type, accept, range, x-request-id",
      "Access-Control-Max-Age": "86400",
    },
  };
}

/** Headers of every answer of the second origin, apart from refused preflights. */
export function cdnCors() {
  return {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": CDN_ALLOWED,
    "Access-Control-Expose-Headers": CDN_EXPOSED,
  };
}

/** The upload target is a bucket of another service, which does answer preflights (a PUT is never a simple request). */
export function uploadPreflight() {
  return {
    status: 200,
    headers: {
      "Access-Control-Allow-Methods": "GET, PUT, HEAD",
      "Access-Control-Allow-Headers": "content-type, x-request-id",
      "Access-Control-Max-Age": "3000",
    },
  };
}
