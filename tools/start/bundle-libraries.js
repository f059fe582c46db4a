#!/usr/bin/env node
// Bundles what the benchmark page loads when it needs it: Chart.js, and the libraries that hubstash is compared with. A
// page with a strict policy can load nothing from elsewhere, so they are served beside it. Quick: a second in all.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ROOT } from "../lib/toolchain.js";

/** Where the server of the page expects them. */
export const LIBRARIES = join(ROOT, "build/pages/libraries");

/** Bundle -> the package that it holds. */
const PACKAGES = {
  chart: "chart.js",
  dexie: "dexie",
  localforage: "localforage",
  "idb-keyval": "idb-keyval",
  pouchdb: "pouchdb-browser",
  "huggingface-hub": "@huggingface/hub",
};

const versionOf = (folder) => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).version;

/** @param {string} [folder] */
export async function bundleLibraries(folder = LIBRARIES) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entries = Object.keys(PACKAGES).map((name) => {
    const file = name === "chart" ? "web/bench/chart-library.js" : `web/bench/contenders/${name}.js`;
    return [name, join(ROOT, file)];
  });
  await build({
    entryPoints: Object.fromEntries(entries),
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    // The package says so itself (`browser` in its package.json), where esbuild does not look once there are `exports`.
    alias: { "@huggingface/hub": join(ROOT, "node_modules/@huggingface/hub/dist/browser/index.mjs") },
    define: { global: "globalThis" },
    logLevel: "warning",
  });
  const versions = { hubstash: versionOf(".") };
  for (const name of Object.values(PACKAGES)) versions[name] = versionOf(join("node_modules", name));
  // Last: where it is, everything else is too.
  writeFileSync(join(folder, "index.json"), JSON.stringify({ versions, bundles: Object.keys(PACKAGES) }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleLibraries();
