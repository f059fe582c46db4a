// Goal: the package works from any path and says clearly what is missing where it does not; a store whose worker is
// gone never leaves a call waiting.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../harness/emscripten.js";
import { closeAll, device, site } from "./support.js";

const dist = `${path.join(repository, "dist")}/`;

let pages, browser;
before(async () => {
  pages = await site({
    roots: { "/deep/er/lib/": dist },
    files: { "/broken/worker.js": "throw new Error('broken');", "/broken/core.wasm": "not wasm" },
  });
  browser = await device(pages);
});
after(() => closeAll(browser, pages));

const opened = (module, options) =>
  browser.evaluate(
    async (address, more) => {
      const { openStore } = await import(address);
      return outcome(
        openStore({ mode: "local", ...more }).then(async (store) => {
          const { id } = await store.saveProject({ id: "a" });
          await store.close();
          return id;
        }),
      );
    },
    module,
    options,
  );

test("from another path", async () => deepStrictEqual(await opened("/deep/er/lib/index.js"), { value: "a" }));

test("with the worker and the module elsewhere", async () => {
  const options = { workerUrl: "/deep/er/lib/worker.js", wasmUrl: "/deep/er/lib/hubstash-core.wasm" };
  deepStrictEqual(await opened("/dist/index.js", options), { value: "a" });
});

for (const [name, options] of Object.entries({
  "a worker that is not there": { workerUrl: "/nowhere/worker.js" },
  "a worker that throws": { workerUrl: "/broken/worker.js" },
  "a worker of another origin": { workerUrl: "http://127.0.0.1:1/worker.js" },
  "a module that is not there": { wasmUrl: "/nowhere/core.wasm" },
  "a module that is none": { wasmUrl: "/broken/core.wasm" },
})) {
  test(name, { timeout: 20_000 }, async () => {
    const { code, message } = await opened("/dist/index.js", options);
    strictEqual(code, "WORKER_DIED");
    match(message, /worker|module/i);
  });
}

test("a Content-Security-Policy without wasm-unsafe-eval is named as the reason", async () => {
  const strict = await site({ csp: "default-src 'self'" });
  const guarded = await device(strict);
  try {
    const { code, message } = await guarded.evaluate(() => outcome(open({ mode: "local" })));
    strictEqual(code, "WORKER_DIED");
    match(message, /wasm-unsafe-eval/);
  } finally {
    await closeAll(guarded, strict);
  }
});

test(
  "a worker that is lost: every call that waits rejects, an event tells, and another worker goes on",
  { timeout: 30_000 },
  async () => {
    const result = await browser.evaluate(async () => {
      const worker = await openAndCatchWorker({ mode: "local", cache: { memoryBytes: 0 } });
      await store.saveProject({ id: "kept" });
      collect("error");
      const waiting = [store.loadProject("kept"), store.sync()].map(outcome);
      worker.dispatchEvent(new ErrorEvent("error", { message: "trapped" }));
      const codes = (await Promise.all(waiting)).map(({ code }) => code);
      const { events } = globalThis;
      return { codes, events, kept: (await store.loadProject("kept")).id };
    });
    deepStrictEqual(result.codes, Array(2).fill("WORKER_DIED"));
    deepStrictEqual(result.events, [{ type: "error", detail: { code: "WORKER_DIED" } }]);
    strictEqual(result.kept, "kept");
  },
);
