// Goal: what `npm pack` yields is complete, has nothing that does not belong, and runs in a page without a bundler.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch } from "../harness/browser.js";
import { repository } from "../harness/emscripten.js";
import { serve } from "../harness/server.js";

let folder, unpacked, manifest;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hubstash-pack-"));
  // Whoever runs this suite has just built dist/; prepack would only do so again.
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { cwd: repository, encoding: "utf8" }));
  execFileSync("tar", ["-xzf", filename], { cwd: folder });
  unpacked = path.join(folder, "package");
  manifest = JSON.parse(readFileSync(path.join(unpacked, "package.json"), "utf8"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the entry and its types are there, and each import is among the files", () => {
  const entry = manifest.exports["."];
  for (const file of [entry.default, entry.types]) ok(existsSync(path.join(unpacked, file)), file);
  const dist = path.join(unpacked, "dist");
  for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
    const text = readFileSync(path.join(dist, name), "utf8");
    for (const [, target] of text.matchAll(/(?:from|await import\() ?"(\.[^"]+)"/g))
      ok(existsSync(path.join(dist, target)), `${name}: ${target}`);
  }
});

test("no dependencies, no sources, no tests", () => {
  deepStrictEqual(manifest.dependencies ?? {}, {});
  const files = readdirSync(unpacked, { recursive: true });
  deepStrictEqual(
    files.filter((name) => /\.(cpp|h|test\.js)$|^(tests|tools|wasm|web)/.test(name)),
    [],
  );
});

test("on a server it imports and exports its names", async () => {
  const module = await import(pathToFileURL(path.join(unpacked, manifest.exports["."].default)));
  deepStrictEqual(Object.keys(module).sort(), ["StoreError", "openStore"]);
});

test("in a page without a bundler it saves and loads", { timeout: 60_000 }, async () => {
  const site = await serve({
    roots: { "/vendor/hubstash/": `${unpacked}/` },
    files: {
      "/index.html": '<!doctype html><title>app</title><script type="module" src="/app.js"></script>',
      "/app.js": `import { openStore } from "/vendor/hubstash/${manifest.exports["."].default.slice(2)}";
        const store = await openStore({ mode: "local" });
        await store.saveProject({ id: "a", name: "packed" });
        globalThis.name = (await store.loadProject("a")).name;`,
    },
  });
  const chromium = await launch();
  try {
    await chromium.page.goto(`${site.origin}/index.html`);
    await chromium.page
      .waitForFunction(() => globalThis.name, { timeout: 20_000 })
      .catch((error) => {
        throw new Error(`${error.message}\n${chromium.log.join("\n")}`);
      });
    strictEqual(await chromium.page.evaluate(() => globalThis.name), "packed");
  } finally {
    await chromium.close();
    await site.close();
  }
});
