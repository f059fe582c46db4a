// Goal: another profile, and a page that another site frames, are devices of their own: they share nothing with the
// first but the Hub, whose compare-and-swap keeps what each of them writes. Method: two browsers; and one browser with
// the same page once by itself and once in a frame, the two addresses of this machine being two sites.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { serve } from "../harness/server.js";
import { closeAll, device, hub, manual, site } from "../api/support.js";
import { timesCommitted } from "./support.js";

let pages, remote, browser;
before(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  await browser.evaluate((options) => open(options), manual(remote.url));
});
after(() => closeAll(browser, remote, pages));

const status = (page) => page.evaluate(() => store.status());
const ids = (page) => page.evaluate(async () => (await store.listProjects()).map(({ id }) => id).sort());

/** Both save and sync at the same time, several times, and then both have everything, each committed once. */
async function takeTurns(here, there, prefix) {
  const before = (await ids(here)).length;
  const work = (page, name) =>
    page.evaluate(async (id) => {
      for (let i = 0; i < 4; i++) {
        await store.saveProject({ id: `${id}-${i}` });
        await store.sync();
      }
    }, name);
  await Promise.all([work(here, `${prefix}-here`), work(there, `${prefix}-there`)]);
  for (const page of [here, there]) await page.evaluate(() => store.sync());
  deepStrictEqual(await ids(here), await ids(there));
  strictEqual((await ids(here)).length, before + 8);
  const times = await timesCommitted(remote);
  for (const id of await ids(here)) strictEqual(times[id], 1, id);
}

test("two profiles that sync at once", { timeout: 180_000 }, async () => {
  const other = await device(pages);
  try {
    await other.evaluate((options) => open(options), manual(remote.url));
    await takeTurns(browser.chromium.page, other.chromium.page, "profiles");
  } finally {
    await other.close();
  }
});

test("framed by another site the page is another device", { timeout: 180_000 }, async () => {
  const here = browser.chromium.page;
  await here.evaluate(() => store.saveProject({ id: "alone" }));
  const framing = await serve({
    files: { "/other.html": `<!doctype html><title>other</title><iframe src="${pages.origin}/app.html"></iframe>` },
    csp: "default-src 'none'; frame-src http://127.0.0.1:*",
  });
  try {
    const page = await browser.chromium.newPage();
    // The same machine under its other name: another site to the browser.
    await page.goto(`${framing.origin.replace("127.0.0.1", "localhost")}/other.html`);
    const framed = await page.waitForFrame((frame) => frame.url().endsWith("/app.html"));
    await framed.waitForFunction(() => globalThis.ready === true);
    await framed.evaluate((options) => open(options), manual(remote.url));

    deepStrictEqual([(await status(here)).partitioned, (await status(framed)).partitioned], [false, true]);
    deepStrictEqual([(await status(here)).pending, (await status(framed)).pending], [1, 0], "nothing is shared");
    strictEqual(await framed.evaluate(() => store.loadProject("alone")), null);
    await here.evaluate(() => store.sync());
    await framed.evaluate(() => store.sync());
    strictEqual((await framed.evaluate(() => store.loadProject("alone"))).id, "alone");
    await takeTurns(here, framed, "frames");
  } finally {
    await framing.close();
  }
});
