// Chromium with one profile on a disk (one in memory would keep IndexedDB there), and its tabs.
import { launchChromium } from "../lib/chromium.js";

const FLAGS = [
  // All tabs are open at once, and those behind must be as quick as the one in front.
  "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  // Memory is told at once, not after the next garbage collection, which may be half a minute away.
  "--enable-blink-features=ForceEagerMeasureMemory",
];

/** Nothing takes that long but what says so; a contender that hangs must not end the run of the others. */
const CALL_TIMEOUT_MS = 60_000;
/** Filling a store of 10,000 items is one call. */
export const FILL_TIMEOUT_MS = 600_000;

/** @param {string} profile folder */
export function launch(profile) {
  return launchChromium({
    args: FLAGS,
    userDataDir: profile,
    protocolTimeout: FILL_TIMEOUT_MS,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
}

/** A contender's page. */
export class Tab {
  #page;
  #url;
  /** @type {string[]} What the page complained of. */
  complaints = [];
  /** A call did not end: whatever is asked next would wait behind it. */
  hangs = false;

  /** @param {import("puppeteer-core").Page} page @param {string} url */
  constructor(page, url) {
    this.#page = page;
    this.#url = url;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** A fresh page: all that was in memory is gone. */
  async load() {
    await this.#page.goto(this.#url, { waitUntil: "load" });
    if (this.#url.includes("contender")) {
      // By a timer: a tab behind others draws nothing, and has no animation frames to look in.
      await this.#page.waitForFunction("globalThis.bench !== undefined", { polling: 20 });
    }
  }

  /** Leaves the page, so that the browser closes what it had open. */
  async leave() {
    await this.#page.goto("about:blank");
  }

  /** @param {string} operation of page/main.js @param {object} [args] @param {number} [timeoutMs] */
  async run(operation, args = {}, timeoutMs = CALL_TIMEOUT_MS) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        this.hangs = true;
        reject(new Error(`${operation} took longer than ${timeoutMs / 1000} s`));
      }, timeoutMs);
    });
    try {
      const work = this.#page.evaluate((name, given) => globalThis.bench.run(name, given), operation, args);
      // When nobody waits for it any more, its end, that of the page included, concerns nobody.
      work.catch(() => {});
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns {Promise<number>} bytes of the page with its workers, on an empty page too */
  memory() {
    return this.#page.evaluate(async () => (await performance.measureUserAgentSpecificMemory()).bytes);
  }

  /** Has the browser start what is behind IndexedDB, which all of its pages share. */
  async wakeStorage() {
    await this.#page.evaluate(() => indexedDB.databases());
  }

  /** @returns {Promise<number>} bytes of the WebAssembly memory in hubstash's worker */
  async wasmHeap() {
    for (const worker of this.#page.workers()) {
      const bytes = await worker.evaluate(() => globalThis.wasmHeapBytes?.() ?? 0);
      if (bytes > 0) return bytes;
    }
    throw new Error("no worker of the page has a WebAssembly memory");
  }

  close() {
    return this.#page.close();
  }
}
