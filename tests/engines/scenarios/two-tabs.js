// What one tab saves the other shows without being asked, and what both save and sync at once is committed once each.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { timesCommitted } from "../../browser/tabs/support.js";

const EACH = 5;

export async function play({ device, open, remote }) {
  const here = await device();
  const tab = await here.newTab();
  await open(here);
  await open(tab);

  await here.evaluate(() => store.saveProject({ id: "shared", from: "the first tab" }));
  await tab.evaluate(() => until(() => events.some(({ detail }) => detail.ids?.includes("shared"))));
  strictEqual((await tab.evaluate(() => store.loadProject("shared"))).from, "the first tab");

  const work = (page, name) =>
    page.evaluate(async (prefix, count) => {
      for (let i = 0; i < count; i++) {
        await store.saveProject({ id: `${prefix}-${i}` });
        await store.sync();
      }
    }, name, EACH);
  await Promise.all([work(here, "first"), work(tab, "second")]);
  const ids = (page) => page.evaluate(async () => (await store.listProjects()).map(({ id }) => id).sort());
  const all = await ids(here);
  deepStrictEqual(await ids(tab), all);
  strictEqual(all.length, 2 * EACH + 1);
  const times = await timesCommitted(remote);
  for (const id of all) strictEqual(times[id], 1, id);
}
