// Framed by another site the page stores too, shares nothing with the page on its own but the Hub, and says what it is.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { serve } from "../../browser/harness/server.js";
import { ready } from "../stage.js";

export async function play({ device, open, pages }) {
  const here = await device();
  await open(here);
  await here.evaluate(() => store.saveProject({ id: "alone" }));
  const framing = await serve({
    files: { "/other.html": `<!doctype html><title>other</title><iframe src="${pages.origin}/app.html"></iframe>` },
    csp: "default-src 'none'; frame-src http://127.0.0.1:*",
  });
  try {
    const tab = await here.browser.newTab();
    // The same machine under its other name: another site to the browser.
    await tab.goto(`${framing.origin.replace("127.0.0.1", "localhost")}/other.html`);
    const framed = await tab.frame();
    await ready(framed);
    await open(framed);
    const partitioned = (where) => where.evaluate(async () => (await store.status()).partitioned);
    deepStrictEqual([await partitioned(here), await partitioned(framed)], [false, true]);
    strictEqual(await framed.evaluate(() => store.loadProject("alone")), null, "nothing is shared");
    await framed.evaluate(() => store.saveProject({ id: "framed" }));
    for (const where of [here, framed, here]) await where.evaluate(() => store.sync());
    for (const where of [here, framed]) {
      deepStrictEqual(
        await where.evaluate(async () => [await store.loadProject("alone"), await store.loadProject("framed")]),
        [{ id: "alone" }, { id: "framed" }],
      );
    }
  } finally {
    await framing.close();
  }
}
