// What these tests need beside the API's own support: a browser's real quota, its database seen from outside, and a
// worker in which IndexedDB can be made to fail in the ways that nobody can provoke at will.
import path from "node:path";
import { site as plainSite } from "../api/support.js";
import { repository } from "../harness/emscripten.js";

/** The package with the pages of these tests. */
export const site = () =>
  plainSite({ roots: { "/storage/": path.join(repository, "tests/browser/storage/pages/") } });

/** Address of the package's worker behind pages/faults.js, with its first rule; for `workerUrl`. */
export const faultyWorker = (rule = {}) =>
  `/storage/faulty-worker.js?rule=${encodeURIComponent(JSON.stringify(rule))}`;

/** Grants the origin so many bytes, or what the browser likes (no `bytes`). */
export async function setQuota(page, origin, bytes) {
  const devtools = await page.createCDPSession();
  const quota = bytes === undefined ? {} : { quotaSize: bytes };
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, ...quota });
  // Kept: the quota is the browser's own again when the session ends.
  return devtools;
}

/** Helpers that run in the page; install them with `evaluate(installHelpers)` after each load. */
export function installHelpers() {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  /** The name of this origin's database, or of the one whose name ends so. */
  globalThis.databaseName = async (end = "") =>
    (await indexedDB.databases()).map(({ name }) => name).find((name) => name.endsWith(end)) ?? null;
  globalThis.rawOpen = (name, version) => settled(indexedDB.open(name, version));
  /** Changes the stored bytes of the records whose path contains `part`; `change` is given and returns bytes. */
  globalThis.rawChange = async (part, change, end) => {
    const db = await rawOpen(await databaseName(end));
    const files = db.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
    const paths = (await settled(files.getAllKeys())).filter((key) => key.includes(part));
    for (const key of paths) {
      const record = await settled(files.get(key));
      if (record.contents) await settled(files.put({ ...record, contents: change(record.contents) }, key));
    }
    db.close();
    return paths.length;
  };
  /** Paths of the database, below the mount point. */
  globalThis.rawKeys = async (end) => {
    const name = await databaseName(end);
    const db = await rawOpen(name);
    const keys = await settled(db.transaction("FILE_DATA").objectStore("FILE_DATA").getAllKeys());
    db.close();
    return keys.map((key) => key.slice(name.length + 1));
  };
  /** Bytes that no browser can compress, the same for the same seed. */
  globalThis.noise = (size, seed = 1) => {
    const bytes = new Uint8Array(size);
    let state = seed >>> 0 || 1;
    for (let i = 0; i < size; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state;
    }
    return bytes;
  };
  globalThis.noiseText = (size, seed) =>
    Array.from(noise(size / 2, seed), (byte) => byte.toString(16).padStart(2, "0")).join("");
  /** Saves PDFs p0, p1, ... of `size` bytes until one fails; gives how many were saved and the failure's code. */
  globalThis.fillWithPdfs = async (size, most = 1000, from = 0) => {
    for (let i = from; i < most; i++) {
      const saved = await outcome(store.savePdf(`p${i}`, noise(size, i + 1)));
      if (saved.code) return { saved: i - from, code: saved.code };
    }
    return { saved: most - from, code: null };
  };
  /** The same with projects d0, d1, ... */
  globalThis.fillWithProjects = async (size, most = 5000) => {
    for (let i = 0; i < most; i++) {
      const saved = await outcome(store.saveProject({ id: `d${i}`, text: noiseText(size, i + 1) }));
      if (saved.code) return { saved: i, code: saved.code };
    }
    return { saved: most, code: null };
  };
  /** Tells the faulty worker what fails from now on (pages/faults.js). */
  globalThis.fault = async (rule) => {
    const channel = new BroadcastChannel("faults");
    const taken = new Promise((resolve) => (channel.onmessage = resolve));
    channel.postMessage({ rule });
    await taken;
    channel.close();
  };
}
