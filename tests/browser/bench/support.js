// A local Hub, the page as `npm start` serves it, and a browser tab on it. Nothing is compiled: dist/ is as it is.
import { deepEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startHub } from "../../../tools/hub/server.js";
import { LOCAL_TOKEN } from "../../../tools/hub/tokens.js";
import { LIBRARIES, bundleLibraries } from "../../../tools/start/bundle-libraries.js";
import { servePage } from "../../../tools/start/serve-page.js";
import { launch } from "../harness/browser.js";
import { repository } from "../harness/emscripten.js";

export const DATASET = "user/hubstash-bench";

/**
 * One Chromium for the tests of a file. Gives what each of them calls to have a page, with a storage of its own, which
 * in the end may have complained of nothing: no error, and nothing that the policy refused.
 */
export function benchPages() {
  let chromium;
  before(async () => {
    ok(existsSync(path.join(repository, "dist/hubstash-core.wasm")), "dist/ is missing; run npm run build first");
    if (!existsSync(path.join(LIBRARIES, "index.json"))) await bundleLibraries();
    chromium = await launch();
  });
  after(() => chromium.close());
  return async (options, use) => {
    const page = await benchPage(chromium, options);
    try {
      await use(page);
      deepEqual(page.complaints, [], "the page complained");
    } finally {
      await page.close();
    }
  };
}

/**
 * @param {Awaited<ReturnType<typeof launch>>} chromium
 * @param {{ hub?: object, viewport?: object, dark?: boolean, bypassCSP?: boolean, without?: string }} [options] `hub`:
 *   of startHub; `without`: what is not served
 */
async function benchPage(chromium, options = {}) {
  const { viewport = { width: 1200, height: 900 }, dark = false, bypassCSP = false } = options;
  const data = await mkdtemp(path.join(tmpdir(), "hubstash-bench-hub-"));
  const hub = await startHub({ data, ...options.hub });
  const config = { hubUrl: hub.url, token: LOCAL_TOKEN, dataset: DATASET };
  const server = await servePage({ port: 0, config });
  const context = await chromium.browser.createBrowserContext();
  const tab = await context.newPage();
  const complaints = [];
  tab.on("pageerror", (error) => complaints.push(String(error)));
  tab.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  if (options.without) {
    const session = await tab.createCDPSession();
    await session.send("Network.enable");
    await session.send("Network.setBlockedURLs", { urls: [`*${options.without}*`] });
  }
  await tab.setBypassCSP(bypassCSP);
  await tab.setViewport(viewport);
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  await tab.goto(server.url);
  await tab.waitForFunction("globalThis.hubstashBench?.state === 'ready'");

  const request = async (target, { body, method = body ? "POST" : "GET" } = {}) => {
    const headers = { Authorization: `Bearer ${LOCAL_TOKEN}`, "Content-Type": "application/json" };
    const answer = await fetch(new URL(target, hub.url), { method, headers, body: body && JSON.stringify(body) });
    return answer.status === 404 ? null : answer.json();
  };
  const textOf = (selector) => tab.$eval(selector, (found) => found.textContent.trim().replace(/\s+/g, " "));
  const isShown = (selector) => tab.$eval(selector, (found) => found.checkVisibility());
  const page = {
    hub, tab, complaints, textOf, isShown, request, url: server.url,
    fault: (rule) => request("/__hub/faults", { body: rule }),
    /** The requests that reached the Hub and its CDN, without the browser's own preflights. */
    requests: async () => (await request("/__hub/log")).entries.filter(({ method }) => method !== "OPTIONS"),
    /** Files that are not the dataset's own bookkeeping; null: there is no dataset. */
    async files(dataset = DATASET) {
      const tree = await request(`/api/datasets/${dataset}/tree/main?recursive=true`);
      const isOurs = ({ type, path: file }) => type === "file" && /\.(pdf|json|gz)$/.test(file);
      return tree && tree.filter(isOurs).map((one) => one.path).filter((file) => !file.includes(".hubstash/"));
    },
    commits: async () => (await request(`/api/datasets/${DATASET}/commits/main`)) ?? [],
    /** As another client would. */
    async commit(lines) {
      const headers = { Authorization: `Bearer ${LOCAL_TOKEN}`, "Content-Type": "application/x-ndjson" };
      const body = lines.map((line) => JSON.stringify(line)).join("\n");
      const answer = await fetch(`${hub.url}/api/datasets/${DATASET}/commit/main`, { method: "POST", headers, body });
      ok(answer.ok, await answer.text());
    },
    /** Names of this browser's databases and files that the benchmark may have made. */
    stored: () =>
      tab.evaluate(async () => {
        const names = (await indexedDB.databases()).map(({ name }) => name);
        for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
        return names;
      }),
    async fill(id, value) {
      await tab.$eval(`#${id}`, (input) => {
        input.value = "";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await tab.type(`#${id}`, String(value));
    },
    /** Leaves exactly these boxes of a group ticked. */
    tick: (group, values) =>
      tab.$$eval(`#choose-${group} input`, (boxes, wanted) => {
        for (const box of boxes) if (box.checked !== wanted.includes(box.value)) box.click();
      }, values),
    /** Waits for the end of a run that was started; gives what a person then reads. */
    async ended() {
      // Asked again and again, as one long question would run into the limit of puppeteer's protocol.
      const stateNow = () => tab.evaluate("hubstashBench.state");
      const until = Date.now() + 240_000;
      while ((await stateNow()) === "running" && Date.now() < until) await sleep(100);
      return {
        state: await stateNow(),
        report: await tab.evaluate("hubstashBench.report"),
        error: (await isShown("#error-card")) ? await textOf("#error-card") : "",
      };
    },
    async run(button = "#run-both") {
      await tab.click(button);
      return page.ended();
    },
    async close() {
      await context.close();
      await server.close();
      await hub.close();
      await rm(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return page;
}
