// tools/setup on machines of several kinds. A copy of it runs in a folder of its own with a PATH of our making, so
// that tools can be missing and apt-get, sudo and id can be played; nothing is installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BASICS = "bash cat dirname env flock grep head id ln mkdir node readlink rm sort tail touch tr".split(" ");
const NEEDED = "git cmake ninja emcc c++ clang++ clang-format git-lfs qpdf chromium".split(" ");

const CACHED = ["include/nlohmann/json.hpp", "zlib/zlib.h", "libdeflate/libdeflate.h", "pdfs/complete"];

const findTool = (name) =>
  process.env.PATH.split(delimiter).map((folder) => join(folder, name)).find((path) => existsSync(path));

/**
 * @param {{ without?: string[], more?: string[], fakes?: Record<string, string> }} machine `more` are further commands,
 *   `fakes` are scripts by command name.
 * @param {(machine: { root: string, bin: string, setup: (...args: string[]) => { code: number, said: string } }) =>
 *   void} body
 */
function onMachine({ without = [], more = [], fakes = {} }, body) {
  const root = mkdtempSync(join(tmpdir(), "hubstash-setup-"));
  const bin = join(root, "bin");
  const write = (path, text) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  try {
    for (const path of ["setup", "setup.d"]) {
      cpSync(join(ROOT, "tools", path), join(root, "tools", path), { recursive: true });
    }
    const cached = CACHED.map((path) => `.cache/${path}`);
    for (const path of [...cached, "package-lock.json"]) write(path, "");
    utimesSync(join(root, "package-lock.json"), 1, 1);
    write("node_modules/.package-lock.json", "");
    mkdirSync(bin);
    for (const name of [...BASICS, ...NEEDED, ...more].filter((tool) => !without.includes(tool) && !(tool in fakes))) {
      const tool = findTool(name);
      if (tool) symlinkSync(tool, join(bin, name));
    }
    for (const [name, script] of Object.entries(fakes)) {
      writeFileSync(join(bin, name), `#!${findTool("bash")}\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const setup = (...args) => {
      const env = { PATH: bin, HOME: root, CI: "true" };
      const { status, stdout, stderr } = spawnSync(join(root, "tools/setup"), args, { env, encoding: "utf8" });
      return { code: status, said: stdout + stderr };
    };
    body({ root, bin, setup });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("quick and silent where all is there", () => {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(join(ROOT, "tools/setup"), { encoding: "utf8" });
  assert.deepEqual([status, stdout + stderr], [0, ""]);
  assert.ok(performance.now() - started < 1000);
});

test("writes what it found, and not again when nothing changed", () => {
  onMachine({}, ({ root, setup }) => {
    assert.deepEqual(setup(), { code: 0, said: "" });
    const file = join(root, ".cache/toolchain.env");
    assert.match(readFileSync(file, "utf8"), /^EMSCRIPTEN_ROOT=\/.+\n/);
    assert.match(readFileSync(file, "utf8"), new RegExp(`^CHROMIUM=${root}/bin/chromium$`, "m"));
    utimesSync(file, 1, 1);
    setup();
    assert.equal(statSync(file).mtimeMs, 1000);
  });
});

test("a tool is missing, and there is no apt-get", () => {
  onMachine({ without: ["cmake"] }, ({ setup }) => {
    const { code, said } = setup();
    assert.equal(code, 1);
    assert.match(said, /missing: CMake 3\.25 or newer \(build\)\./);
    assert.match(said, /package manager/);
  });
});

test("tools are missing, and the user may not install: says what root has to run", () => {
  const fakes = { "apt-get": "exit 1", id: "echo 1000" };
  onMachine({ without: ["cmake", "ninja"], fakes }, ({ setup }) => {
    const { code, said } = setup("build");
    assert.equal(code, 1);
    assert.match(said, /neither root nor sudo/);
    assert.match(said, /Run as root: {2}apt-get update && apt-get install .* cmake ninja-build$/m);
  });
});

test("a browser and test libraries are no concern of a build", () => {
  onMachine({ without: ["chromium", "git-lfs", "clang-format", "clang++"] }, ({ setup }) => {
    assert.deepEqual(setup("build"), { code: 0, said: "" });
    const { code, said } = setup();
    assert.equal(code, 1);
    assert.match(said, /clang \(fuzz targets\).*git-lfs .*Chromium/);
  });
});

// Knows no package until its lists are updated; installing cmake puts it on the PATH.
const APT_OF_A_FRESH_MACHINE = `
here=$(dirname "$0")
echo "$@" >>"$here/apt.calls"
for word in "$@"; do
  [ "$word" != update ] || touch "$here/lists"
done
case "$*" in *install*)
  [ -e "$here/lists" ] || { echo "E: Unable to locate package cmake"; exit 100; }
  ln -s ${findTool("cmake")} "$here/cmake" ;;
esac`;

test("installs through sudo, updating the package lists only when they are of no use", () => {
  const fakes = { "apt-get": APT_OF_A_FRESH_MACHINE, id: "echo 1000", sudo: '[ "$1" = -n ] && shift; "$@"' };
  onMachine({ without: ["cmake"], fakes }, ({ bin, setup }) => {
    const { code, said } = setup();
    assert.equal(code, 0, said);
    assert.match(said, /installing cmake\n.*updating the package lists\n.*ready\n$/s);
    const calls = readFileSync(join(bin, "apt.calls"), "utf8").trim().split("\n");
    assert.deepEqual(calls.map((call) => /install|update/.exec(call)[0]), ["install", "update", "install"]);

    rmSync(join(bin, "cmake"));
    rmSync(join(bin, "apt.calls"));
    assert.equal(setup().code, 0);
    assert.doesNotMatch(readFileSync(join(bin, "apt.calls"), "utf8"), /update/);
    assert.deepEqual(setup(), { code: 0, said: "" });
  });
});

test("apt-get fails: shows its last words and the command", () => {
  const fakes = { "apt-get": "echo 'E: You have no space left'; exit 100", id: "echo 0" };
  onMachine({ without: ["cmake"], fakes }, ({ setup }) => {
    const { code, said } = setup();
    assert.equal(code, 1);
    assert.match(said, /E: You have no space left\n.*Run as root: .*cmake/s);
  });
});

// Its source packages hold the files that setup keeps, and another.
const APT_WITH_SOURCES = `
echo "$@" >>"$(dirname "$0")/apt.calls"
case "$*" in *" source "*)
  name="\${@: -1}"
  mkdir -p "$name-1.0/lib"
  for file in $name.h common_defs.h COPYING LICENSE lib/deflate_compress.c README; do echo >"$name-1.0/$file"; done
  python3 -m tarfile -c "\${name}_1.0.orig.tar.gz" "$name-1.0" ;;
esac`;

test("sources that are missing are fetched with one update of private package lists, and nothing is left of it", () => {
  const fakes = { "apt-get": APT_WITH_SOURCES };
  onMachine({ more: ["basename", "cp", "mv", "python3", "sed"], fakes }, ({ root, bin, setup }) => {
    const cached = (path) => existsSync(join(root, ".cache", path));
    for (const name of ["zlib", "libdeflate"]) rmSync(join(root, ".cache", name), { recursive: true });
    const { code, said } = setup("build");
    assert.equal(code, 0, said);
    assert.match(said, /fetching the source of zlib libdeflate\n/);
    const kept = ["zlib/zlib.h", "zlib/LICENSE", "libdeflate/libdeflate.h", "libdeflate/lib/deflate_compress.c"];
    assert.deepEqual(kept.filter((path) => !cached(path)), []);
    assert.deepEqual(["apt", "zlib.new", "zlib/README", "libdeflate/README"].filter(cached), []);
    const calls = readFileSync(join(bin, "apt.calls"), "utf8").trim().split("\n");
    assert.deepEqual(calls.map((call) => / (update|source .*)$/.exec(call)[1]), [
      "update", "source --download-only zlib", "source --download-only libdeflate",
    ]);
    assert.deepEqual(setup("build"), { code: 0, said: "" });
  });
});

test("a source cannot be fetched: says where it is to be had, and where it goes", () => {
  onMachine({}, ({ root, setup }) => {
    rmSync(join(root, ".cache/libdeflate"), { recursive: true });
    const { code, said } = setup("build");
    assert.equal(code, 1);
    assert.match(said, /source of libdeflate is missing/);
    assert.match(said, /github\.com\/ebiggers\/libdeflate so that \.cache\/libdeflate\/libdeflate\.h exists/);
  });
});

test("versions that cannot build it", () => {
  onMachine({ fakes: { node: "echo v18.19.0" } }, ({ setup }) => {
    const { code, said } = setup();
    assert.equal(code, 1);
    assert.match(said, /Node 18\.19\.0 is too old\.\n +Install Node 20/);
  });
  onMachine({ fakes: { cmake: "echo cmake version 3.22.1" } }, ({ setup }) => {
    assert.match(setup().said, /CMake 3\.22\.1 is too old\.\n +Install CMake 3\.25/);
  });
  onMachine({ fakes: { cmake: "echo cmake version 4.1.0-rc1" } }, ({ setup }) => {
    assert.deepEqual(setup(), { code: 0, said: "" });
  });
});

test("npm packages are installed anew when the lockfile is newer", () => {
  const npm = 'echo "$@" >npm.calls; touch node_modules/.package-lock.json';
  onMachine({ fakes: { npm } }, ({ root, setup }) => {
    const soon = Date.now() / 1000 + 5;
    utimesSync(join(root, "node_modules/.package-lock.json"), 1, 1);
    utimesSync(join(root, "package-lock.json"), 2, 2);
    assert.match(setup().said, /installing the npm packages/);
    assert.match(readFileSync(join(root, "npm.calls"), "utf8"), /^ci /);
    assert.deepEqual(setup(), { code: 0, said: "" });
    utimesSync(join(root, "package-lock.json"), soon, soon);
    assert.match(setup("build").said, /installing the npm packages/, "a build bundles with one of them");
  });
});

test("a part that does not exist", () => {
  onMachine({}, ({ setup }) => {
    const { code, said } = setup("everything");
    assert.equal(code, 1);
    assert.match(said, /unknown part "everything"\n +Call it as: tools\/setup \[build\|all\|engines\]/);
  });
});
