// The browser is killed while it saves: what was acknowledged is there, and nothing is half there.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

const ROUNDS = 3;

export async function play({ device, open, remote }) {
  const here = await device();
  let acknowledged = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await open(here);
    acknowledged = await here.evaluate(async (from) => {
      for (let i = from; i < from + 10; i++) await store.saveProject(project(`p${i}`, 20_000));
      // These go on when the browser is killed.
      (async () => {
        for (let i = from + 10; ; i++) await store.saveProject(project(`p${i}`, 20_000));
      })();
      return from + 10;
    }, acknowledged);
    await new Promise((resolve) => setTimeout(resolve, 50 * round));
    await here.crash();

    await open(here);
    const found = await here.evaluate(async () => {
      const items = await store.listProjects();
      const whole = [];
      for (const { id } of items) {
        const loaded = JSON.stringify(await store.loadProject(id));
        whole.push(loaded === JSON.stringify(project(id, 20_000)));
      }
      return { ids: items.map(({ id }) => id), whole: whole.every(Boolean), pending: (await store.status()).pending };
    });
    for (let i = 0; i < acknowledged; i++) ok(found.ids.includes(`p${i}`), `p${i} of ${acknowledged} is gone`);
    ok(found.whole, "each is whole");
    strictEqual(found.pending, found.ids.length);
    acknowledged = found.ids.length;
  }
  const { pushed } = await here.evaluate(() => store.sync());
  strictEqual(pushed, acknowledged);
  const files = await remote.request("/api/datasets/alice/notes/tree/main/projects?recursive=true");
  deepStrictEqual(files.filter(({ type }) => type === "file").length, acknowledged);
}
