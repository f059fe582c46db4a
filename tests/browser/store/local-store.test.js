// Goal: both local stores keep the contract of StoreTx. Method: the functions of pages/contract.js, in a module worker
// of Chromium, through the very functions that the engine's effects use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.js";

let setting;
before(async () => { setting = await start(); });
after(() => setting?.close());

for (const inMemory of [false, true]) {
  test(`contract: ${inMemory ? "memory" : "IDBFS"}`, async (t) => {
    for (const name of await setting.call("contractNames")) {
      await t.test(name, () => setting.call("contract", name, inMemory));
    }
  });
}

test("nothing went wrong unseen", () => {
  assert.deepEqual(setting.chromium.log.filter((line) => /^(error|unhandled|worker)/.test(line)), []);
});
