// For each rule of tidy: trees (path -> text) that it must notice, and trees that it must let pass. Words that a
// search for leftovers would find here are put together from two halves.

const LEFTOVER = "TO" + "DO";
const ONLY = "on" + "ly";
const LISTED = { "tests/unit/tests.cmake": "set(HUBSTASH_UNIT_TESTS\n  base/a_test.cpp  # old_test.cpp\n)\n" };
const NODE_TEST = 'import { test } from "node:test";\n\ntest("adds", () => {});\n';

/** @type {Record<string, { bad: Record<string, string>[], good: Record<string, string>[] }>} */
export const SAMPLES = {
  whitespace: {
    bad: [
      { "a.js": "\tf();\n" },
      { "a.js": "f(); \n" },
      { "a.js": "f();\r\n" },
      { "a.md": "# A" },
      { "a.md": "# A\n\n" },
    ],
    good: [{ "a.js": "f();\n\ng();\n" }, { "a.js": "" }, { "tests/golden/x.json": '{"a":\t1}' }],
  },
  "line-length": {
    bad: [{ "a.cpp": `// ${"x".repeat(118)}\n` }, { "tools/setup.d/a.sh": `# ${"x".repeat(119)}\n` }],
    good: [{ "a.cpp": `// ${"x".repeat(117)}\n` }, { "a.cpp": `// ${"é".repeat(117)}\n` }, { "a.md": "x".repeat(200) }],
  },
  "file-length": {
    bad: [{ "a.cpp": "\n".repeat(401) }, { "tests/hub/a.test.js": "\n".repeat(401) }],
    good: [{ "a.cpp": "\n".repeat(400) }, { "a.md": "\n".repeat(401) }],
  },
  "pragma-once": {
    bad: [{ "a.h": "int f();\n" }, { "a.h": "#ifndef A_H\n#define A_H\n#endif\n" }, { "a.h": "" }],
    good: [{ "a.h": "#pragma once\n" }, { "a.h": "// What it is.\n\n#pragma once\n" }, { "a.cpp": "int f();\n" }],
  },
  "include-arrows": {
    bad: [
      { "wasm/base/a.cpp": '#include "store/a.h"\n' },
      { "wasm/store/a.cpp": '#include "hub/a.h"\n' },
      { "wasm/hub/a.h": '#include "store/a.h"\n' },
      { "wasm/hub/a.h": '#include "sync/a.h"\n' },
      { "wasm/browser/a.cpp": '#include "base/a.h"\n' },
      { "tools/cli/a.cpp": '#include "sync/engine.h"\n' },
      { "tests/sim/a.cpp": '#include "sync/engine.h"\n' },
      { "include/hubstash/a.h": '#include "base/a.h"\n' },
      { "wasm/sync/a.cpp": '#include "../base/a.h"\n' },
      { "wasm/sync/a.cpp": '#include "tests/unit/a.h"\n' },
      { "tests/unit/sync/a_test.cpp": '#include "browser/a.h"\n' },
    ],
    good: [
      { "wasm/sync/a.cpp": '#include "sync/a.h"\n#include <vector>\n#include "hub/a.h"\n#include "store/a.h"\n' },
      { "wasm/hub/a.cpp": '#include "base/a.h"\n#include "hubstash/status.h"\n' },
      { "wasm/browser/a.cpp": '#include "hubstash/c_api.h"\n#include "browser/a.h"\n#include "a.h"\n' },
      { "tests/unit/base/a_test.cpp": '#include "catch.h"\n#include "sync/a.h"\n#include "support/model.h"\n' },
    ],
  },
  "confined-headers": {
    bad: [
      { "wasm/sync/a.cpp": "#include <nlohmann/json.hpp>\n" },
      { "wasm/base/text.cpp": "#include <nlohmann/json.hpp>\n" },
      { "wasm/hub/a.cpp": "#include <zlib.h>\n" },
      { "wasm/base/a.cpp": "#include <emscripten.h>\n" },
      { "wasm/sync/a.cpp": "#include <emscripten/fetch.h>\n" },
      { "tests/unit/base/a_test.cpp": "#include <catch2/catch.hpp>\n" },
    ],
    good: [
      { "wasm/base/json.cpp": "#include <nlohmann/json.hpp>\n" },
      { "wasm/base/gzip.cpp": "#include <zlib.h>\n" },
      { "wasm/browser/a.cpp": "#include <emscripten/fetch.h>\n" },
      { "tests/unit/catch.h": "#include <catch2/catch.hpp>\n" },
    ],
  },
  banned: {
    bad: [
      { "a.js": `// ${LEFTOVER}: later\n` },
      { "docs/a.md": `${LEFTOVER}\n` },
      { "web/bench/a.js": "x.inner" + "HTML = y;\n" },
      { "web/src/a.js": "ev" + "al(x);\n" },
      { "web/src/a.js": "console.log(x);\n" },
      { "web/src/a.js": "Math.random();\n" },
      { "tools/a.js": "debug" + "ger;\n" },
      { "a.cpp": "using namespace std;\n" },
      { "tests/hub/a.test.js": `test.${ONLY}("a", f);\n` },
      { "tests/hub/a.test.js": `test("a", { ${ONLY}: true }, f);\n` },
      { "tests/unit/a_test.cpp": 'TEST_CASE("slow", "[.slow]") {}\n' },
      { "wasm/base/a.cpp": "#ifdef __EMSCRIPTEN__\n" },
      { "wasm/sync/a.cpp": "auto now = std::chrono::system_clock::now();\n" },
      { "wasm/sync/a.cpp": "std::mt19937 random;\n" },
      { "wasm/hub/a.cpp": "auto now = time(nullptr);\n" },
      { "wasm/store/a.cpp": 'printf("x");\n' },
      { "wasm/base/a.cpp": 'throw Error("x");\n' },
      { "wasm/base/a.cpp": "} catch (const Error&) {\n" },
    ],
    good: [
      { "tools/a.js": "console.log(x);\n" },
      { "web/src/a.js": "x.textContent = y;\nconsole.error(y);\n" },
      { "wasm/browser/a.cpp": "#ifdef __EMSCRIPTEN__\nauto now = time(nullptr);\n" },
      { "wasm/sync/a.cpp": "// They catch (most) errors and throw none.\nauto t = deadline_time(now);\n" },
      { "wasm/base/a.cpp": 'return "do not throw (it)";\n' },
      { "tests/unit/a_test.cpp": 'TEST_CASE("a name", "[sync]") {}\n' },
    ],
  },
  "commented-code": {
    bad: [
      { "a.js": "// call(x, y);\n" },
      { "a.cpp": "  // return x;\n" },
      { "a.cpp": "//if (x) {\n" },
      { "a.cpp": "  // item.size = 0;\n" },
      { "a.cpp": "  // }\n" },
    ],
    good: [
      { "a.js": "// It returns x; then y.\n// Written once, read often (see above);\n// the rest follows.\n" },
      { "a.js": "// Use it so:\n//   open(store);\n" },
      { "a.h": "/// hs_free(p);\n" },
    ],
  },
  "registered-unit-tests": {
    bad: [
      { ...LISTED, "tests/unit/base/a_test.cpp": "", "tests/unit/base/b_test.cpp": "" },
      { ...LISTED },
      { "tests/unit/base/a_test.cpp": "" },
    ],
    good: [{ ...LISTED, "tests/unit/base/a_test.cpp": "", "tests/unit/main.cpp": "" }, {}],
  },
  "registered-node-tests": {
    bad: [
      { "tests/hub/a.js": NODE_TEST },
      { "tests/other/a.test.js": NODE_TEST },
      { "tools/hub/a.test.js": NODE_TEST },
      { "web/src/b.js": NODE_TEST },
      { "tests/hub/a.test.js": "export const x = 1;\n" },
    ],
    good: [
      { "tests/hub/a.test.js": NODE_TEST, "tests/browser/store/b.test.js": NODE_TEST },
      { "tests/hub/support.js": 'import { after } from "node:test";\nexport const cleanUp = (f) => after(f);\n' },
    ],
  },
  "one-title": {
    bad: [{ "a.md": "## Only a section\n" }, { "a.md": "# One\n\n# Two\n" }, { "a.md": "" }],
    good: [{ "a.md": "# One\n\n## Part\n\n```sh\n# a comment\n```\n" }, { "a.md": "---\ntags: x\n---\n\n# One\n" }],
  },
};
