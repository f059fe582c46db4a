// Goal: a run of the benchmark page measures what was ticked, on the Hub too, tells all that it should, and removes
// what it wrote and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DATASET, benchPages } from "./support.js";

const withPage = benchPages();

const contentOf = (page, link) => page.tab.$eval(link, async (one) => (await fetch(one.href)).text()).catch(() => null);

test("three stores, one of them on the Hub: figures, phases, chart, exports, and nothing is left", () =>
  withPage({}, async (page) => {
    await page.tick("contenders", ["indexeddb", "dataset", "dexie"]);
    await page.fill("rounds", 2);
    const { state, report, error } = await page.run();
    assert.equal(state, "done", error);
    assert.deepEqual(report.verified, { indexeddb: 6, dataset: 6, dexie: 6 });
    assert.equal(report.rows.length, 12);
    for (const row of report.rows) {
      assert.ok(row.median > 0 && row.p95 >= row.median && row.p99 >= row.p95, JSON.stringify(row));
      assert.ok(row.blocking.longestMs >= 0 && Number.isInteger(row.blocking.longTasks));
      assert.equal(row.network === null, row.contender !== "dataset");
      if (row.network) assert.ok(row.network.firstByteMs > 0 && row.network.transferMs > 0 && row.network.requests > 0);
    }
    assert.ok(report.roundTrip.medianMs > 0);
    assert.equal(report.roundTrip.connectMs, null, "the Hub lets no page see it, and that is no 0");
    assert.match(await page.textOf("#round-trip"), /connecting alone: not available/);
    assert.equal(report.facts.partition, "first-party");
    assert.ok(report.facts.storage.quota > 0 && report.facts.cores > 0);
    assert.equal(report.facts.versions.dexie.split(".").length, 3);

    const { width, painted } = await page.tab.$eval("#chart", (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return { width: canvas.width, painted: data.some((value) => value > 0) };
    });
    assert.ok(width > 300 && painted, "the chart is drawn");
    assert.match(await page.tab.$eval("#chart", (one) => one.ariaLabel), /Write PDF, 1\.0 MB: IndexedDB .*Dexie/);

    const blobs = await page.tab.$$eval("#download, #download-csv", (links) => links.map(({ download, href }) => [
      download, href.startsWith("blob:"),
    ]));
    assert.deepEqual(blobs, [["hubstash-benchmark.json", true], ["hubstash-benchmark.csv", true]]);
    assert.deepEqual(await page.files(), []);
    await page.tab.reload();
    assert.deepEqual(await page.stored(), []);
  }));

for (const store of ["dataset", "hubstash", "huggingface-hub"]) {
  test(`${store}: the Hub sees the calls that were announced, rather fewer, and the page counts as it does`, () =>
    withPage({}, async (page) => {
      await page.tick("contenders", [store]);
      await page.tick("temperatures", ["warm", "cold"]);
      await page.tick("items", ["1000"]);
      await page.fill("rounds", 1);
      const words = await page.textOf("#estimate");
      const [commits, requests] = /(\d+) commits and (\d+) requests/.exec(words).slice(1).map(Number);
      const { state, report, error } = await page.run();
      assert.equal(state, "done", error);
      // Redirects, and questions whether the HTTP cache still holds, are the browser's own; no page sees them.
      const seen = (await page.requests()).filter(({ status }) => ![302, 304, 307].includes(status));
      assert.equal(seen.length, report.calls.requests, "counted by the page and by the Hub");
      const made = seen.filter(({ method, path }) => method === "POST" && path.endsWith("/commit/main")).length;
      assert.equal(made, report.calls.commits);
      assert.ok(made <= commits && made >= commits - 2, `${made} commits of ${commits}`);
      assert.ok(seen.length <= requests && seen.length >= requests * 0.7, `${seen.length} requests of ${requests}`);
    }));
}

test("hubstash's hybrid mode and the official client, each in a dataset of its own, cold, beside 1,000 items", () =>
  withPage({}, async (page) => {
    await page.tick("contenders", ["hubstash", "huggingface-hub"]);
    await page.tick("temperatures", ["cold"]);
    await page.tick("items", ["1000"]);
    await page.tick("pdfs", ["pdf-2kB"]);
    await page.tick("projects", ["project-2kB"]);
    await page.fill("rounds", 1);
    const { state, report, error } = await page.run();
    assert.equal(state, "done", error);
    assert.deepEqual(report.verified, { hubstash: 4, "huggingface-hub": 4 });
    const read = report.rows.find(({ contender, operation }) => contender === "hubstash" && operation === "readPdf");
    assert.ok(read.network.requests >= 1, "a cold read asks the Hub");
    assert.ok(report.rows.some(({ operation, verdict }) => operation === "syncPdf" && verdict === null));
    for (const dataset of [DATASET, `${DATASET}-huggingface-hub`]) assert.deepEqual(await page.files(dataset), []);
    await page.tab.reload();
    assert.deepEqual(await page.stored(), []);
  }));

test("all stores of the browser, warm and cold, strict and relaxed, leave nothing", () =>
  withPage({}, async (page) => {
    await page.tick("contenders", ["indexeddb", "raw", "opfs", "dexie", "localforage", "idb-keyval", "pouchdb"]);
    await page.tick("temperatures", ["warm", "cold"]);
    await page.tick("durabilities", ["strict", "relaxed"]);
    await page.tick("items", ["0", "1000"]);
    await page.tick("pdfs", ["pdf-2kB"]);
    await page.tick("projects", ["project-2kB"]);
    await page.fill("rounds", 1);
    const { state, report, error } = await page.run();
    assert.equal(state, "done", error);
    assert.equal(report.rows.length, 4 * (4 * 7 + 4 * 4), "those that cannot be asked for durability, once");
    assert.deepEqual(report.calls, { requests: 0, commits: 0 });
    assert.deepEqual(await page.requests(), [], "the Hub has not heard of it");
    assert.equal(await page.tab.$eval("#chart-setting", (one) => one.options.length), 8);
    await page.tab.reload();
    assert.deepEqual(await page.stored(), []);
  }));

test("stopping ends a run with several stores, and nothing of it stays here or on the Hub", () =>
  withPage({}, async (page) => {
    await page.request("/api/repos/create", { body: { type: "dataset", name: "hubstash-bench", private: true } });
    await page.tick("contenders", ["indexeddb", "dataset", "dexie"]);
    await page.fill("rounds", 9);
    await page.tab.click("#run-both");
    await page.tab.waitForFunction("/Round 2.*left/.test(hubstashBench.progress)", { timeout: 60_000, polling: 20 });
    assert.ok(Number(await page.tab.$eval("#progress", (one) => one.value)) > 0);
    await page.tab.click("#stop");
    const { state, error } = await page.ended();
    assert.equal(state, "failed");
    assert.match(error, /^Stopped No figures were kept\.$/);
    assert.deepEqual(await page.files(), []);
    await page.tab.reload();
    assert.deepEqual(await page.stored(), []);
  }));

test("only what the benchmark wrote is removed", () =>
  withPage({}, async (page) => {
    const header = { key: "header", value: { summary: "by somebody else" } };
    const file = (path) => ({ key: "file", value: { path, content: "e30=", encoding: "base64" } });
    await page.request("/api/repos/create", { body: { type: "dataset", name: "hubstash-bench", private: true } });
    await page.commit([header, file("bench/projects/aa/mine.json"), file("notes.json")]);
    await page.fill("rounds", 1);
    assert.equal((await page.run("#run-dataset")).state, "done");
    assert.deepEqual((await page.files()).sort(), ["bench/projects/aa/mine.json", "notes.json"]);
  }));

test("the exported files hold the figures, and a PDF's name is no formula in them", () =>
  withPage({ bypassCSP: true }, async (page) => {
    await page.tab.evaluate(() => {
      const files = new DataTransfer();
      files.items.add(new File(["%PDF-1.4\n%%EOF\n"], "=1+1,<b>.pdf", { type: "application/pdf" }));
      Object.assign(document.getElementById("pdf"), { files: files.files }).dispatchEvent(new Event("change"));
    });
    await page.fill("rounds", 1);
    const { state, report, error } = await page.run("#run-indexeddb");
    assert.equal(state, "done", error);
    assert.deepEqual(JSON.parse(await contentOf(page, "#download")), report);
    const lines = (await contentOf(page, "#download-csv")).split("\r\n");
    assert.equal(lines.length, 6);
    assert.ok(lines[1].includes('"\'=1+1,<b>.pdf"'), lines[1]);
  }));
