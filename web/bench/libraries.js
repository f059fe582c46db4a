/**
 * The other libraries, bundled beside the page by whoever serves it (`tools/start/bundle-libraries.js`) and loaded when
 * they are needed. Where there are none, the page measures without them and says so.
 *
 * @typedef {object} Libraries
 * @property {Record<string, string>} versions by package; empty without bundles
 * @property {Set<string>} bundles
 */

const folder = () => new URL("libraries/", document.baseURI);

/** @returns {Promise<Libraries>} */
export async function findLibraries() {
  try {
    const response = await fetch(new URL("index.json", folder()), { cache: "no-store" });
    const { versions, bundles } = response.ok ? await response.json() : { versions: {}, bundles: [] };
    return { versions, bundles: new Set(bundles) };
  } catch {
    return { versions: {}, bundles: new Set() };
  }
}

/** @param {string} name @returns {Promise<any>} */
export function loadLibrary(name) {
  return import(new URL(`${name}.js`, folder()).href);
}
