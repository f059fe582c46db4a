/**
 * Keeps the app's own files, so that it starts without a network. It knows them by name and answers for nothing else:
 * requests to the Hub, to config.json and for anything with a token go to the network as if it were not there.
 *
 * The bundler writes the list and its hash. A new version is fetched whole beside the old one and takes over when the
 * person agrees, or when no page of the old one is open.
 */

/** @type {string[]} files that are fetched at once */
const FILES = HUBSTASH_APP_FILES;
/** @type {string[]} files that some PDFs need, kept when one has needed them */
const LATER_FILES = HUBSTASH_APP_LATER_FILES;
const PREFIX = "hubstash-app-";
const CACHE = PREFIX + HUBSTASH_APP_VERSION;

const scope = /** @type {any} */ (globalThis);
const own = new Set(FILES.map((name) => new URL(name, scope.registration.scope).href));
const later = new Set(LATER_FILES.map((name) => new URL(name, scope.registration.scope).href));
const start = new URL("index.html", scope.registration.scope).href;

scope.addEventListener("install", (/** @type {any} */ event) => {
  const fetchAll = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((name) => new Request(name, { cache: "reload" })));
  };
  event.waitUntil(fetchAll());
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  const clean = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(names.map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(clean());
});

scope.addEventListener("message", (/** @type {any} */ { data }) => {
  if (data === "take-over") void scope.skipWaiting();
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  const isStart = request.mode === "navigate" && address.href.split(/[?#]/)[0] === scope.registration.scope;
  const name = isStart ? start : address.origin + address.pathname;
  if (own.has(name) || later.has(name)) event.respondWith(answer(name, request));
});

/** @param {string} name @param {Request} request */
async function answer(name, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(name);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && later.has(name)) await cache.put(name, response.clone());
  return response;
}
