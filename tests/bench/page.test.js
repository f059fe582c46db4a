// The page as a person uses it, in Chromium against a local Hub: the comparison itself, and each way in which it can
// be stopped by the outside. The Hub is asked directly what is left in the dataset.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "../../tools/build.js";
import { launchChromium } from "../../tools/lib/chromium.js";
import { samplePdf } from "../../web/bench/sample-pdf.js";
import { DATASET, filesOf, openBenchPage } from "./support/bench-page.js";

const folder = mkdtempSync(join(tmpdir(), "hubstash-bench-pdf-"));
const PDF = join(folder, "report.pdf");
let browser;

before(async () => {
  await build("wasm");
  // Not the built-in sample's bytes, so that the file that was picked is seen to be the one that is measured.
  writeFileSync(PDF, samplePdf().subarray(0, 300_000));
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** @param {(page: Awaited<ReturnType<typeof openBenchPage>>) => Promise<void>} use */
async function withPage(options, use) {
  const page = await openBenchPage(browser, options);
  try {
    await use(page);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.close();
  }
}

test("a picked PDF is compared, verified, judged, and removed again", () =>
  withPage({}, async (page) => {
    await (await page.tab.$("#pdf")).uploadFile(PDF);
    await page.fill("rounds", "2");
    const { state, report, error } = await page.run("#run-both");
    assert.equal(state, "done", error);
    assert.equal(report.facts.pdf.size, 300_000);
    assert.deepEqual(report.verified, { indexeddb: 6, dataset: 6 }, "two reads a round, warm-up included");
    assert.equal(report.rows.length, 8);
    for (const row of report.rows) {
      assert.equal(row.rounds, 2);
      assert.ok(row.median > 0 && row.p95 >= row.median, JSON.stringify(row));
    }

    const table = await page.tab.$$eval("#results tbody tr", (rows) =>
      rows.map((row) => [row.dataset.operation, row.dataset.contender, row.querySelector(".verdict").textContent]),
    );
    assert.deepEqual(table.map(([operation, contender]) => `${operation} ${contender}`), [
      "writePdf indexeddb", "writePdf dataset", "readPdf indexeddb", "readPdf dataset",
      "writeProject indexeddb", "writeProject dataset", "readProject indexeddb", "readProject dataset",
    ]);
    for (const [, , verdict] of table) assert.match(verdict, /^(good|borderline|slow: use (hybrid|a cache))$/);
    assert.match(await page.textOf("#notes"), /all 12 reads, warm-up included, had the SHA-256/);
    assert.match(await page.textOf("#decision"), /Write< 2 s2–3 s> 3 s: hybrid\d+\.\d+ s \w+/);
    assert.equal(await page.textOf("#recommendation-title"), report.recommendation.title);
    assert.match(await page.textOf("#recommendation-caveat"), /local Hub/);
    assert.match(await page.textOf("#recommendation-settings"), /openStore\(\{ dataset: "user\/hubstash-bench"/);

    const left = await filesOf(page.hub.url);
    assert.ok(left, "the dataset was created");
    assert.deepEqual(left.filter((path) => /\.(pdf|json|gz)$/.test(path) && !path.includes(".hubstash/")), []);
    assert.equal(await page.tab.evaluate("localStorage.length"), 1, "only this browser's id");
  }));

test("IndexedDB alone needs no Hub and gives figures without a recommendation", () =>
  withPage({}, async (page) => {
    await page.hub.close();
    await page.fill("rounds", "1");
    const { state, report, error } = await page.run("#run-indexeddb");
    assert.equal(state, "done", error);
    assert.deepEqual(report.rows.map((row) => row.contender), Array(4).fill("indexeddb"));
    assert.equal(await page.textOf("#recommendation-title"), "Measure the dataset too");
  }));

test("the dataset alone is enough for a recommendation", () =>
  withPage({}, async (page) => {
    await page.fill("rounds", "1");
    const { state, report, error } = await page.run("#run-dataset");
    assert.equal(state, "done", error);
    assert.ok(report.recommendation);
    const { network } = report.rows.find((row) => row.operation === "writePdf");
    assert.ok(network.sentBytes > 1_000_000, "the sample was uploaded");
  }));

test("each write is an upload and each read a download, none answered from memory, a cache or by deduplication", () =>
  withPage({}, async (page) => {
    await page.fill("rounds", "3");
    assert.equal((await page.run("#run-dataset")).state, "done");
    const { entries } = await (await fetch(`${page.hub.url}/__hub/log`)).json();
    const count = (origin, method, path) =>
      entries.filter((one) => one.origin === origin && one.method === method && path.test(one.path)).length;
    assert.equal(count("cdn", "PUT", /^\/uploads\//), 4);
    assert.equal(count("cdn", "GET", /^\/objects\//), 4);
    assert.equal(count("hub", "GET", /\/resolve-cache\/.*\/projects\//), 4);
    assert.equal(count("hub", "POST", /\/commit\/main$/), 2 * 4 + 2, "as many as the page announces");
    assert.match(await page.textOf("#estimate"), /10 commits/);
  }));

test("a token that the Hub does not know", () =>
  withPage({ tokens: ["hf_right"] }, async (page) => {
    await page.fill("token", "hf_wrong");
    await page.fill("hub", page.hub.url);
    await page.fill("dataset", DATASET);
    const { state, error } = await page.run("#run-both");
    assert.equal(state, "failed");
    assert.match(error, /^The Hub refused the token \(401\)/);
    assert.doesNotMatch(error, /hf_wrong/);
    assert.equal(await filesOf(page.hub.url, DATASET, "hf_right"), null, "nothing was created");

    await page.fill("token", "hf_right");
    await page.fill("rounds", "1");
    assert.equal((await page.run("#run-both")).state, "done", "and the page goes on working");
    assert.equal(await page.isShown("#error-card"), false);
  }));

test("without a dataset's name, the token's account gives it", () =>
  withPage({ tokens: ["hf_right:write:alice"] }, async (page) => {
    assert.equal(await page.tab.$eval("#dataset", (input) => input.value), DATASET);
    await page.fill("token", "hf_right");
    assert.equal(await page.tab.$eval("#hub", (input) => input.value), "https://huggingface.co");
    assert.equal(await page.tab.$eval("#dataset", (input) => input.value), "");
    await page.fill("hub", page.hub.url);
    await page.fill("rounds", "1");
    const { state, report, error } = await page.run("#run-dataset");
    assert.equal(state, "done", error);
    assert.equal(report.facts.dataset, "alice/hubstash-bench");
    assert.ok(await filesOf(page.hub.url, "alice/hubstash-bench", "hf_right"));
  }));

test("a wrong entry is named at its field before anything is sent", () =>
  withPage({}, async (page) => {
    await page.fill("dataset", "no-owner");
    assert.match((await page.run("#run-both")).error, /Enter the dataset as owner\/name/);
    assert.equal(await page.tab.evaluate("document.activeElement.id"), "dataset");
    assert.equal(await page.tab.$eval("#dataset", (input) => input.getAttribute("aria-invalid")), "true");
  }));

test("a dataset that does not exist, when it must not be created", () =>
  withPage({}, async (page) => {
    await page.tab.click("#create");
    const { state, error } = await page.run("#run-both");
    assert.equal(state, "failed");
    assert.match(error, /^There is no dataset “user\/hubstash-bench” \(404\).*Create it when missing/);
    assert.equal(await filesOf(page.hub.url), null);
  }));

test("no network", () =>
  withPage({}, async (page) => {
    await page.hub.close();
    const { state, error } = await page.run("#run-both");
    assert.equal(state, "failed");
    assert.match(error, /^No connection to the Hub at http:\/\/127\.0\.0\.1:\d+/);
  }));

test("stopping ends the run at once and leaves nothing in the dataset", () =>
  withPage({}, async (page) => {
    await page.fill("rounds", "10");
    await page.tab.click("#run-both");
    await page.tab.waitForFunction("hubstashBench.progress.startsWith('Round 2')", { timeout: 60_000, polling: 50 });
    await page.tab.click("#stop");
    await page.tab.waitForFunction("hubstashBench.state === 'failed'", { timeout: 40_000 });
    assert.match(await page.textOf("#error-card"), /^Stopped/);
    assert.deepEqual((await filesOf(page.hub.url)).filter((path) => /bench-[0-9a-f]{8}/.test(path)), []);
  }));

test("a file that is no PDF is refused by its content", () =>
  withPage({}, async (page) => {
    const other = join(folder, "picture.pdf");
    writeFileSync(other, "GIF89a");
    await (await page.tab.$("#pdf")).uploadFile(other);
    assert.match((await page.run("#run-indexeddb")).error, /“picture\.pdf” is not a PDF/);
  }));

test("it fits a narrow phone, and every field has its label", () =>
  withPage({ viewport: { width: 360, height: 740 } }, async (page) => {
    await page.fill("rounds", "1");
    assert.equal((await page.run("#run-both")).state, "done");
    assert.ok((await page.tab.evaluate("document.documentElement.scrollWidth")) <= 360);
    const labels = await page.tab.$$eval("input", (inputs) => inputs.map((one) => one.labels.length));
    assert.deepEqual(labels, labels.map(() => 1));
    assert.equal(await page.tab.$eval("#announce", (one) => one.getAttribute("aria-live")), "polite");
  }));
