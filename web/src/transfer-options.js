// The options that calls which move bytes have in common.
import { invalidArgument } from "./errors.js";

/**
 * @param {import("./types.js").TransferOptions} [options]
 * @returns {import("./types.js").TransferOptions}
 * @throws {import("./errors.js").StoreError} INVALID_ARGUMENT
 */
export function checkTransferOptions(options = {}) {
  if (typeof options !== "object" || options === null) throw invalidArgument("The options must be an object.");
  const { signal, onProgress, type } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw invalidArgument("options.signal must be an AbortSignal, e.g. new AbortController().signal.");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalidArgument("options.onProgress must be a function.");
  }
  if (type !== undefined && typeof type !== "string") {
    throw invalidArgument('options.type must be a MIME type, e.g. "image/png".');
  }
  return { signal, onProgress, type };
}
