// Builds the demo Space: web/app, pdf.js and the built package (dist/) become one folder of static files.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../lib/toolchain.js";

const SOURCES = join(ROOT, "web/app");
// The build for browsers that are some years old, since users have those too.
const PDFJS = join(ROOT, "node_modules/pdfjs-dist");
const PDFJS_BUILD = join(PDFJS, "legacy/build");
export const APP_FOLDER = join(ROOT, "build/app");

/** What is copied as it is: from, to. */
const COPIES = [
  [join(SOURCES, "index.html"), "index.html"],
  [join(SOURCES, "icon.svg"), "icon.svg"],
  [join(SOURCES, "space/README.md"), "README.md"],
  [join(ROOT, "docs/NOTICES.md"), "NOTICES.md"],
  ...["index.js", "worker.js", "backup.js", "hubstash-core.wasm"].map((name) => [
    join(ROOT, "dist", name), `hubstash/${name}`,
  ]),
  [join(PDFJS_BUILD, "pdf.worker.min.mjs"), "pdfjs/worker.js"],
  [join(PDFJS, "LICENSE"), "pdfjs/LICENSE"],
  ...["cmaps", "standard_fonts", "wasm", "iccs"].map((name) => [join(PDFJS, name), `pdfjs/${name}`]),
];
/** Not kept for offline use until a PDF has needed them: 170 files for East Asian text that is not embedded. */
const LATER = /^pdfjs\/cmaps\//;
const NOT_KEPT = /LICENSE|\.md$|^service-worker\.js$|_nowasm_/;

/** The package is used as it was built; it starts its worker by its own address. */
const packageAsItIs = {
  name: "package as it is",
  setup(build) {
    build.onResolve({ filter: /^hubstash$/ }, () => ({ path: "./hubstash/index.js", external: true }));
    build.onResolve({ filter: /^pdfjs-dist$/ }, () => ({ path: join(PDFJS_BUILD, "pdf.min.mjs") }));
    // Two of the many things that the client can do; its index would bring along much of the rest.
    build.onResolve({ filter: /^@huggingface\/hub$/ }, ({ path }) => ({ path, namespace: "oauth" }));
    build.onLoad({ filter: /.*/, namespace: "oauth" }, () => ({
      contents: 'export * from "./oauth-login-url"; export * from "./oauth-handle-redirect";',
      resolveDir: join(ROOT, "node_modules/@huggingface/hub/src/lib"),
    }));
  },
};

/**
 * @param {string} [folder] is made anew
 * @returns {Promise<{ folder: string, version: string, bytes: number, files: number }>}
 */
export async function buildApp(folder = APP_FOLDER) {
  if (!existsSync(join(ROOT, "dist/hubstash-core.wasm"))) throw new Error("dist/ is missing; run npm run build first.");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Loaded only here: whoever only asks for the folder's name does without any npm package.
  const { build } = await import("esbuild");
  const options = { bundle: true, minify: true, target: "es2022", outdir: folder, logLevel: "warning" };
  await build({
    ...options,
    entryPoints: [join(SOURCES, "main.js")],
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [packageAsItIs],
  });
  await build({ ...options, entryPoints: [join(SOURCES, "css/app.css")] });
  for (const [from, to] of COPIES) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(from, join(folder, to), { recursive: true });
  }
  const files = filesOf(folder);
  const version = versionOf(folder, files);
  await buildServiceWorker(build, options, files, version);
  const bytes = files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  return { folder, version, bytes, files: files.length + 1 };
}

/** @returns {string[]} paths with slashes, sorted */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Changes when any file does. */
function versionOf(folder, files) {
  const hash = createHash("sha256").update(readFileSync(join(SOURCES, "service-worker.js")));
  for (const name of files) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

async function buildServiceWorker(build, options, files, version) {
  const kept = files.filter((name) => !NOT_KEPT.test(name));
  await build({
    ...options,
    entryPoints: [join(SOURCES, "service-worker.js")],
    define: {
      HUBSTASH_APP_FILES: JSON.stringify(kept.filter((name) => !LATER.test(name))),
      HUBSTASH_APP_LATER_FILES: JSON.stringify(kept.filter((name) => LATER.test(name))),
      HUBSTASH_APP_VERSION: JSON.stringify(version),
    },
  });
}

/** The page as the local server gives it: it may also talk to a Hub on this machine. @param {string} html */
export const forLocalHub = (html) => html.replace("connect-src 'self'", "connect-src 'self' http://127.0.0.1:*");
