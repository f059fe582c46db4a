// Serves the built demo Space on this machine: a handler for the requests below /app/ of the server of `npm start`.
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { APP_FOLDER, forLocalHub } from "./build.js";

export const APP_PATH = "/app/";

// The page's own policy (index.html) holds as well. Workers have only this one.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "connect-src 'self' http://127.0.0.1:* https:; style-src 'self'; img-src 'self' blob: data:; " +
  "font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".md": "text/plain; charset=utf-8",
};

/**
 * @param {import("node:http").ServerResponse} response
 * @param {string} path of the request, decoded and without "..", below APP_PATH; or that without its last slash
 * @param {{ config: object, folder?: string }} served `config`: the page's config.json, which names the local Hub
 */
export async function answerApp(response, path, { config, folder = APP_FOLDER }) {
  if (!path.startsWith(APP_PATH)) return response.writeHead(301, { Location: APP_PATH }).end();
  response.setHeader("Content-Security-Policy", POLICY);
  const name = path.slice(APP_PATH.length) || "index.html";
  if (name === "config.json") {
    return response.setHeader("Content-Type", "application/json").end(JSON.stringify(config));
  }
  const file = join(folder, name);
  const info = await stat(file).catch(() => null);
  if (!info?.isFile()) return response.writeHead(404).end();
  response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
  if (name === "index.html") return response.end(forLocalHub(await readFile(file, "utf8")));
  response.setHeader("Content-Length", info.size);
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}
