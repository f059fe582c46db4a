// Goal: each mode does what it says, the usage example of the README works as it stands, and no token is left anywhere.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { repository } from "../harness/emscripten.js";
import { DATASET, TOKEN, closeAll, device, hub, manual, site } from "./support.js";

let pages, browser, remote;
before(async () => {
  pages = await site();
});
after(() => closeAll(pages));
beforeEach(async () => {
  remote = await hub();
  browser = await device(pages);
});
afterEach(() => closeAll(browser, remote));

test("local: nothing leaves the browser", async () => {
  const { receipt, url } = await browser.evaluate(async (hubUrl) => {
    await open({ mode: "local", hubUrl });
    const saved = await store.saveProject({ id: "a" });
    return { receipt: saved, url: await store.pdfs.url("a") };
  }, remote.url);
  match(receipt.ref, /^local:\/\/projects\//);
  strictEqual(url, null);
  deepStrictEqual(await remote.requests(), []);
});

test("remote: a save is on the Hub when it resolves, and nothing is kept in the browser", async () => {
  await remote.createDataset();
  const { receipt, name, databases } = await browser.evaluate(
    async (options) => {
      await open(options);
      const saved = await store.saveProject({ id: "a", name: "on the Hub" });
      const loaded = await store.loadProject("a");
      return { receipt: saved, name: loaded.name, databases: await indexedDB.databases() };
    },
    manual(remote.url, { mode: "remote" }),
  );
  strictEqual(name, "on the Hub");
  deepStrictEqual(databases, []);
  ok(receipt.ref.startsWith(`hf://datasets/${DATASET}/projects/`), receipt.ref);
  const tree = await remote.request(`/api/datasets/${DATASET}/tree/main?recursive=true`);
  ok(
    tree.some((entry) => receipt.ref.endsWith(entry.path)),
    JSON.stringify(tree),
  );
});

test("remote: what another page has saved since is merged, or kept as a copy, and not overwritten", {
  timeout: 60_000,
}, async () => {
  const other = await device(pages);
  try {
    const options = manual(remote.url, { mode: "remote" });
    await browser.evaluate(async (options) => {
      await open(options);
      await store.saveProject({ id: "a", title: "first", pages: 1 });
      await store.savePdf("p", new Blob(["%PDF first"]));
    }, options);
    await other.evaluate(async (options) => {
      await open(options);
      const project = await store.loadProject("a");
      await store.loadPdf("p");
      await store.saveProject({ ...project, pages: 2 });
      await store.savePdf("p", new Blob(["%PDF theirs"]));
    }, options);
    const found = await browser.evaluate(async () => {
      await store.saveProject({ id: "a", title: "second", pages: 1 });
      await store.savePdf("p", new Blob(["%PDF ours"]));
      const text = async (id) => new TextDecoder().decode(await (await store.loadPdf(id)).arrayBuffer());
      const copies = await Promise.all((await store.pdfs.conflicts()).map(({ copyId }) => text(copyId)));
      return { project: await store.loadProject("a"), pdf: await text("p"), copies };
    });
    deepStrictEqual(found, {
      project: { id: "a", title: "second", pages: 2 },
      pdf: "%PDF theirs",
      copies: ["%PDF ours"],
    });
  } finally {
    await other.close();
  }
});

test("hybrid: a save is sent by itself", { timeout: 60_000 }, async () => {
  const pushed = await browser.evaluate(
    async (options) => {
      await open(options);
      await store.saveProject({ id: "a" });
      await until(async () => (await store.status()).synced);
      return (await store.status()).pending;
    },
    manual(remote.url, { sync: { idleMs: 200, maxWaitMs: 1000, pollMs: 0 } }),
  );
  strictEqual(pushed, 0);
});

test("hybrid: what another device saved is found by itself", { timeout: 60_000 }, async () => {
  const other = await device(pages);
  try {
    await browser.evaluate((options) => open(options), manual(remote.url, { sync: { idleMs: 200, pollMs: 500 } }));
    await other.evaluate(async (options) => {
      await open(options);
      await store.saveProject({ id: "b", name: "from afar" });
      await store.sync();
    }, manual(remote.url));
    const name = await browser.evaluate(async () => {
      await until(async () => (await store.listProjects()).length === 1);
      return (await store.loadProject("b")).name;
    });
    strictEqual(name, "from afar");
  } finally {
    await other.close();
  }
});

test("hybrid: devices that make the dataset at the same moment all sync", { timeout: 60_000 }, async () => {
  const others = await Promise.all([device(pages), device(pages)]);
  try {
    const save = async (each, id) =>
      each.evaluate(
        async (options, project) => {
          await open(options);
          await store.saveProject({ id: project });
          await store.sync();
        },
        manual(remote.url),
        id,
      );
    await Promise.all([save(browser, "a"), save(others[0], "b"), save(others[1], "c")]);
    const ids = await browser.evaluate(async () => {
      await store.sync();
      return (await store.listProjects()).map(({ id }) => id).sort();
    });
    deepStrictEqual(ids, ["a", "b", "c"]);
  } finally {
    await closeAll(...others);
  }
});

test("the token is neither in the browser's profile nor on the Hub's disk nor in a URL", async () => {
  await browser.evaluate(async (options) => {
    await open(options);
    await store.saveProject({ id: "a" });
    await store.sync();
    await store.close();
  }, manual(remote.url));
  for (const { path: target } of await remote.requests()) ok(!target.includes(TOKEN));
  await browser.chromium.browser.close();
  // grep ends with 1 where nothing matches.
  const found = (() => {
    try {
      return execFileSync("grep", ["-rlF", TOKEN, browser.chromium.profile], { encoding: "utf8" });
    } catch (error) {
      return error.status === 1 ? "" : String(error);
    }
  })();
  strictEqual(found, "");
});

test("the usage example of the README runs as it stands", async () => {
  const readme = readFileSync(path.join(repository, "README.md"), "utf8");
  const example = [...readme.matchAll(/^```js\n([\s\S]*?)^```/gm)]
    .map(([, code]) => code)
    .find((code) => code.includes("openStore("));
  ok(example, "README.md has a ```js block that opens a store");
  // Only what a reader would replace as well is replaced: the package's address, the dataset, the token and the Hub.
  const code = example
    .replace(/from\s+["'][^"']*["']/, 'from "/dist/index.js"')
    .replace(/dataset:\s*["'][^"']*["']/, `dataset: "${DATASET}", hubUrl: "${remote.url}"`)
    .replace(/token:\s*[^,}\n]+/, `token: "${TOKEN}"`);
  const page = '<!doctype html><title>readme</title><script type="module" src="/example.js"></script>';
  const own = await site({
    files: { "/readme.html": page, "/example.js": `${code}\nglobalThis.done = true;\n` },
  });
  try {
    await browser.chromium.page.goto(`${own.origin}/readme.html`);
    await browser.chromium.page
      .waitForFunction(() => globalThis.done === true, { timeout: 20_000 })
      .catch((error) => {
        throw new Error(`${error.message}\n${browser.chromium.log.join("\n")}\n${code}`);
      });
  } finally {
    await own.close();
  }
});
