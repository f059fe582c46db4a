// A browser profile of the torture: one device, with tabs that come and go, and a browser that gets killed.
import { launch } from "../browser/harness/browser.js";
import { within } from "../browser/harness/patience.js";

/** No call takes longer than this, whatever the Hub does; one that does ends without an answer, which is a failure. */
const PATIENCE_MS = 60_000;
const CLOSE_AGAIN_MS = 1_000;
const CLOSE_TRIES = 60;

/** A tab. `gone` is set before the torture takes it away, so that calls without an answer are known to be its doing. */
class Tab {
  gone = false;
  /** Its store is open. */
  isOpen = false;
  /** @param {import("puppeteer-core").Page} page @param {string} name */
  constructor(page, name) {
    this.page = page;
    this.name = name;
  }
}

export class Profile {
  /** @type {Map<number, Tab>} by slot */
  tabs = new Map();
  isUp = false;
  kills = 0;
  closes = 0;
  reloads = 0;
  #opened = 0;
  /** Ends with the browser that is up. */
  #life = new AbortController();

  /** @param {string} name @param {{origin: string, options: object}} app */
  constructor(name, app) {
    this.name = name;
    this.app = app;
  }

  async start() {
    this.chromium = await this.#starting(launch({ protocolTimeout: PATIENCE_MS }));
    this.isUp = true;
  }

  #starting(work) {
    return within(PATIENCE_MS, `starting the browser of ${this.name}`, work);
  }

  /** The tab of this slot, opened if need be; null while the browser is down. @param {number} slot */
  async tab(slot) {
    const known = this.tabs.get(slot);
    if (known || !this.isUp) return known ?? null;
    const { signal } = this.#life;
    let page;
    try {
      page = await within(PATIENCE_MS, `opening a tab of ${this.name}`, this.chromium.newPage(), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) return null;
    const tab = new Tab(page, `${this.name}-${slot}-${(this.#opened += 1)}`);
    this.tabs.set(slot, tab);
    await this.#visit(tab);
    return tab;
  }

  async #visit(tab) {
    await tab.page.goto(`${this.app.origin}/torture.html`);
    await tab.page.waitForFunction(() => globalThis.ready === true);
    const { code, message } = await this.run(tab, "open", this.app.options);
    if (code) throw new Error(`the store of ${tab.name} does not open: ${message}`);
    tab.isOpen = true;
  }

  /**
   * @param {Tab} tab @param {string} verb @param {object} [args]
   * @returns {Promise<{value?: any, code?: string, message?: string, events: {type: string, detail: any}[]}>}
   */
  run(tab, verb, args = {}) {
    return tab.page.evaluate((name, given) => globalThis.run(name, given), verb, args);
  }

  /** @param {number} slot */
  async closeTab(slot) {
    const tab = this.#take(slot);
    if (!tab) return;
    this.closes += 1;
    await this.#close(tab);
  }

  /** Chromium may drop the request to close a tab that is on its way to its first page, so it is made again. */
  async #close(tab, tries = CLOSE_TRIES) {
    try {
      await within(CLOSE_AGAIN_MS, `closing ${tab.name}`, tab.page.close().catch(() => {}));
    } catch (error) {
      if (tries === 1) throw error;
      await this.#close(tab, tries - 1);
    }
  }

  /** Its calls end as when it is closed; it comes back by itself. @param {number} slot */
  async reloadTab(slot) {
    // One that is on its way already would be sent to two places at once.
    if (!this.tabs.get(slot)?.isOpen) return;
    const tab = this.#take(slot);
    this.reloads += 1;
    const next = new Tab(tab.page, `${this.name}-${slot}-${(this.#opened += 1)}`);
    await this.#visit(next);
    if (this.isUp && !this.tabs.has(slot)) this.tabs.set(slot, next);
    else await this.#close(next);
  }

  #take(slot) {
    const tab = this.tabs.get(slot);
    if (tab) tab.gone = true;
    this.tabs.delete(slot);
    return tab;
  }

  /** All processes of the browser end at once. */
  async kill() {
    if (!this.isUp) return;
    this.isUp = false;
    this.kills += 1;
    this.#life.abort();
    for (const slot of [...this.tabs.keys()]) this.#take(slot);
    await this.chromium.kill();
  }

  async relaunch() {
    await this.#starting(this.chromium.relaunch());
    this.#life = new AbortController();
    this.isUp = true;
  }

  async close() {
    await this.chromium?.close();
  }
}
