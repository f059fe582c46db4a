#!/usr/bin/env node
// Takes the pictures of the README: both pages, as wide as a desktop and as a phone, after somebody has used them.
//
//   npm run screenshots                      into docs/screenshots
//   npm run screenshots -- --out FOLDER      into another folder
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildApp } from "./app/build.js";
import { startHub } from "./hub/server.js";
import { LOCAL_TOKEN } from "./hub/tokens.js";
import { launchChromium } from "./lib/chromium.js";
import { ROOT } from "./lib/toolchain.js";
import { servePage } from "./start/serve-page.js";

const { out } = parseArgs({ options: { out: { type: "string", default: join(ROOT, "docs/screenshots") } } }).values;
const SIZES = { desktop: { width: 1200, height: 1200 }, phone: { width: 360, height: 900 } };
const PDF = join(ROOT, ".cache/pdfs/reportlab.pdf");

/**
 * @param {import("puppeteer-core").Page} page
 * @param {string} name of the files
 * @param {string} top what is at the picture's upper edge
 */
async function take(page, name, top) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewport(viewport);
    await page.$eval(top, (element) => element.scrollIntoView());
    // What lays itself out anew, such as the chart, has done so two frames later.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const path = join(out, `${name}-${size}.png`);
    await page.screenshot({ path });
    console.log(path);
  }
}

async function benchmark(page, url) {
  await page.setViewport(SIZES.desktop);
  await page.goto(url);
  await page.waitForFunction("globalThis.hubstashBench?.state === 'ready'");
  await page.click("#run-both");
  await page.waitForFunction("hubstashBench.state === 'done'", { timeout: 300_000 });
  await take(page, "benchmark", "#recommendation-card");
}

async function demo(page, url) {
  await page.setViewport(SIZES.desktop);
  await page.goto(`${url}app/`);
  await page.waitForSelector("#workplace:not([hidden])");
  await (await page.$("#files")).uploadFile(PDF);
  await page.waitForFunction(() => document.querySelector("#reader-news").textContent.startsWith("Page 1 of"));
  const { x, y, width, height } = await (await page.$("#ink-canvas")).boundingBox();
  await page.mouse.move(x + 0.2 * width, y + 0.3 * height);
  await page.mouse.down();
  for (let i = 0; i <= 20; i++) {
    const at = i / 20;
    await page.mouse.move(x + (0.2 + 0.5 * at) * width, y + (0.3 + 0.02 * Math.sin(20 * at)) * height);
  }
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelectorAll("#marks li").length === 1);
  await page.click("#sync-now");
  await page.waitForFunction(() => document.querySelector("#sync-now").textContent === "Sync now");
  await take(page, "demo", "body");
}

const data = mkdtempSync(join(tmpdir(), "hubstash-screenshots-"));
mkdirSync(out, { recursive: true });
const folder = join(data, "app");
await buildApp(folder);
const hub = await startHub({ data });
const config = { hubUrl: hub.url, token: LOCAL_TOKEN };
const site = await servePage({
  port: 0,
  config: { ...config, dataset: "user/hubstash-bench" },
  app: { folder, config: { ...config, dataset: "user/pdf-notes" } },
});
const browser = await launchChromium();
try {
  await benchmark(await browser.newPage(), site.url);
  await demo(await browser.newPage(), site.url);
} finally {
  await browser.close();
  await site.close();
  await hub.close();
  rmSync(data, { recursive: true, force: true });
}
