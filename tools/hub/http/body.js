/** Reading request bodies within bounds. Nothing here trusts `Content-Length`. */
import { HubError } from "./replies.js";

const JSON_LIMIT = 32 * 1024 * 1024;
const LINE_LIMIT = 64 * 1024 * 1024;

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {number} [limit] bytes
 * @returns {Promise<Buffer>}
 */
export async function readAll(req, limit = JSON_LIMIT) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > limit) throw new HubError(413, "Request body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** @returns {Promise<any>} the parsed body; an empty body is an empty object, as several clients send none */
export async function readJson(req) {
  const body = await readAll(req);
  if (body.length === 0) return {};
  return parseJson(body);
}

/** @param {Buffer} bytes */
export function parseJson(bytes) {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new HubError(400, "Request body is not valid JSON");
  }
}

/**
 * The lines of an NDJSON body, each as bytes. A commit may carry a gigabyte, more than a string can hold, so the body
 * is never joined.
 * @param {AsyncIterable<Buffer>} req
 */
export async function* readLines(req) {
  let parts = [];
  let held = 0;
  for await (const chunk of req) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      held += chunk.length - start;
    }
    if (held > LINE_LIMIT) throw new HubError(413, "A line of the request body is too large");
  }
  if (held > 0) yield Buffer.concat(parts);
}
