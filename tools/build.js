#!/usr/bin/env node
// Builds what has changed, and assembles dist/, which is the npm package: the module and the JavaScript around it.
//
//   node tools/build.js                the module, into dist/
//   node tools/build.js --wasm-debug   the same with assertions and DWARF
//   node tools/build.js --native       the engine and its tests for this machine (build/native/tests/unit_tests)
//   node tools/build.js --asan         the same with AddressSanitizer and UBSan
//   node tools/build.js --coverage     the same, counting which lines run
//   node tools/build.js --fuzz         the fuzz targets (build/fuzz/tests/fuzz/fuzz_*), with clang
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./lib/bundles.js";
import { exec } from "./lib/exec.js";
import { withLock } from "./lib/lock.js";
import { ROOT, TOOLCHAIN_FILE, readToolchain } from "./lib/toolchain.js";

const LOG_EVERY_MS = 20_000;
const PRESETS = ["wasm", "wasm-debug", "native", "asan", "coverage", "fuzz"];

const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** A new set of presets or another toolchain wants a configuration from scratch; all else CMake notices itself. */
function mustConfigure(folder) {
  const configured = modifiedAt(join(folder, "build.ninja"));
  return [join(ROOT, "CMakePresets.json"), TOOLCHAIN_FILE].some((path) => modifiedAt(path) >= configured);
}

/** Prints ninja's `[3/40] …` lines in place on a terminal; elsewhere one now and then, as all would fill the log. */
function ninjaProgress() {
  let toldAt = Date.now();
  return {
    show: false,
    onText: (/** @type {string} */ text) => {
      const step = text.split("\n").filter((line) => /^\[\d+\/\d+\]/.test(line)).at(-1);
      if (!step) return;
      if (process.stdout.isTTY) {
        process.stdout.write(`\r\x1b[K${step.slice(0, (process.stdout.columns ?? 80) - 1)}`);
      } else if (Date.now() - toldAt >= LOG_EVERY_MS) {
        toldAt = Date.now();
        console.log(`build: ${step.trimEnd()}`);
      }
    },
  };
}

async function runOrThrow(what, command, args) {
  const { ok, output } = await exec(command, args, { cwd: ROOT, ...ninjaProgress() });
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
  if (!ok) throw new Error(`${what} failed:\n${output.trimEnd()}`);
  // Warnings that did not fail the build are still worth reading.
  const warnings = output.split("\n").filter((line) => /\bwarning:|CMake Warning/i.test(line));
  for (const line of new Set(warnings)) console.log(line);
  return output;
}

async function compile(preset, target = "all") {
  const folder = join(ROOT, "build", preset);
  const started = Date.now();
  const isNew = mustConfigure(folder);
  if (isNew) await runOrThrow("The configuration", "cmake", ["--preset", preset, "--fresh"]);
  const jobs = String(availableParallelism());
  const output = await runOrThrow("The build", "cmake", ["--build", folder, "--parallel", jobs, "--target", target]);
  if (isNew || !output.includes("no work to do")) {
    console.log(`build: ${preset} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  return folder;
}

/** The files of dist/: their contents by name. */
async function distFiles(moduleFolder) {
  const files = await bundle(moduleFolder);
  files.set("hubstash-core.wasm", readFileSync(join(moduleFolder, "hubstash-core.wasm")));
  files.set("types.d.ts", readFileSync(join(ROOT, "web/src/types.d.ts")));
  return files;
}

/** Makes dist/ hold exactly these files, writing only those that differ. */
function assemble(files) {
  const dist = join(ROOT, "dist");
  mkdirSync(dist, { recursive: true });
  let changed = 0;
  for (const [name, bytes] of files) {
    const target = join(dist, name);
    if (existsSync(target) && readFileSync(target).equals(bytes)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    changed += 1;
  }
  for (const name of readdirSync(dist, { recursive: true })) {
    const path = join(dist, name);
    if (!files.has(name) && statSync(path).isFile()) {
      rmSync(path);
      changed += 1;
    }
  }
  if (changed > 0) console.log(`build: dist/ has ${files.size} files, ${changed} changed`);
}

/**
 * Brings one preset up to date, and dist/ too where it is one of the module's.
 * @param {"wasm" | "wasm-debug" | "native" | "asan" | "coverage" | "fuzz"} [preset]
 * @param {string} [target] one program of it
 */
export async function build(preset = "wasm", target = "all") {
  if (!PRESETS.includes(preset)) throw new Error(`No such preset: ${preset}. There are: ${PRESETS.join(", ")}.`);
  readToolchain();
  const lock = join(ROOT, "build", `${preset}.lock`);
  await withLock(lock, async () => {
    const folder = await compile(preset, target);
    if (preset.startsWith("wasm")) assemble(await distFiles(folder));
  }, () => console.log("build: waiting for another build"));
}

/**
 * The module's gzip by itself, for the benchmark.
 * @returns {Promise<string>} the folder with hubstash-codec.js
 */
export async function buildCodec() {
  readToolchain();
  const lock = join(ROOT, "build", "wasm.lock");
  await withLock(lock, () => compile("wasm", "hubstash_codec"), () => console.log("build: waiting for another build"));
  return join(ROOT, "build/wasm/codec");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build(process.argv[2]?.replace(/^--/, ""));
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
