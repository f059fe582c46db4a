/** Single byte ranges and conditional requests, for regular files and for the second origin alike. */
import { createReadStream } from "node:fs";

/**
 * @param {string|undefined} header the `Range` header
 * @param {number} size of the whole body
 * @returns {null|"unsatisfiable"|{start: number, end: number}} `null` means the whole body; `end` is inclusive
 */
export function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  // Lists of ranges and other units are answered with the whole body, which the standard allows.
  if (!match || (match[1] === "" && match[2] === "")) return null;
  if (match[1] === "") {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size) return "unsatisfiable";
  return end < start ? null : { start, end };
}

/**
 * Answers with a body or the part of it that was asked for.
 * @param {import("node:http").IncomingMessage} req
 * @param {{size: number, bytes?: Buffer, file?: string}} source
 * @param {Record<string, string>} headers
 * @returns {import("./replies.js").Reply}
 */
export function rangedReply(req, source, headers) {
  const range = parseRange(req.headers.range, source.size);
  const common = { "Accept-Ranges": "bytes", ...headers };
  if (range === "unsatisfiable") {
    return { status: 416, headers: { ...common, "Content-Range": `bytes */${source.size}`, "Content-Length": "0" } };
  }
  const { start, end } = range ?? { start: 0, end: source.size - 1 };
  const length = end - start + 1;
  const reply = { status: 200, headers: { ...common, "Content-Length": String(length) }, body: null };
  if (range) {
    reply.status = 206;
    reply.headers["Content-Range"] = `bytes ${start}-${end}/${source.size}`;
  }
  if (req.method === "HEAD" || length === 0) return reply;
  reply.body = source.bytes ? source.bytes.subarray(start, end + 1) : createReadStream(source.file, { start, end });
  return reply;
}

/**
 * @param {string|undefined} header `If-None-Match`
 * @param {string} etag with its quotes
 */
export function noneMatches(header, etag) {
  if (!header) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
}
