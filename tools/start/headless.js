// Does with the page what a person does: picks a PDF, presses “Compare both”, reads the result.
import { launchChromium } from "../lib/chromium.js";

/** A run takes seconds; whatever takes this long has stopped. */
const LONGEST_MS = 10 * 60_000;

/**
 * @param {object} options
 * @param {string} options.url of the page
 * @param {string | null} options.pdf path, or null for the built-in sample
 * @param {number} options.rounds
 * @param {(news: string) => void} [options.onProgress]
 * @returns {Promise<import("../../web/bench/report.js").Report>}
 */
export async function runHeadless({ url, pdf, rounds, onProgress = () => {} }) {
  // The signals are the caller's to handle.
  const browser = await launchChromium({ handleSIGINT: false, handleSIGTERM: false });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(url);
    await page.waitForFunction("globalThis.hubstashBench?.state === 'ready'", { timeout: 30_000 }).catch(() => {
      throw new Error(`the page did not start${complaints.length > 0 ? `: ${complaints.join("; ")}` : ""}`);
    });
    if (pdf) await (await page.$("#pdf")).uploadFile(pdf);
    await page.$eval("#rounds", (input, value) => (input.value = value), String(rounds));
    await page.click("#run-both");
    return await result(page, onProgress);
  } finally {
    await browser.close();
  }
}

async function result(page, onProgress) {
  const deadline = Date.now() + LONGEST_MS;
  while (Date.now() < deadline) {
    const state = await page.evaluate("hubstashBench.state");
    if (state === "done") return page.evaluate("hubstashBench.report");
    if (state === "failed") {
      const { title, advice, detail } = await page.evaluate("hubstashBench.error");
      throw new Error([title, advice, detail].filter(Boolean).join(" "));
    }
    onProgress(await page.evaluate("hubstashBench.progress"));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("it did not end");
}
