// Without a Hub everything that is here goes on, is counted as not on the Hub yet, and survives a reload; when the Hub
// is back it gets all of it by itself.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { hubFiles } from "../../browser/api/two-devices.js";

export async function play({ device, open, remote }) {
  const here = await device();
  await open(here);
  await here.evaluate(async () => {
    await store.saveProject({ id: "before" });
    await store.sync();
  });

  const { ids: [fault] } = await remote.fault({ reset: true });
  ok(fault);
  const without = await here.evaluate(async () => {
    await store.saveProject({ id: "while-offline" });
    const { code } = await outcome(store.sync());
    const { pending, synced } = await store.status();
    return { code, pending, synced, before: await store.loadProject("before") };
  });
  deepStrictEqual(without, { code: "OFFLINE", pending: 1, synced: false, before: { id: "before" } });
  await here.reload();
  await open(here, { sync: { auto: true, idleMs: 1_000, pollMs: 0 } });
  deepStrictEqual(await here.evaluate(() => store.loadProject("while-offline")), { id: "while-offline" });

  await remote.heal();
  await here.evaluate(async () => {
    // What a browser says when its network is back.
    dispatchEvent(new Event("online"));
    await until(async () => (await store.status()).synced);
  });
  strictEqual(JSON.parse((await hubFiles(remote))["while-offline.json"]).id, "while-offline");
}
