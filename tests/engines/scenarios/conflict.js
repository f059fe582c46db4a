// Two devices change one project: what both changed differently becomes a conflict copy on both, the rest is merged,
// and a decision on one device is the other's too.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { diverge, share, sync, view } from "../../browser/api/two-devices.js";

const states = (shown) => ({ state: shown.state, title: shown.content.title, copies: shown.copies.length });

export async function play({ device, open }) {
  const here = await device();
  const there = await device();
  await open(here);
  await open(there);
  const world = { here, there };

  await share(world, { id: "merged", title: "one", pages: 1 });
  await diverge(world, "merged", { id: "merged", title: "two", pages: 1 }, { id: "merged", title: "one", pages: 2 });
  await sync(here);
  for (const where of [here, there]) {
    const { content, copies } = await view(where, "merged");
    deepStrictEqual([content, copies], [{ id: "merged", title: "two", pages: 2 }, []]);
  }

  await share(world, { id: "both", title: "base" });
  await diverge(world, "both", { id: "both", title: "ours" }, { id: "both", title: "theirs" });
  const { conflicts } = await sync(here);
  strictEqual(conflicts.length ?? conflicts, 1);
  for (const where of [here, there]) {
    const shown = await view(where, "both");
    deepStrictEqual(states(shown), { state: "conflict", title: "theirs", copies: 1 });
    strictEqual(shown.copies[0].content.title, "ours");
  }
  const [{ copyId }] = (await view(here, "both")).copies;
  await here.evaluate((id) => store.projects.resolve(id, "use-copy"), copyId);
  await sync(here);
  for (const where of [there, here]) {
    deepStrictEqual(states(await view(where, "both")), { state: "synced", title: "ours", copies: 0 });
  }
}
