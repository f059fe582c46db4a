// The npm package as its users get it: packed, installed into an empty project, imported, and type-checked there.
// tools/test.js builds dist/ before it runs this.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { measureSizes, readSizes } from "../../tools/bench/sizes.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "hubstash-package-"));
const installed = join(project, "node_modules/hubstash");
after(() => rmSync(project, { recursive: true, force: true }));

before(() => {
  // Without scripts: what `npm pack` would build is built already.
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }');
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${filename}`], {
    cwd: project,
    stdio: "ignore",
  });
});

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();

test("holds what it needs, and nothing else", (t) => {
  const files = filesOf(installed);
  const needed = ["index.js", "types.d.ts", "worker.js", "hubstash-core.wasm"].map((name) => `dist/${name}`);
  for (const name of [...needed, "LICENSE", "README.md", "docs/NOTICES.md"]) assert.ok(files.includes(name), name);
  const expected = /^(dist\/.+\.(js|js\.map|wasm|d\.ts)|LICENSE|README\.md|docs\/NOTICES\.md|package\.json)$/;
  assert.deepEqual(files.filter((name) => !expected.test(name)), []);
  for (const name of files.filter((file) => file.startsWith("dist/"))) {
    const bytes = readFileSync(join(installed, name));
    t.diagnostic(`${name}: ${bytes.length} bytes, ${gzipSync(bytes).length} with gzip`);
  }
});

test("no file has grown by more than 2 % since docs/sizes.md was written", () => {
  // Whoever adds to what every page downloads says so there: npm run bench -- --only sizes.
  const written = readSizes(readFileSync(join(ROOT, "docs/sizes.md"), "utf8"));
  for (const { name, gzipBytes } of measureSizes(join(installed, "dist"))) {
    const most = (written.get(name) ?? 0) * 1.02;
    assert.ok(gzipBytes / 1024 <= most, `${name} has ${(gzipBytes / 1024).toFixed(1)} KB, and may have ${most} KB`);
  }
});

test("every file that its code names is in it, and it depends on nothing", () => {
  const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/g;
  const ASSET = /new URL\(\s*["']([^"'\n]+)["']\s*,\s*import\.meta\.url/g;
  for (const name of filesOf(installed).filter((file) => file.endsWith(".js"))) {
    // Types in comments are for the type checker.
    const text = readFileSync(join(installed, name), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    const named = [...text.matchAll(IMPORT), ...text.matchAll(ASSET)].map(([, path]) => path);
    for (const path of named) {
      assert.ok(existsSync(join(installed, dirname(name), path)), `${name} names ${path}, which is not in the package`);
    }
  }
  assert.equal(JSON.parse(readFileSync(join(installed, "package.json"), "utf8")).dependencies, undefined);
});

test("can be imported without a browser, as servers and bundlers do", () => {
  const script = 'const hubstash = await import("hubstash"); console.log(Object.keys(hubstash).length > 0);';
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: project,
    encoding: "utf8",
  });
  assert.equal(stdout.trim(), "true", stderr);
});

for (const resolution of ["bundler", "nodenext"]) {
  test(`its types serve a TypeScript project (${resolution})`, () => {
    const folder = join(project, resolution);
    mkdirSync(folder);
    writeFileSync(join(folder, "app.ts"), 'import * as hubstash from "hubstash";\nexport default hubstash;\n');
    const module = resolution === "nodenext" ? "nodenext" : "esnext";
    const compilerOptions = {
      strict: true, noEmit: true, target: "es2022", lib: ["es2022", "dom"], types: [], module,
      moduleResolution: resolution,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["app.ts"] }));
    const tsc = join(ROOT, "node_modules/.bin/tsc");
    const { status, stdout } = spawnSync(tsc, ["--project", folder], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
}
