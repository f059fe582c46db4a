/** What the browser tells of itself and of the machine; what it does not tell is null, and the page says so. */
import { clockStep } from "./environment.js";

/**
 * @typedef {object} EnvironmentFacts
 * @property {string} userAgent
 * @property {number | null} cores
 * @property {number | null} deviceMemoryGB rounded by the browser
 * @property {number | null} jsHeapLimitBytes
 * @property {{ usage: number | null, quota: number | null } | null} storage
 * @property {"first-party" | "framed, same site" | "framed by another site (partitioned)"} partition
 * @property {boolean} crossOriginIsolated
 * @property {number} clockStepMs
 */

/** @returns {Promise<EnvironmentFacts>} */
export async function environmentFacts() {
  // Neither is in every browser, nor in TypeScript's list.
  const { deviceMemory } = /** @type {{ deviceMemory?: number }} */ (navigator);
  const { memory } = /** @type {{ memory?: { jsHeapSizeLimit: number } }} */ (performance);
  return {
    userAgent: navigator.userAgent,
    cores: navigator.hardwareConcurrency ?? null,
    deviceMemoryGB: deviceMemory ?? null,
    jsHeapLimitBytes: memory?.jsHeapSizeLimit ?? null,
    storage: await storageEstimate(),
    partition: partitionOf(window),
    crossOriginIsolated: globalThis.crossOriginIsolated ?? false,
    clockStepMs: clockStep(),
  };
}

async function storageEstimate() {
  try {
    const { usage = null, quota = null } = await navigator.storage.estimate();
    return { usage, quota };
  } catch {
    return null;
  }
}

/**
 * A Space is often shown in a frame of huggingface.co, where browsers give the page a storage of its own.
 * @param {{ self: unknown, top: unknown, location: { origin: string, ancestorOrigins?: ArrayLike<string> } }} page
 * @returns {EnvironmentFacts["partition"]}
 */
export function partitionOf({ self, top, location }) {
  if (self === top) return "first-party";
  const ancestors = location.ancestorOrigins;
  // Firefox does not tell whose frame it is; then the careful answer is given.
  const known = ancestors !== undefined && ancestors.length > 0;
  const same = known && Array.from(ancestors).every((origin) => origin === location.origin);
  return same ? "framed, same site" : "framed by another site (partitioned)";
}

/**
 * For people: a line each.
 * @param {EnvironmentFacts & { versions: Record<string, string> }} facts
 * @param {(bytes: number) => string} formatBytes
 * @returns {[string, string][]}
 */
export function environmentWords(facts, formatBytes) {
  const untold = "not told by this browser";
  const { storage } = facts;
  const quota = storage?.quota ?? null;
  const stored = quota === null ? untold : `${formatBytes(storage?.usage ?? 0)} of ${formatBytes(quota)}`;
  const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ["Browser", facts.userAgent],
    ["Cores", facts.cores === null ? untold : String(facts.cores)],
    ["Memory", facts.deviceMemoryGB === null ? untold : `about ${facts.deviceMemoryGB} GB`],
    ["Heap limit", facts.jsHeapLimitBytes === null ? untold : formatBytes(facts.jsHeapLimitBytes)],
    ["Storage used", stored],
    ["Storage partition", facts.partition],
    ["Versions", versions.length > 0 ? versions.join(", ") : "not known here"],
  ];
}
