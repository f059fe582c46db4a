// Builds a small module for a test with em++, once for each state of its sources.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const repository = path.resolve(fileURLToPath(import.meta.url), "../../../..");

const FLAGS = [
  "-std=c++20", "-O2", "-fno-exceptions", "-fno-rtti", "-sMODULARIZE", "-sEXPORT_ES6", "-sENVIRONMENT=web,worker",
  "-sALLOW_MEMORY_GROWTH", "-sFETCH", "-sFETCH_SUPPORT_INDEXEDDB=0", "-lidbfs.js", "-sDYNAMIC_EXECUTION=0",
];

/**
 * Compiles `sources` into `<name>.js` and `<name>.wasm`; returns their folder below build/.
 * @param {string} name
 * @param {{sources: string[], libraries?: string[], inputs?: string[], flags?: string[]}} options
 *   paths from the repository's root; `inputs` are further files (headers) that the result depends on.
 */
export async function buildModule(name, { sources, libraries = [], inputs = [], flags = [] }) {
  const args = [...FLAGS, ...flags, ...libraries.flatMap((file) => ["--js-library", file]), ...sources];
  const hash = createHash("sha256").update(JSON.stringify(args));
  for (const file of [...sources, ...libraries, ...inputs]) hash.update(await readFile(path.join(repository, file)));
  const folder = path.join(repository, "build/browser-tests", `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;

  const half = `${folder}.${process.pid}`;  // Renamed when whole: a build that was stopped is not taken for a result.
  await mkdir(half, { recursive: true });
  // Emscripten 3.1.6 as Debian packages it looks for its own JavaScript modules there.
  const env = { ...process.env, NODE_PATH: process.env.NODE_PATH ?? "/usr/share/nodejs" };
  const options = { cwd: repository, env, maxBuffer: 1 << 24 };
  try {
    await promisify(execFile)("em++", [...args, "-o", path.join(half, `${name}.js`)], options);
  } catch (error) {
    await rm(half, { recursive: true });
    throw error;
  }
  await rename(half, folder).catch(() => rm(half, { recursive: true }));  // Another test process was faster.
  return folder;
}
