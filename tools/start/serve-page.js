// Serves the benchmark page and the built package on this machine only, with the headers of a careful host.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { APP_PATH, answerApp } from "../app/serve.js";
import { ROOT } from "../lib/toolchain.js";

const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
    "connect-src 'self' https: http://127.0.0.1:*; style-src 'self'; img-src 'self' blob: data:; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  // Edits and rebuilds show at the next reload.
  "Cache-Control": "no-store",
};

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const HOST = "127.0.0.1";
/** How many ports after the wanted one are tried. */
const TRIES = 20;

/**
 * @param {object} options
 * @param {number} options.port the one wanted; 0 for any
 * @param {boolean} [options.exactly] that port or none; otherwise the next free one
 * @param {object} options.config the page's config.json
 * @param {string} [options.page] folder of the page
 * @param {string} [options.dist] folder of the built package
 * @param {{ config: object, folder?: string }} [options.app] the demo Space, which is served below /app/
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function servePage({ port, exactly = false, config, page, dist, app }) {
  const served = { config, page: page ?? join(ROOT, "web/bench"), dist: dist ?? join(ROOT, "dist"), app };
  const server = createServer((request, response) => {
    answer(request, response, served).catch(() => response.destroy());
  });
  for (let tried = 0; ; tried++) {
    try {
      await listen(server, port === 0 ? 0 : port + tried);
      break;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || tried >= TRIES) throw error;
      if (exactly) throw new Error(`Port ${port} is in use. Choose another with --port, or leave it out.`);
    }
  }
  return {
    url: `http://${HOST}:${server.address().port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(request, response, { config, page, dist, app }) {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  // Another site may not reach this server under a name of its own (DNS rebinding) and read the local Hub's token.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) return response.writeHead(421).end();
  if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405).end();
  const path = pathOf(request.url);
  if (path === "/config.json") return response.setHeader("Content-Type", TYPES[".json"]).end(JSON.stringify(config));

  if (path === null) return response.writeHead(404).end();
  if (app && `${path}/`.startsWith(APP_PATH)) return answerApp(response, path, app);
  const [root, inside] = rootOf(path, { page, dist });
  const file = join(root, inside);
  const info = await stat(file).catch(() => null);
  if (!info?.isFile()) return response.writeHead(404).end();
  response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
  response.setHeader("Content-Length", info.size);
  if (request.method === "HEAD") return response.end();
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

/** @returns {[folder: string, path: string]} */
function rootOf(path, { page, dist }) {
  if (path.startsWith("/dist/")) return [dist, path.slice("/dist".length)];
  if (path.startsWith("/common/")) return [join(ROOT, "web"), path];
  if (path.startsWith("/libraries/")) return [join(ROOT, "build/pages"), path];
  return [page, path === "/" ? "index.html" : path];
}

/** @returns {string | null} null for what could lead out of the folders, or to hidden files */
function pathOf(target) {
  try {
    const path = decodeURIComponent(new URL(target ?? "/", `http://${HOST}`).pathname);
    return /[\\\0]|\/\./.test(path) ? null : path;
  } catch {
    return null;
  }
}
