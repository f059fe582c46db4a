// Serves the measuring page, each contender on a host of its own (127.0.0.x), so that each has its own process and
// storage. The pages are cross-origin isolated, for fine clocks and the measuring of memory.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "connect-src 'self' http://127.0.0.1:*; style-src 'self'; img-src 'self' blob:";

const HEADERS = {
  "Content-Security-Policy": CSP,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  // Only what the browser may keep has its compiled form kept as well. The profile lives no longer than the run.
  "Cache-Control": "max-age=3600",
};

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".pdf": "application/pdf",
  ".wasm": "application/wasm",
};

const PAGE = '<!doctype html><title>bench</title><script type="module" src="/bench/main.js"></script>';
/** What an empty page costs is measured on this one. */
const EMPTY = "<!doctype html><title>empty</title>";

/**
 * @param {Record<string, string>} roots URL prefix -> folder
 * @returns {{ origin: () => Promise<string>, close: () => Promise<void> }} each call of `origin` gives another one
 */
export function serveHosts(roots) {
  /** @type {import("node:http").Server[]} */
  const servers = [];
  return {
    async origin() {
      const host = `127.0.0.${10 + servers.length}`;
      const server = createServer((request, response) => {
        answer(request, response, roots).catch(() => response.destroy());
      });
      servers.push(server);
      await new Promise((resolve, reject) => server.once("error", reject).listen(0, host, () => resolve(undefined)));
      return `http://${host}:${server.address().port}`;
    },
    async close() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function answer(request, response, roots) {
  const { pathname } = new URL(request.url, "http://host");
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  response.setHeader("Content-Type", TYPES[extname(pathname)] ?? "application/octet-stream");
  if (pathname === "/favicon.ico") return response.writeHead(204).end();
  if (pathname === "/page.html") return response.end(PAGE);
  if (pathname === "/empty.html") return response.end(EMPTY);
  const prefix = Object.keys(roots).find((root) => pathname.startsWith(root));
  const file = prefix && !pathname.includes("..") ? join(roots[prefix], pathname.slice(prefix.length)) : null;
  const info = file ? await stat(file).catch(() => null) : null;
  if (!info?.isFile()) return response.writeHead(404).end();
  response.setHeader("Content-Length", info.size);
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}
