// What a scenario plays on: the package on a static host, a Hub of its own, and devices of one engine.
import path from "node:path";
import { installHelpers } from "../browser/storage/support.js";
import { closeAll, hub, manual, site } from "../browser/api/support.js";
import { repository } from "../browser/harness/emscripten.js";

const LONGEST_MS = 60_000;

/** Goes to the page of the tests, and waits until it can be used. */
export async function visit(tab, url) {
  await tab.goto(url);
  await ready(tab);
}

export async function ready(tab) {
  await waitFor(tab, () => globalThis.ready === true);
  await tab.evaluate(installHelpers);
}

/** Waits until `check` holds in the page. */
export async function waitFor(tab, check) {
  const deadline = Date.now() + LONGEST_MS;
  let failure = "";
  // A tab may still show what was there before it: then there is nothing yet to ask.
  const holds = () =>
    tab.evaluate(check).catch((error) => {
      failure = ` (${error.message})`;
      return false;
    });
  while (!(await holds())) {
    if (Date.now() > deadline) {
      const words = () => document.body.textContent.replace(/\s+/g, " ").slice(0, 1_000);
      const shown = await tab.evaluate(words).catch(() => "nothing");
      throw new Error(`never came: ${check}${failure}; the page shows: ${shown}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {import("./engines.js").Engine} engine */
export async function openStage(engine) {
  const pages = await site({ roots: { "/pdfjs/": path.join(repository, "node_modules/pdfjs-dist/build/") } });
  const remote = await hub();
  const devices = [];
  const address = `${pages.origin}/app.html`;

  const launched = (browser) => {
    devices.push(browser);
    return browser;
  };
  const deviceOf = async (browser) => {
    launched(browser);
    await visit(browser.tab, address);
    return {
      browser,
      evaluate: (...args) => browser.tab.evaluate(...args),
      reload: () => visit(browser.tab, address),
      newTab: async () => {
        const tab = await browser.newTab();
        await visit(tab, address);
        return tab;
      },
      /** The browser ends as in a crash, and comes back on the same profile. */
      crash: async () => {
        await browser.kill();
        await browser.relaunch();
        await visit(browser.tab, address);
      },
    };
  };
  return {
    pages,
    remote,
    /** One that has visited nothing yet. */
    bareDevice: async () => launched(await engine.launch()),
    device: async () => deviceOf(await engine.launch()),
    /** One whose disk is full after some MiB. */
    smallDevice: async () => deviceOf(await engine.launchSmall(pages.origin)),
    /** Opens the store of a page; it syncs when it is told to, unless `more` says otherwise. */
    open: (where, more) =>
      where.evaluate(async (options) => {
        await open(options);
        collect("change", "conflict");
      }, manual(remote.url, more)),
    close: () => closeAll(...devices, remote, pages),
  };
}
