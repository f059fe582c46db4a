// The arrows between the folders, read off the includes: sync -> {store, hub} -> base; hosts see the public
// headers only. And what may be used in one place only.
import { isCpp, under } from "../files.js";

const ENGINE = ["base", "store", "hub", "sync"];

// The first row that fits a file tells which folders its quoted includes may start with.
const ARROWS = [
  { folder: "include/hubstash", may: ["hubstash"] },
  { folder: "wasm/base", may: ["hubstash", "base"] },
  { folder: "wasm/store", may: ["hubstash", "base", "store"] },
  { folder: "wasm/hub", may: ["hubstash", "base", "hub"] },
  { folder: "wasm/sync", may: ["hubstash", ...ENGINE] },
  { folder: "wasm/browser", may: ["hubstash", "browser"] },
  { folder: "tools/cli", may: ["hubstash", "cli"] },
  { folder: "tests/support", may: ["hubstash", "base", "support"] },
  { folder: "tests/sim", may: ["hubstash", "sim", "support"] },
  { folder: "tests/fuzz/common", may: ["hubstash", "common", "support"] },
  { folder: "tests/fuzz", may: ["hubstash", "common", "support", ...ENGINE] },
  { folder: "tests/unit", may: ["hubstash", ...ENGINE], ownFiles: true },
];

// Headers of a kind belong to one place; everything else goes through what that place offers.
const CONFINED = [
  { header: /^nlohmann\//, to: /^wasm\/base\/json\./, instead: "base/json.h" },
  { header: /^zlib\.h$/, to: /^wasm\/base\/|^tests\/unit\//, instead: "base/gzip.h" },
  { header: /^libdeflate\.h$/, to: /^wasm\/base\/|^tests\/unit\//, instead: "base/gzip.h" },
  { header: /^emscripten/, to: /^wasm\/browser\//, instead: "an effect that the host runs" },
  { header: /^catch2\//, to: /^tests\/unit\/catch\.h$/, instead: '"catch.h"' },
];

const INCLUDE = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/;

export const includeArrows = {
  name: "include-arrows",
  about: "sync -> {store, hub} -> base; hosts include only hubstash/*",
  *check(files) {
    for (const { path, lines } of files.filter(isCpp)) {
      const row = ARROWS.find(({ folder }) => under(path, folder));
      for (const [index, text] of lines.entries()) {
        const [, quote, header] = INCLUDE.exec(text) ?? [];
        if (quote !== '"') continue;
        const first = header.split("/")[0];
        const own = !header.includes("/") || row?.ownFiles === true && !["browser", "tests", ".."].includes(first);
        if (first === ".." || first === "." || first === "wasm" || first === "tests") {
          yield { path, line: index + 1, message: `"${header}": write the path from include/ or wasm/` };
        } else if (row && !own && !row.may.includes(first)) {
          yield { path, line: index + 1, message: `"${header}": ${row.folder} may include ${row.may.join(", ")} only` };
        }
      }
    }
  },
};

export const confinedHeaders = {
  name: "confined-headers",
  about: "nlohmann, zlib, libdeflate, Emscripten and Catch2 are included in one place each",
  *check(files) {
    for (const { path, lines } of files.filter(isCpp)) {
      for (const [index, text] of lines.entries()) {
        const [, , header] = INCLUDE.exec(text) ?? [];
        const rule = header && CONFINED.find((candidate) => candidate.header.test(header));
        if (rule && !rule.to.test(path)) {
          yield { path, line: index + 1, message: `<${header}> does not belong here; use ${rule.instead}` };
        }
      }
    }
  },
};

export const pragmaOnce = {
  name: "pragma-once",
  about: "every header starts with #pragma once",
  *check(files) {
    for (const { path, lines } of files.filter((file) => file.path.endsWith(".h"))) {
      // Headers that C may include too (the C ABI) keep classic guards as well; the pragma comes first all the same.
      const first = lines.find((line) => line.trim() !== "" && !line.trim().startsWith("//"));
      if (first?.trim() !== "#pragma once") yield { path, line: 1, message: "does not start with #pragma once" };
    }
  },
};
