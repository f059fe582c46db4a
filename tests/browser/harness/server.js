// A static server on 127.0.0.1 with the strict Content-Security-Policy that a careful app would have.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "connect-src 'self' http://127.0.0.1:*; style-src 'self'; img-src 'self' blob:";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".pdf": "application/pdf",
};

/**
 * Serves folders and texts until `close()`.
 * @param {{roots?: Record<string, string>, files?: Record<string, string>, csp?: string, caching?: string}} options
 *   `roots`: URL prefix ending in "/" -> folder; `files`: URL path -> text, e.g. of a page; `caching`: Cache-Control
 *   (a page that must not be stored is never kept for "back" either).
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function serve({ roots = {}, files = {}, csp = CSP, caching = "no-store" }) {
  const server = createServer(async (request, response) => {
    const url = decodeURIComponent(new URL(request.url, "http://host").pathname);
    response.setHeader("Content-Security-Policy", csp);
    response.setHeader("Content-Type", TYPES[path.extname(url)] ?? "application/octet-stream");
    response.setHeader("Cache-Control", caching);
    if (url === "/favicon.ico") return response.writeHead(204).end();  // Browsers ask for it and log its absence.
    if (files[url] !== undefined) return response.end(files[url]);
    const file = await find(roots, url);
    if (!file) return response.writeHead(404).end();
    createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

async function find(roots, url) {
  const prefix = Object.keys(roots).filter((root) => url.startsWith(root)).sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined || url.split("/").includes("..")) return null;
  const file = path.join(roots[prefix], url.slice(prefix.length));
  const info = await stat(file).catch(() => null);
  return info?.isFile() ? file : null;
}
