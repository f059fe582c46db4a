// What a page downloads: the files of dist/, each gzip'd as a server would, and what they may come to.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Files of dist/, and the most that they should have, in KB of 1,024 bytes after gzip. */
const PARTS = [
  { name: "index.js", what: "JavaScript on the page", targetKb: 6 },
  { name: "worker.js", what: "JavaScript in the worker, with Emscripten's glue", targetKb: 30 },
  { name: "hubstash-core.wasm", what: "WebAssembly", targetKb: 120 },
];

/** @typedef {{ name: string, what: string, targetKb: number | null, bytes: number, gzipBytes: number }} Part */

/** @param {string} dist @returns {Part[]} those with a target first, then what is loaded only when it is needed */
export function measureSizes(dist) {
  const others = readdirSync(dist)
    .filter((name) => /\.(js|wasm)$/.test(name) && !PARTS.some((part) => part.name === name))
    .map((name) => ({ name, what: "loaded only when it is needed", targetKb: null }));
  return [...PARTS, ...others].map((part) => {
    const contents = readFileSync(join(dist, part.name));
    return { ...part, bytes: contents.length, gzipBytes: gzipSync(contents, { level: 9 }).length };
  });
}

const kb = (bytes) => (bytes / 1024).toFixed(1);

/** @param {Part[]} parts @returns {string} docs/sizes.md */
export function sizesText(parts) {
  const rows = parts.map(
    ({ name, what, targetKb, bytes, gzipBytes }) =>
      `| \`${name}\` | ${what} | ${kb(bytes)} | ${kb(gzipBytes)} | ${targetKb ?? ""} |`,
  );
  return [
    "# Sizes",
    "",
    "What a page downloads, in KB (1,024 bytes). `npm run bench -- --only sizes` writes this file, and `npm test`",
    "fails where a file has grown by more than 2 % since.",
    "",
    "| file | what | as it is | gzip | target, gzip |",
    "|---|---|---:|---:|---:|",
    ...rows,
    "",
  ].join("\n");
}

/** @param {string} text docs/sizes.md @returns {Map<string, number>} KB after gzip by file */
export function readSizes(text) {
  const rows = text.matchAll(/^\| `([^`]+)` \|[^|]*\|[^|]*\| +([\d.]+) \|/gm);
  return new Map(Array.from(rows, ([, name, size]) => [name, Number(size)]));
}
