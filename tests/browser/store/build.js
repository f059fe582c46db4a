// The two modules that these tests load: the host with the probe engine, and stock IDBFS.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { buildModule, repository } from "../harness/emscripten.js";

/** The host of wasm/browser around the probe engine: core.js. */
export async function buildCore() {
  const folder = "wasm/browser";
  const names = (await readdir(path.join(repository, folder))).sort().map((name) => `${folder}/${name}`);
  const contract = (await readdir(path.join(repository, "include/hubstash"))).map((name) => `include/hubstash/${name}`);
  const base = ["hash_api.cpp", "sha256.cpp", "status.cpp"].map((name) => `wasm/base/${name}`);
  return buildModule("core", {
    sources: [...names.filter((name) => name.endsWith(".cpp")), ...base, "tests/browser/store/probe/probe_engine.cpp"],
    libraries: names.filter((name) => name.endsWith(".library.js")),
    inputs: [...names.filter((name) => name.endsWith(".h")), ...contract, `${folder}/exports.txt`],
    flags: [
      "-Iinclude", "-Iwasm", "-Wall", "-Wextra", "-Wconversion", "-Wno-string-conversion", "-Werror",
      `-sEXPORTED_FUNCTIONS=@${folder}/exports.txt`, "-sEXPORTED_RUNTIME_METHODS=HEAPU8",
    ],
  });
}

/** FS and IDBFS as they come: stock.js. */
export async function buildStock() {
  return buildModule("stock", {
    sources: ["tests/browser/store/stock/stock.cpp"],
    flags: ["-sEXPORTED_RUNTIME_METHODS=FS,IDBFS", "-sFORCE_FILESYSTEM"],
  });
}
