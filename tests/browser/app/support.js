// What each scenario of the demo needs: the app as it is built, served as `npm start` does, a local Hub, and browsers
// that do with it what a person does.
import { deepStrictEqual } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildApp } from "../../../tools/app/build.js";
import { servePage } from "../../../tools/start/serve-page.js";
import { DATASET, TOKEN, hub } from "../api/support.js";
import { PDF_FOLDER } from "../api/pdfs.js";
import { smallPdf } from "../../torture/small-pdf.js";
import { launch } from "../harness/browser.js";

export { DATASET, TOKEN };
/** A PDF of one page, which every test file makes for itself. */
const OWN_FILES = mkdtempSync(path.join(tmpdir(), "hubstash-app-pdf-"));
process.on("exit", () => rmSync(OWN_FILES, { recursive: true, force: true }));
export const SMALL = path.join(OWN_FILES, "small.pdf");
writeFileSync(SMALL, smallPdf());
export const REPORTLAB = path.join(PDF_FOLDER, "reportlab.pdf");

/** The built app, its server and a Hub. `serve` starts the server (again, on the same port) with another config. */
export async function world() {
  const folder = await mkdtemp(path.join(tmpdir(), "hubstash-app-"));
  const [built, remote] = [await buildApp(folder), await hub()];
  const config = { hubUrl: remote.url, token: TOKEN, dataset: DATASET };
  let server = null;
  let port = 0;
  const serve = async (more = {}) => {
    server = await servePage({ port, exactly: true, config: {}, app: { config: { ...config, ...more }, folder } });
    port = Number(new URL(server.url).port);
  };
  await serve();
  return {
    built,
    folder,
    remote,
    config,
    address: `${server.url}app/`,
    serve,
    stopServer: () => server.close(),
    close: async () => {
      await server.close();
      await remote.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A browser of its own on the app, as one more device of the same person; `before` sees its page before the visit. */
export async function person({ address }, { width = 1200, height = 900, before = async () => {} } = {}) {
  const chromium = await launch();
  const wrong = [];
  const watch = (page) => {
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(String(error)));
  };
  const { page } = chromium;
  watch(page);
  await page.setViewport({ width, height });
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const visit = async () => {
    await page.goto(address);
    await page.waitForFunction(() => {
      const isChosen = document.querySelector("#welcome").hidden !== document.querySelector("#workplace").hidden;
      return isChosen && !document.querySelector("#status").textContent.startsWith("Opening");
    });
  };
  await before(page);
  await visit();
  return {
    chromium,
    page,
    visit,
    /** Errors that a browser's console has shown, violations of the policy among them. */
    wrong,
    isClean: () => deepStrictEqual(wrong, []),
    close: () => chromium.close(),
    ...verbs(page),
  };
}

/** What a person does and sees. */
function verbs(page) {
  const text = (selector) => page.$eval(selector, (element) => element.textContent.trim().replace(/\s+/g, " "));
  const button = (name, within = "body") =>
    page.waitForSelector(`${within} ::-p-aria([name="${name}"][role="button"])`);
  const wait = (body, ...args) => page.waitForFunction(body, { timeout: 20_000 }, ...args);
  return {
    text,
    wait,
    /** The status line says something that contains this. */
    says: (words) => wait((part) => document.querySelector("#status").textContent.includes(part), words),
    hasProblem: (words) => wait((part) => {
      const isThere = !document.querySelector("#problem").hidden;
      return isThere && document.querySelector("#problem-title").textContent.includes(part);
    }, words),
    press: async (name, within) => (await button(name, within)).click(),
    add: async (...files) => (await page.$("#files")).uploadFile(...files),
    names: () => page.$$eval(".entry-name", (all) => all.map((one) => one.textContent)),
    states: () => page.$$eval(".entry", (all) =>
      all.map((one) => [...one.querySelectorAll(".chip")].map((chip) => chip.textContent)),
    ),
    isListed: (name) => wait((wanted) =>
      [...document.querySelectorAll(".entry-name")].some((one) => one.textContent === wanted), name),
    /** The reader has drawn this page. */
    isShown: (number) => wait((wanted) =>
      document.querySelector("#reader-news").textContent.startsWith(`Page ${wanted} of`), number),
    marks: () => page.$$eval("#marks li span", (all) => all.map((one) => one.textContent)),
    hasMarks: (count) => wait((wanted) => document.querySelectorAll("#marks li span").length === wanted, count),
    /** Draws with the mouse, in parts of the sheet's size. */
    draw: async (...points) => {
      const { x, y, width, height } = await (await page.$("#ink-canvas")).boundingBox();
      const [first, ...others] = points.map(([a, b]) => [x + a * width, y + b * height]);
      await page.mouse.move(...first);
      await page.mouse.down();
      for (const point of others) await page.mouse.move(...point, { steps: 5 });
      await page.mouse.up();
    },
    /** How many pixels of a canvas are not white, or drawn at all. */
    inked: (selector) => page.$eval(selector, (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 0 && data[i] + data[i + 1] + data[i + 2] < 700) count += 1;
      }
      return count;
    }),
    sync: async () => {
      await page.click("#sync-now");
      await wait(() => document.querySelector("#sync-now").textContent === "Sync now");
    },
  };
}
