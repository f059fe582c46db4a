// Chromium on a profile of its own, which can be killed as a crash would and started again on the same profile.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { launchChromium } from "../../../tools/lib/chromium.js";
import { endProcess, within } from "./patience.js";

const RESTORED_WITHIN_MS = 30_000;
const CLOSED_WITHIN_MS = 30_000;

// A file that takes too long is ended by SIGTERM, which puppeteer answers by closing its browsers, and no more: the
// file would go on, and the test runner wait for it.
process.once("SIGTERM", () => process.exit(143));

/**
 * Waits until puppeteer has put Firefox's preferences back, which it begins when the process exits and offers no way to
 * wait for: a launch on the same profile would meet its files between their removal and their return.
 */
async function preferencesRestored(profile) {
  const deadline = Date.now() + RESTORED_WITHIN_MS;
  while ((await readdir(profile)).some((name) => name.endsWith(".puppeteer"))) {
    if (Date.now() > deadline) throw new Error(`puppeteer has not put back the preferences in ${profile}`);
    await sleep(10);
  }
}

/** A browser; `page` is a fresh page, and what it prints or throws goes to `log`. */
class Chromium {
  /** @param {string} profile @param {import("puppeteer-core").LaunchOptions} options */
  constructor(profile, options) {
    this.profile = profile;
    this.options = options;
    /** @type {string[]} */
    this.log = [];
  }

  /** Starts the browser (again) on the same profile. */
  async relaunch() {
    const options = { userDataDir: this.profile, protocolTimeout: 60_000, ...this.options };
    const isFirefox = options.browser === "firefox";
    this.browser = await (isFirefox ? puppeteer.launch(options) : launchChromium(options));
    this.page = (await this.browser.pages())[0] ?? (await this.browser.newPage());
    this.watch(this.page);
    return this;
  }

  /** A further page, that is, another tab. */
  async newPage() {
    const page = await this.browser.newPage();
    this.watch(page);
    return page;
  }

  /** Ends every process of the browser at once, as a crash or a power cut of the browser would. */
  async kill() {
    await endProcess(this.browser.process(), { group: true });
    await preferencesRestored(this.profile);
  }

  /** Closes the browser, which is killed when it does not end, and removes its profile. */
  async close() {
    await within(CLOSED_WITHIN_MS, "closing the browser", this.browser.close()).catch(() => this.kill());
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  watch(page) {
    page.on("console", (message) => this.log.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.log.push(`error: ${error}`));
  }
}

/** @param {import("puppeteer-core").LaunchOptions} [options] beyond the usual ones @returns {Promise<Chromium>} */
export async function launch(options = {}) {
  return new Chromium(await mkdtemp(path.join(tmpdir(), "hubstash-chromium-")), options).relaunch();
}
