// Everything that a run needs: the bundled page, a server, a browser with its profile, a Hub. `close()` ends and
// removes all of it, whatever had been started by then.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PDF_FOLDER } from "../../tests/browser/api/pdfs.js";
import { buildStock } from "../../tests/browser/store/build.js";
import { ROOT } from "../lib/toolchain.js";
import { Tab, launch } from "./browser.js";
import { bundlePage } from "./bundle.js";
import { contender } from "./contenders.js";
import { startHubProcess } from "./hub.js";
import { serveHosts } from "./server.js";

export class Setting {
  /** @type {(() => unknown)[]} */
  #ends = [];
  /** @type {Map<string, Tab>} */
  #tabs = new Map();
  /** Addresses of the tabs, which stay their contenders' until they are dropped. @type {Map<string, string>} */
  #urls = new Map();
  /** @type {Awaited<ReturnType<typeof startHubProcess>> | null} */
  #hub = null;
  #closed = false;

  /** @param {string} parent where the run's folder goes, with the browser's profile: on a disk, for true figures */
  async start(parent) {
    const built = existsSync(join(ROOT, "dist/hubstash-core.wasm"));
    if (!built) throw new Error("dist/ is missing; run npm run build first");
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, "run-"));
    this.folder = folder;
    await this.#own(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
    const page = join(this.folder, "page");
    const [stock] = await Promise.all([buildStock(), bundlePage(page)]);
    const server = serveHosts({
      "/bench/": page,
      "/dist/": join(ROOT, "dist"),
      "/codec/": join(ROOT, "build/wasm/codec"),
      "/stock/": stock,
      "/pages/": join(ROOT, "tests/browser/api/pages"),
      "/pdfs/": PDF_FOLDER,
      "/pdfjs/": join(ROOT, "node_modules/pdfjs-dist/build"),
    });
    this.server = server;
    await this.#own(() => server.close());
    await this.#launch();
    await this.#own(() => this.browser.close());
    this.browserVersion = await this.browser.version();
  }

  async #launch() {
    this.browser = await launch(join(this.folder, "profile"));
  }

  /** The browser starts anew with the same profile, as for a cold start; a tab is open again once asked for. */
  async relaunch() {
    await this.browser.close();
    this.#tabs.clear();
    await this.#launch();
  }

  /** The Hub, started when it is first wanted. */
  async hub() {
    if (!this.#hub) {
      const hub = await startHubProcess(join(this.folder, "hub"));
      this.#hub = hub;
      await this.#own(() => hub.close());
    }
    return this.#hub;
  }

  /**
   * The tab of a contender, with its store open. A second name after "@" is another tab of the same contender, on
   * another host, and so with another store.
   * @param {string} name such as "raw" or "raw@full"
   * @param {{ open?: boolean }} [options] whether its store is opened when the tab is new
   */
  async tab(name, { open = true } = {}) {
    const known = this.#tabs.get(name);
    if (known && !known.hangs) return known;
    if (known) await this.drop(name); // The next row gets a new one.
    const { library, given } = contender(name.split("@")[0]);
    const tab = await this.#newTab(name, `/page.html?contender=${library}`);
    if (open) await tab.run("open", given);
    return tab;
  }

  /** A page on a host of its own, with nothing in it. */
  emptyTab() {
    return this.#newTab("empty", "/empty.html");
  }

  /** @param {string} name closes the tab, and forgets it */
  async drop(name) {
    const tab = this.#tabs.get(name);
    this.#tabs.delete(name);
    this.#urls.delete(name);
    await tab?.close();
  }

  /** @returns {string[]} what the pages complained of */
  complaints() {
    return [...this.#tabs].flatMap(([name, tab]) => tab.complaints.map((text) => `${name}: ${text}`));
  }

  /** What has just been started is ended by `close()`, or at once where that has been called meanwhile. */
  async #own(end) {
    if (!this.#closed) return void this.#ends.push(end);
    await end();
    throw new Error("the run was stopped");
  }

  async #newTab(name, path) {
    const url = this.#urls.get(name) ?? `${await this.server.origin()}${path}`;
    this.#urls.set(name, url);
    const tab = new Tab(await this.browser.newPage(), url);
    this.#tabs.set(name, tab);
    await tab.load();
    return tab;
  }

  async close() {
    if (this.#closed) return;
    this.#closed = true;
    // One that cannot be ended must not keep the others running, or their files on the disk.
    const failures = [];
    for (const end of this.#ends.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
