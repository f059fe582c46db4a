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
 * What a worker needs to have its module: the compiled code, and the address for where there is none.
 * @typedef {{wasmUrl: string | null, module: WebAssembly.Module | null}} Code
 */

/**
 * @param {Addresses} addresses
 * @returns {Promise<Code>} without code where the page cannot have it: then the worker tries, and says why it cannot
 */
export async function findCode(addresses) {
  const wasmUrl = wasmAddress(addresses);
  try {
    return { wasmUrl, module: wasmUrl && (await WebAssembly.compileStreaming(fetch(wasmUrl))) };
  } catch {
    return { wasmUrl, module: null };
  }
}

/** @param {Addresses} addresses @returns {string | null} null: beside the worker, which alone knows where it lies */
function wasmAddress({ wasmUrl, workerUrl }) {
  if (wasmUrl) return new URL(wasmUrl, document.baseURI).href;
  return workerUrl ? null : new URL("./hubstash-core.wasm", import.meta.url).href;
}
