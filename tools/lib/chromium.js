// Starting the Chromium of this machine without a window; for the tools and for the tests.
import puppeteer from "puppeteer-core";
import { readToolchain } from "./toolchain.js";

const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/**
 * @param {import("puppeteer-core").LaunchOptions} [options] beyond the usual ones; `args` come after the usual flags
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export function launchChromium({ args = [], ...options } = {}) {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? readToolchain().CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...args],
    ...options,
  });
}
