// StoreError, the one type that every rejection has.
import { ERROR_CODES } from "./error-codes.js";

/** @typedef {import("./types.js").ErrorCode} ErrorCode */
/** @typedef {import("./types.js").StoreError["retry"]} Retry */
/**
 * @typedef {{code: string, message: string, retry?: string, status?: number | null, requestId?: string | null}}
 * WireError
 */

/** How an error of hubstash looks to an app; `ERROR_CODES` says what each code means and what to do. */
export class StoreError extends Error {
  /**
   * @param {ErrorCode} code stable; apps branch on it
   * @param {string} message what happened and what to do, for the app's developer; never a token or a content
   * @param {{status?: number | null, requestId?: string | null, cause?: unknown}} [more]
   *   `status`: of the Hub's answer; `requestId`: the Hub's name for the request, to quote in a report
   */
  constructor(code, message, { status = null, requestId = null, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreError";
    this.code = code;
    /** Whether trying again can help, and after what. @type {Retry} */
    this.retry = /** @type {Retry} */ (ERROR_CODES[code]?.retry ?? "never");
    this.status = status;
    this.requestId = requestId;
  }
}

/**
 * What the worker says of an error, as a StoreError. An unknown code can only come from a worker of another version.
 * @param {WireError} wire
 * @returns {StoreError}
 */
export function errorFromWire({ code, message, status, requestId }) {
  const known = code in ERROR_CODES;
  return new StoreError(known ? /** @type {ErrorCode} */ (code) : "INTERNAL", known ? message : `${code}: ${message}`, {
    status: status || null,
    requestId: requestId || null,
  });
}

/** @param {string} message @param {unknown} [cause] */
export const invalidArgument = (message, cause) => new StoreError("INVALID_ARGUMENT", message, { cause });

/** The error of calls that the contract names but that this version does not have. @param {string} what */
export const notInThisVersion = (what) =>
  invalidArgument(`${what} is not part of hubstash 0.1; see the README for what is.`);

/**
 * Any thrown value as a StoreError, so that no other type of rejection reaches the app.
 * @param {unknown} error
 * @returns {StoreError}
 */
export function toStoreError(error) {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const message = `Unexpected: ${text}. If it is not the app's own, please report it.`;
  return new StoreError("INTERNAL", message, { cause: error });
}
