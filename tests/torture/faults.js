// The ways in which the Hub fails in the torture, by name. What it may do here, it does in life: nothing of this may
// lose an acknowledged save, nor make the app see a wrong byte.

const API = { path: "/api/", method: ["GET", "POST"] };
const COMMIT = { path: "/commit/", method: "POST" };
const TREE = { path: "/tree/", method: "GET" };
const DOWNLOAD = { path: "/resolve/", method: "GET" };
const OBJECTS = { origin: "cdn", method: "GET" };
const UPLOAD = { origin: "cdn", method: "PUT" };
const SHORT_WAIT = {
  "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After", "Retry-After": "1",
};

/** @type {Record<string, object>} */
export const FAULTS = {
  "500 api": { match: API, status: 500 },
  "502 page": { match: API, status: 502, html: "<h1>Bad gateway</h1>" },
  "503 api": { match: API, status: 503 },
  "503 download": { match: DOWNLOAD, status: 503 },
  // The Hub does not let pages read how long to wait, so hubstash would wait for five minutes: more than a run has.
  "429 api": { match: API, status: 429, noCors: true, headers: SHORT_WAIT },
  "401 api": { match: API, status: 401 },
  "412 commit": { match: COMMIT, status: 412 },
  "412 commit that landed": { match: COMMIT, status: 412, when: "after" },
  "500 commit that landed": { match: COMMIT, status: 500, when: "after" },
  "504 commit that landed": { match: COMMIT, status: 504, html: "<h1>Time-out</h1>", when: "after" },
  "reply of a commit lost": { match: COMMIT, reset: true, when: "after" },
  "reply of a commit cut": { match: COMMIT, truncateAt: 20, when: "after" },
  "commit reset": { match: COMMIT, reset: true },
  "api reset": { match: API, reset: true },
  "tree cut": { match: TREE, truncateAt: 60 },
  "tree is a page": { match: TREE, status: 200, html: "<h1>Sign in to the hotel's network</h1>" },
  "download reset": { match: DOWNLOAD, reset: true },
  "download cut": { match: DOWNLOAD, truncateAt: 40 },
  "download corrupted": { match: DOWNLOAD, corruptAt: 30 },
  "object cut": { match: OBJECTS, truncateAt: 2_000 },
  "object corrupted": { match: OBJECTS, corruptAt: 5_000 },
  "upload refused": { match: UPLOAD, status: 403, body: "<Error><Code>AccessDenied</Code></Error>" },
  "upload reset": { match: UPLOAD, reset: true },
  "batch 500": { match: { path: "/info/lfs/" }, status: 500 },
  "slow api": { match: API, delayMs: 800 },
  "slow commit": { match: COMMIT, delayMs: 1_500, when: "after" },
};

/**
 * A few rules, each of which strikes now and then and not for ever.
 * @param {(below: number) => number} below random numbers
 */
export function someFaults(below) {
  const names = Object.keys(FAULTS);
  return Array.from({ length: 1 + below(4) }, (_, index) => {
    const name = names[below(names.length)];
    return { ...FAULTS[name], id: `${name}#${index}`, skip: below(4), times: 1 + below(4) };
  });
}
