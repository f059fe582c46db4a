// What each scenario here needs: Chromium, the package as it is shipped under a strict Content-Security-Policy, and a
// Hub of its own.
import { ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startHub } from "../../../tools/hub/server.js";
import { launch } from "../harness/browser.js";
import { repository } from "../harness/emscripten.js";
import { serve } from "../harness/server.js";
import { PDF_FOLDER } from "./pdfs.js";

const PAGE = '<!doctype html><title>app</title><script type="module" src="/pages/app.js"></script>';
export const DATASET = "alice/notes";
export const TOKEN = "hf_write";

/** A Hub with a folder of its own, and its control endpoints. */
export async function hub(options = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "hubstash-hub-"));
  const running = await startHub({ data, tokens: [`${TOKEN}:write:alice`, "hf_read:read:alice"], ...options });
  const request = async (target, { body, method = body ? "POST" : "GET" } = {}) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
    const answer = await fetch(new URL(target, running.url), { method, headers, body: body && JSON.stringify(body) });
    ok(answer.ok, `${method} ${target}: ${answer.status}`);
    return answer.json();
  };
  return {
    url: running.url,
    request,
    /** What goes wrong from now on; see tools/hub/faults.js. */
    fault: (rule) => request("/__hub/faults", { body: rule }),
    heal: () => request("/__hub/faults", { method: "DELETE" }),
    forget: () => request("/__hub/log", { method: "DELETE" }),
    /** The requests since `forget()`, without the browser's own preflights. */
    requests: async () => (await request("/__hub/log")).entries.filter(({ method }) => method !== "OPTIONS"),
    commits: async () => request(`/api/datasets/${DATASET}/commits/main`),
    createDataset: (more = {}) =>
      request("/api/repos/create", {
        body: { type: "dataset", organization: "alice", name: "notes", private: true, ...more },
      }),
    /** Nobody answers at its address any more. */
    stop: () => running.close(),
    close: async () => {
      await running.close();
      await rm(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A browser with a fresh profile on the test page. `evaluate` runs a function there; `options` are puppeteer's. */
export async function device(site, options = {}) {
  const chromium = await launch(options);
  const visit = async (page) => {
    await page.goto(`${site.origin}/app.html`);
    await page.waitForFunction(() => globalThis.ready === true);
    return page;
  };
  await visit(chromium.page);
  return {
    chromium,
    evaluate: (...args) => chromium.page.evaluate(...args),
    reload: () => visit(chromium.page),
    newTab: async () => visit(await chromium.newPage()),
    /** The browser ends as in a crash, and comes back on the same profile. */
    crash: async () => {
      await chromium.kill();
      await chromium.relaunch();
      await visit(chromium.page);
    },
    close: () => chromium.close(),
  };
}

/** The package and the page, as a static host would serve them. */
export async function site({ roots = {}, files = {}, ...more } = {}) {
  const dist = path.join(repository, "dist");
  ok(existsSync(path.join(dist, "hubstash-core.wasm")), "dist/ is missing; run npm run build first");
  return serve({
    roots: {
      "/dist/": `${dist}/`,
      "/pages/": path.join(repository, "tests/browser/api/pages/"),
      "/pdfs/": `${PDF_FOLDER}/`,
      ...roots,
    },
    files: { "/app.html": PAGE, ...files },
    ...more,
  });
}

/**
 * Options of a store that syncs only when it is told to, so that a test sees nothing but what it does, and that keeps
 * nothing in memory, so that what is loaded is what is stored.
 */
export const manual = (hubUrl, more = {}) => ({
  dataset: DATASET,
  hubUrl,
  token: TOKEN,
  sync: { auto: false, pollMs: 0 },
  ...more,
  cache: { memoryBytes: 0, ...more.cache },
});

/** Closes them all, also when one of them cannot be closed. */
export async function closeAll(...things) {
  for (const result of await Promise.allSettled(things.map((thing) => thing?.close()))) {
    if (result.status === "rejected") throw result.reason;
  }
}
