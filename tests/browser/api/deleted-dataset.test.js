// Goal: a dataset that somebody deletes on the Hub takes nothing from the devices. The first one to sync makes it again
// with what it has, and one that comes later adds its own, although it finds a dataset of the same name without it.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { load, save, sync, twoDevices } from "./two-devices.js";

const PDF = "%PDF-1.4\n%%EOF\n";

let both;
before(async () => (both = await twoDevices()));
after(() => both.close());

const listed = (where) =>
  where.evaluate(async () => {
    const infos = [...(await store.listProjects()), ...(await store.listPdfs())];
    return infos.map(({ id, state }) => `${id}:${state}`).sort();
  });

test("two devices, one after the other, fill the new dataset with what each of them has", async () => {
  const { here, there, remote } = both;
  await save(here, { id: "ours", n: 1 });
  await sync(here);
  await save(there, { id: "theirs", n: 2 });
  await there.evaluate((text) => store.savePdf("scan", new Blob([text], { type: "application/pdf" })), PDF);
  await sync(there);
  await sync(here);
  const body = { type: "dataset", organization: "alice", name: "notes" };
  await remote.request("/api/repos/delete", { method: "DELETE", body });

  await sync(here);
  deepStrictEqual(await listed(here), ["ours:synced"], "the others are not on this device");
  await sync(there);
  // What the other device saved was never loaded here: it is on the Hub alone.
  deepStrictEqual(await listed(there), ["ours:remote-only", "scan:synced", "theirs:synced"]);
  strictEqual(await there.evaluate(async () => (await store.loadPdf("scan")).text()), PDF);
  await sync(here);
  deepStrictEqual(await load(here, "theirs"), { id: "theirs", n: 2 });
  deepStrictEqual(await load(there, "ours"), { id: "ours", n: 1 });
  strictEqual((await there.evaluate(() => store.sync())).requests, 1);
});
