// The two files behind the page's own script: the worker's script and the wasm module. Starting the one takes about as
// long as compiling the other, so the page compiles while its worker starts, and sends the code over.
import { StoreError } from "./errors.js";

/** @typedef {Pick<import("./types.js").StoreOptions, "workerUrl" | "wasmUrl">} Addresses */

/**
 * The storage worker, which is served beside this module unless the app says where.
 * @param {Addresses} addresses checked
 * @returns {Worker}
 */
export function startWorker({ workerUrl }) {
  try {
    if (workerUrl) return new Worker(workerUrl, { type: "module", name: "hubstash" });
    // Spelt out in one expression: bundlers recognise it and take the worker along.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "hubstash" });
  } catch (error) {
    throw new StoreError(
      "WORKER_DIED",
      `The storage worker cannot be started (${error instanceof Error ? error.message : error}). Its script must be ` +
        "of the page's own origin and allowed by worker-src in a Content-Security-Policy.",
      { cause: error },
    );
  }
}

/**
 * Where the wasm module is: beside the worker unless the app says where.
 * @param {Addresses} addresses
 */
export function wasmAddress({ wasmUrl, workerUrl }) {
  if (wasmUrl) return new URL(wasmUrl, document.baseURI).href;
  if (workerUrl) return new URL("hubstash-core.wasm", new URL(workerUrl, document.baseURI)).href;
  return new URL("./hubstash-core.wasm", import.meta.url).href;
}

/**
 * @param {string} address
 * @returns {Promise<WebAssembly.Module | null>} null where the page cannot: the worker then tries, and says why
 */
export const compileModule = (address) =>
  Promise.resolve()
    .then(() => WebAssembly.compileStreaming(fetch(address)))
    .catch(() => null);
