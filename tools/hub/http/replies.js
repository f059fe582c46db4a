/**
 * What a handler answers with. Handlers return plain values and never touch the socket, so that the fault engine can
 * change, delay or drop an answer *after* the work was done: that is how a lost reply looks.
 *
 * @typedef {object} Reply
 * @property {number} status
 * @property {Record<string, string>} [headers]
 * @property {Buffer|string|import("node:stream").Readable|null} [body]
 * @property {boolean} [drop] the connection is reset instead of being answered
 * @property {boolean} [noCors] the reply goes out without CORS headers, as from a broken proxy
 */

/** An error with the three places where the official clients look for its text (status, code header, message). */
export class HubError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {{code?: string, headers?: Record<string, string>, extra?: object}} [options]
   */
  constructor(status, message, { code, headers = {}, extra = {} } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.extra = extra;
  }
}

/**
 * @param {unknown} value
 * @param {{status?: number, headers?: Record<string, string>, type?: string}} [options]
 * @returns {Reply}
 */
export function json(value, { status = 200, headers = {}, type = "application/json; charset=utf-8" } = {}) {
  return { status, headers: { "Content-Type": type, ...headers }, body: JSON.stringify(value) };
}

/** @returns {Reply} */
export function text(body, { status = 200, headers = {} } = {}) {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body };
}

/**
 * A redirect. The Hub's own are relative (307, same host) or absolute (302, to the CDN).
 * @returns {Reply}
 */
export function redirect(status, location, headers = {}) {
  return text(`Redirecting to ${location.split("?")[0]}`, { status, headers: { ...headers, Location: location } });
}

/**
 * The Hub's error shape: the JSON body `{"error"}` and the same text in headers that a browser may read.
 * @param {HubError} error
 * @returns {Reply}
 */
export function errorReply(error) {
  const headers = { "X-Error-Message": headerSafe(error.message), ...error.headers };
  if (error.code) headers["X-Error-Code"] = error.code;
  return json({ error: error.message, ...error.extra }, { status: error.status, headers });
}

/**
 * The error shape of the second origin, which is a bucket's: XML, and no header says it again.
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @returns {Reply}
 */
export function bucketRefusal(status, code, message) {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${error}`;
  return { status, headers: { "Content-Type": "application/xml" }, body };
}

const BUCKET_CODES = { 400: "InvalidRequest", 404: "NoSuchKey", 500: "InternalError" };

/**
 * What a bucket says where the Hub would say `error`.
 * @param {HubError} error
 * @returns {Reply}
 */
export function bucketErrorReply({ status, code, message }) {
  return bucketRefusal(status, code === "RepoNotFound" ? "NoSuchBucket" : BUCKET_CODES[status], message);
}

/**
 * Header values are Latin-1 without control characters; anything else would make Node throw in the middle of an answer.
 */
export function headerSafe(value) {
  return String(value)
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim();
}

export const repoNotFound = (anonymous, headers) =>
  anonymous
    ? new HubError(401, "Invalid username or password.", { code: "RepoNotFound", headers })
    : new HubError(404, "Repository not found", { code: "RepoNotFound", headers });

export const revisionNotFound = (rev) => new HubError(404, `Invalid rev id: ${rev}`, { code: "RevisionNotFound" });

/** The commit sha lets the Python client remember that this file does not exist at this commit. */
export const entryNotFound = (path, commit, message = `${path} does not exist on "${commit}"`) =>
  new HubError(404, message, { code: "EntryNotFound", headers: commit ? { "X-Repo-Commit": commit } : {} });
