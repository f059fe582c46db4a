// A local Hub, the served page and a browser tab on it, as a person has them after `npm start`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHub } from "../../../tools/hub/server.js";
import { LOCAL_TOKEN } from "../../../tools/hub/tokens.js";
import { servePage } from "../../../tools/start/serve-page.js";

export const DATASET = "user/hubstash-bench";

/**
 * @param {import("puppeteer-core").Browser} browser
 * @param {{ tokens?: string[], viewport?: { width: number, height: number } }} [options] `tokens`: the Hub's; none: any
 */
export async function openBenchPage(browser, { tokens = [], viewport = { width: 1280, height: 900 } } = {}) {
  const data = mkdtempSync(join(tmpdir(), "hubstash-bench-hub-"));
  const hub = await startHub({ data, tokens });
  const server = await servePage({ port: 0, config: { hubUrl: hub.url, token: LOCAL_TOKEN, dataset: DATASET } });
  const context = await browser.createBrowserContext();
  const tab = await context.newPage();
  const complaints = [];
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.setViewport(viewport);
  await tab.goto(server.url);
  await tab.waitForFunction("globalThis.hubstashBench?.state === 'ready'");

  /** Sets a field as a person does who clears it and types. */
  const fill = async (id, value) => {
    await tab.$eval(`#${id}`, (input) => (input.value = ""));
    await tab.type(`#${id}`, value);
  };
  const textOf = (selector) => tab.$eval(selector, (found) => found.textContent.trim().replace(/\s+/g, " "));
  const isShown = (selector) => tab.$eval(selector, (found) => found.checkVisibility());
  return {
    hub, tab, complaints, fill, textOf, isShown,
    /** Presses a button and waits for the end of the run; gives what the person then reads. */
    async run(button) {
      await tab.click(button);
      const ended = "['done', 'failed'].includes(hubstashBench.state)";
      await tab.waitForFunction(ended, { timeout: 120_000, polling: 100 });
      const failed = await isShown("#error-card");
      return {
        state: await tab.evaluate("hubstashBench.state"),
        report: await tab.evaluate("hubstashBench.report"),
        error: failed ? await textOf("#error-card") : "",
      };
    },
    async close() {
      await context.close();
      await server.close();
      await hub.close();
      rmSync(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * What the Hub itself says of a dataset's files, asked without hubstash.
 * @param {string} hubUrl
 * @returns {Promise<string[] | null>} null when there is no such dataset
 */
export async function filesOf(hubUrl, dataset = DATASET, token = LOCAL_TOKEN) {
  const address = `${hubUrl}/api/datasets/${dataset}/tree/main?recursive=true`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (response.status === 404) return null;
  return (await response.json()).filter((one) => one.type === "file").map((one) => one.path);
}
