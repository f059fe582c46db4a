// Goal: what a person does while the data on the device is still being opened waits for it, and is not refused. Method:
// the store's worker hears of nothing for three
// seconds.
import { deepStrictEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { SMALL, person, world } from "./support.js";

test("a PDF that is chosen before the data is open is added then", { timeout: 60_000 }, async () => {
  const site = await world();
  const ann = await person(site);
  try {
    await ann.page.evaluateOnNewDocument(() => {
      const Original = Worker;
      globalThis.Worker = class extends Original {
        constructor(url, options) {
          super(url, options);
          const isViewers = String(url).includes("pdf");
          this.deafUntil = performance.now() + (isViewers ? 0 : 3_000);
        }
        postMessage(...message) {
          setTimeout(() => super.postMessage(...message), Math.max(0, this.deafUntil - performance.now()));
        }
      };
    });
    await ann.page.reload();
    await ann.wait(() => !document.querySelector("#workplace").hidden);
    ok((await ann.text("#status")).startsWith("Opening"), "it is still being opened");
    await ann.add(SMALL);
    await ann.isShown(1);
    deepStrictEqual(await ann.names(), ["small"]);
    ann.isClean();
  } finally {
    await ann.close();
    await site.close();
  }
});
