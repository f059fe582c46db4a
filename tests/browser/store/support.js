// What each test file here needs: a browser, a server, and a page whose worker runs the tasks of pages/tasks.js.
import path from "node:path";
import { launch } from "../harness/browser.js";
import { repository } from "../harness/emscripten.js";
import { serve } from "../harness/server.js";
import { buildCore, buildStock } from "./build.js";

const PAGE = '<!doctype html><title>store</title><script type="module" src="/store/pages/page.js"></script>';

/** Opens the page of a server in a tab; `call(task, ...args)` runs a task in its worker. */
async function open(page, origin) {
  await page.goto(`${origin}/page.html`);  // Resolves after the module script, so `call` is there.
  return { page, call: (...args) => page.evaluate((all) => globalThis.call(...all), args) };
}

/** The whole setting of a test file; `close()` removes it. */
export async function start() {
  const [core, stock] = await Promise.all([buildCore(), buildStock()]);
  const here = path.join(repository, "tests/browser/store");
  const roots = { "/store/": here, "/core/": `${core}/`, "/stock/": `${stock}/` };
  const server = await serve({ roots, files: { "/page.html": PAGE } });
  const chromium = await launch();
  const tab = await open(chromium.page, server.origin);
  return {
    ...tab,
    chromium,
    origin: server.origin,
    openTab: async () => open(await chromium.newPage(), server.origin),
    relaunch: async () => open((await chromium.relaunch()).page, server.origin),
    close: async () => {
      await chromium.close();
      await server.close();
    },
  };
}
