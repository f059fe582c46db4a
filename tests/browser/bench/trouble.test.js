// Goal: what disturbs a run of the benchmark page is told as it is: the cap on Hub calls holds, hidden samples do not
// count, and what a hostile file or Hub says stays text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CAP } from "../../../web/bench/budget.js";
import { benchPages } from "./support.js";

const withPage = benchPages();

/** Makes the page look hidden, or visible again, as a change of tabs does. */
const setHidden = (page, hidden) =>
  page.tab.evaluate((now) => {
    const value = now ? "hidden" : "visible";
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

test("a run that would exceed the cap is refused before it starts, with advice that holds", () =>
  withPage({}, async (page) => {
    await page.fill("rounds", 60);
    const [, fits] = /at most (\d+) rounds fit/.exec(await page.textOf("#estimate"));
    const { state, error } = await page.run();
    assert.equal(state, "failed");
    assert.match(error, /124 commits and \d+ requests; a run may make 40 and 200/);
    assert.equal(await page.tab.evaluate("document.activeElement.id"), "rounds");
    assert.deepEqual(await page.requests(), [], "nothing was sent");
    await page.fill("rounds", fits);
    assert.match(await page.textOf("#estimate"), /never makes more than 40 and 200/);
  }));

test("the cap ends a run that needs more than was estimated, and what it wrote is removed all the same", () =>
  withPage({}, async (page) => {
    await page.fill("rounds", 8);
    // A tab that is hidden again and again has each of its samples taken several times.
    await page.tab.evaluate(() => {
      setInterval(() => {
        for (const value of ["hidden", "visible"]) {
          Object.defineProperty(document, "visibilityState", { value, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }
      }, 5);
    });
    const { state, error } = await page.run("#run-dataset");
    assert.equal(state, "failed");
    assert.match(error, /^Stopped at the cap on Hub calls/);
    const made = await page.requests();
    const commits = made.filter(({ method, path }) => method === "POST" && /\/commit\/main$/.test(path)).length;
    // A redirect is a request of the browser's own, which no page can hold back.
    const redirected = made.filter(({ status }) => status === 307 || status === 302).length;
    assert.ok(commits <= CAP.commits, `${commits} commits`);
    assert.ok(made.length - redirected <= CAP.requests, `${made.length} requests`);
    assert.deepEqual(await page.files(), []);
  }));

test("while the tab is hidden nothing is measured; then the disturbed sample is taken again, and it is said", () =>
  withPage({}, async (page) => {
    await page.tick("contenders", ["indexeddb"]);
    await page.fill("rounds", 30);
    await page.tab.click("#run-both");
    await page.tab.waitForFunction("/Round 2/.test(hubstashBench.progress)", { timeout: 60_000, polling: 10 });
    await setHidden(page, true);
    await page.tab.waitForFunction("/Waiting until this tab/.test(hubstashBench.progress)", { polling: 50 });
    assert.ok(await page.isShown("#progress-note"));
    const before = await page.tab.$eval("#progress", (one) => one.value);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await page.tab.$eval("#progress", (one) => one.value), before, "it waits");
    await setHidden(page, false);
    const { state, report, error } = await page.ended();
    assert.equal(state, "done", error);
    assert.deepEqual(report.rows.map(({ rounds }) => rounds), [30, 30, 30, 30], "none is missing");
    assert.match(report.warnings.join(), /hidden during 1 of the samples.*discarded and taken again/);
    assert.match(await page.textOf("#notes"), /hidden during 1/);
  }));

test("a tab that is really hidden by another one is noticed", () =>
  withPage({}, async (page) => {
    await page.tick("contenders", ["indexeddb"]);
    await page.fill("rounds", 30);
    await page.tab.click("#run-both");
    await page.tab.waitForFunction("/Round 2/.test(hubstashBench.progress)", { timeout: 60_000, polling: 10 });
    const other = await page.tab.browserContext().newPage();
    await other.bringToFront();
    await page.tab.waitForFunction("document.visibilityState === 'hidden'", { polling: 50 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await page.tab.bringToFront();
    const { state, report, error } = await page.ended();
    assert.equal(state, "done", error);
    assert.match(report.warnings.join(), /hidden during \d+ of the samples/);
  }));

test("what a hostile Hub says is shown as text", () =>
  withPage({}, async (page) => {
    const hostile = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    await page.fault({ match: { method: "POST", path: "/commit/" }, status: 400, body: { error: hostile } });
    await page.fill("rounds", 1);
    const { state, error } = await page.run();
    assert.equal(state, "failed");
    assert.ok(error.includes("<img src=x onerror="), error);
    assert.equal(await page.tab.$$eval("#error-card img, #error-card script", (found) => found.length), 0);
    assert.equal(await page.tab.title(), "hubstash benchmark");
  }));

test("the name of a hostile file is shown as text", () =>
  withPage({}, async (page) => {
    await page.tab.evaluate(() => {
      const files = new DataTransfer();
      files.items.add(new File(["GIF89a"], "<img src=x onerror=alert(1)>.pdf", { type: "application/pdf" }));
      Object.assign(document.getElementById("pdf"), { files: files.files }).dispatchEvent(new Event("change"));
    });
    const { error } = await page.run("#run-indexeddb");
    assert.match(error, /“<img src=x onerror=alert\(1\)>\.pdf” is not a PDF/);
    assert.equal(await page.tab.$$eval("main img", (found) => found.length), 0);
  }));

test("without the bundled libraries the page measures what it can", () =>
  withPage({ without: "/libraries/" }, async (page) => {
    assert.equal(await page.tab.$eval("#contenders-dexie", (one) => one.disabled), true);
    assert.match(await page.textOf("label[for=contenders-dexie]"), /not served with this page/);
    await page.fill("rounds", 1);
    const { state, error } = await page.run();
    assert.equal(state, "done", error);
    assert.equal(await page.isShown("#chart-part"), false);
    assert.ok(await page.isShown("#results"));
  }));
