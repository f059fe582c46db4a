// The parts of the status that the browser knows and the engine does not.

/** @typedef {Pick<import("./types.js").StoreStatus, "persisted" | "usage" | "partitioned">} BrowserStatus */

/** How old the browser's figures may be in a "status" event, ms; status() always asks anew. */
const FRESH_MS = 10_000;

/** One is the other or lies below it: then both are of one site. @param {string} a @param {string} b */
function isSameSite(a, b) {
  const [x, y] = [new URL(a), new URL(b)];
  if (x.protocol !== y.protocol) return false;
  return x.hostname === y.hostname || x.hostname.endsWith(`.${y.hostname}`) || y.hostname.endsWith(`.${x.hostname}`);
}

/**
 * Whether the page runs in a frame of another site, so that its storage is a partition of its own. Which sites are the
 * same is only known for a host and its subdomains; siblings count as different, which on huggingface.co they are.
 * @param {any} [scope] the window
 * @returns {boolean}
 */
export function isPartitioned(scope = globalThis) {
  if (!scope.window || scope.window === scope.top) return false;
  const ancestors = scope.location?.ancestorOrigins;
  if (ancestors) {
    // A sandboxed ancestor's origin is the text "null": no address, and not our site.
    return [...ancestors].some((origin) => origin === "null" || !isSameSite(scope.location.origin, origin));
  }
  try {
    return !scope.top.location.href;
  } catch {
    return true;
  }
}

/** @param {() => Promise<any> | undefined} ask @param {any} otherwise where the browser does not say */
async function orElse(ask, otherwise) {
  try {
    return (await ask()) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** What the browser says of this origin's storage; zeros and false where it says nothing. */
async function askBrowser() {
  const storage = globalThis.navigator?.storage;
  const [persisted, estimate] = await Promise.all([
    orElse(() => storage?.persisted?.(), false),
    orElse(() => storage?.estimate?.(), {}),
  ]);
  return {
    persisted,
    usage: { usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota ?? 0 },
    partitioned: isPartitioned(),
  };
}

/** @returns {Promise<boolean>} whether the browser promised not to evict this origin */
export const persist = () => orElse(() => globalThis.navigator?.storage?.persist?.(), false);

/** Completes the engine's statuses, in the order in which they came. */
export class StatusReader {
  /** @type {Promise<BrowserStatus>} */
  #browser = askBrowser();
  #askedAt = performance.now();

  /** @param {any} engine the `status` of c_api.h @returns {Promise<import("./types.js").StoreStatus>} */
  async complete(engine) {
    const { network, cache, compression, ...status } = engine;
    return { ...status, ...(await this.#browser) };
  }

  /** As `complete`, but with the browser's figures of now. @param {any} engine */
  completeAnew(engine) {
    this.#refresh();
    return this.complete(engine);
  }

  /** For an event: with figures of late, so that events do not wait for the browser each time. @param {any} engine */
  completeSoon(engine) {
    const before = this.complete(engine);
    if (performance.now() - this.#askedAt > FRESH_MS) this.#refresh();
    return before;
  }

  #refresh() {
    this.#askedAt = performance.now();
    this.#browser = askBrowser();
  }
}
