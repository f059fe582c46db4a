// What a page downloads: the files of dist/, each gzip'd as a server would, by who loads them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { graphOf, minified } from "./bundle.js";

/** @typedef {{ files: number, bytes: number, gzipBytes: number, minifiedGzipBytes: number | null }} Part */

/** @typedef {{ name: string, bytes: number, gzipBytes: number }} File */

const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;

/**
 * @param {string} dist
 * @returns {Promise<{ page: Part, worker: Part, wasm: Part, all: File[] }>}
 */
export async function measureSizes(dist) {
  const partOf = async (paths, whole) => {
    const contents = paths.map((path) => readFileSync(path));
    const sum = (sizeOf) => contents.reduce((total, bytes) => total + sizeOf(bytes), 0);
    return {
      files: paths.length,
      bytes: sum((bytes) => bytes.length),
      gzipBytes: sum(packed),
      minifiedGzipBytes: whole ? packed(await minified(whole)) : null,
    };
  };
  const worker = await graphOf(join(dist, "worker.js"));
  const glue = join(dist, "hubstash-core.js");
  const workerPart = await partOf(worker, join(dist, "worker.js"));
  // The glue is minified as it is shipped, and stays a file of its own.
  if (worker.includes(glue)) workerPart.minifiedGzipBytes += packed(readFileSync(glue));
  const all = readdirSync(dist, { recursive: true })
    .filter((name) => /\.(js|wasm)$/.test(name))
    .map((name) => ({ name, bytes: readFileSync(join(dist, name)) }))
    .map(({ name, bytes }) => ({ name, bytes: bytes.length, gzipBytes: packed(bytes) }))
    .sort((a, b) => b.gzipBytes - a.gzipBytes);
  return {
    page: await partOf(await graphOf(join(dist, "index.js")), join(dist, "index.js")),
    worker: workerPart,
    wasm: await partOf([join(dist, "hubstash-core.wasm")], null),
    all,
  };
}

const kb = (bytes) => (bytes / 1024).toFixed(1);

/** @param {Awaited<ReturnType<typeof measureSizes>>} sizes @returns {string} docs/sizes.md */
export function sizesText({ page, worker, wasm, all }) {
  const line = (what, part, most) =>
    `| ${what} | ${part.files} | ${kb(part.bytes)} | ${kb(part.gzipBytes)} | ` +
    `${part.minifiedGzipBytes === null ? "" : kb(part.minifiedGzipBytes)} | ${most} |`;
  return [
    "# Sizes",
    "",
    "What a page downloads, in KB (1,024 bytes). `npm run bench -- --only sizes` writes this file.",
    "",
    "| part | files | as it is | gzip | in one minified file, gzip | target, gzip |",
    "|---|---:|---:|---:|---:|---:|",
    line("JavaScript on the page", page, "6"),
    line("JavaScript in the worker, with glue", worker, "30"),
    line("WebAssembly", wasm, "120"),
    "",
    "The target holds for the sum of the files as they are shipped, each gzip'd by itself. `backup.js` is not one:",
    "the first call that makes or reads a backup loads it.",
    "",
    "| file | as it is | gzip |",
    "|---|---:|---:|",
    ...all.map(({ name, bytes, gzipBytes }) => `| ${name} | ${kb(bytes)} | ${kb(gzipBytes)} |`),
    "",
  ].join("\n");
}
