// Chromium and Firefox on profiles of their own, by puppeteer: the browser tests' harness starts both.
import { launch } from "../../browser/harness/browser.js";

class Device {
  constructor(browser) {
    this.browser = browser;
    this.tab = new Tab(browser.page);
  }

  async relaunch() {
    await this.browser.relaunch();
    this.tab = new Tab(this.browser.page);
  }

  newTab = async () => new Tab(await this.browser.newPage());
  kill = () => this.browser.kill();
  close = () => this.browser.close();
}

class Tab {
  constructor(page) {
    this.page = page;
  }

  goto = (url) => this.page.goto(url);
  evaluate = (call, ...args) => this.page.evaluate(call, ...args);

  /** The page in the first frame of this one. */
  frame = () => this.page.waitForFrame((frame) => frame.parentFrame() === this.page.mainFrame());
}

const PATIENCE = { protocolTimeout: 120_000, timeout: 120_000 };
const deviceOf = async (options) => new Device(await launch({ ...PATIENCE, ...options }));

export const launchChromium = () => deviceOf({});

/** @param {{ diskKiB?: number }} [options] `diskKiB`: all that the browser may store for all sites */
export const launchFirefox = ({ diskKiB } = {}) =>
  deviceOf({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    args: [],
    extraPrefsFirefox: diskKiB ? { "dom.quotaManager.temporaryStorage.fixedLimit": diskKiB } : {},
  });
