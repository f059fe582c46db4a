// Goal: a full disk is an error with a name, and nothing is half written. Method: DevTools lowers the quota, in a
// browser of its own, because Chromium remembers how much room an earlier transaction found.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.js";

let setting;
before(async () => { setting = await start(); });
after(() => setting?.close());

test("a full disk is QUOTA_EXCEEDED, writes nothing, and passes", async () => {
  const call = (task, ...args) => setting.call(task, "/quota", ...args);
  const devtools = await setting.page.createCDPSession();
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: setting.origin, quotaSize: 3 << 20 });
  await call("open");
  await call("run", { puts: [["a/x", "kept"]] });
  assert.equal(await call("fill", 8, 1 << 20), "QUOTA_EXCEEDED");
  assert.equal(await call("fill", 200, 30_000), "QUOTA_EXCEEDED");
  assert.deepEqual((await call("run", { gets: ["a/x", "fill/0"] })).values, ["kept", null]);
  assert.equal(await call("fill", 3, 30_000), null);

  await devtools.send("Storage.overrideQuotaForOrigin", { origin: setting.origin });
  assert.equal(await call("fill", 8, 1 << 20), null);
});
