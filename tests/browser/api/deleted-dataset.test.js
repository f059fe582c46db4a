// Goal: a dataset that somebody deletes on the Hub takes no conflict copy with it. The first device to sync makes it
// again with what it has; one that comes later still has its copies, and they are on the Hub again.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { DATASET } from "./support.js";
import { diverge, hubFiles, load, share, sync, twoDevices } from "./two-devices.js";

let both;
before(async () => (both = await twoDevices()));
after(() => both.close());

const copiesOf = (where) => where.evaluate(async () => (await store.projects.conflicts()).map(({ copyId }) => copyId));

test("a conflict copy outlives the dataset, although another device makes that again without it", async () => {
  const { here, there, remote } = both;
  await share(both, { id: "thesis", title: "base" });
  await diverge(both, "thesis", { id: "thesis", title: "ours" }, { id: "thesis", title: "theirs" });
  const [{ copyId }] = (await sync(here)).events;
  await sync(there);
  const [organization, name] = DATASET.split("/");
  await remote.request("/api/repos/delete", { method: "DELETE", body: { type: "dataset", organization, name } });

  await sync(there);
  deepStrictEqual(Object.keys(await hubFiles(remote)), ["thesis.json"], "made again by a device that never loaded it");
  await sync(here);
  deepStrictEqual(await copiesOf(here), [copyId]);
  deepStrictEqual(await load(here, "thesis"), { id: "thesis", title: "theirs" });
  deepStrictEqual(Object.keys(await hubFiles(remote)).sort(), ["thesis.json", `${copyId}.json`].sort());
  await sync(there);
  deepStrictEqual(await copiesOf(there), [copyId]);
  deepStrictEqual(await load(there, copyId), { id: "thesis", title: "ours" });
  strictEqual((await here.evaluate(() => store.sync())).requests, 1, "the id of the new dataset is known");
});
