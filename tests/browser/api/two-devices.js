// Two devices of one user and the Hub between them, for the scenarios of conflicts: what a device does, and what it and
// the Hub have then.
import { ok } from "node:assert/strict";
import { DATASET, TOKEN, closeAll, device, hub, manual, site } from "./support.js";

/** The body runs in the page. Opens the store with `options`; the app's resolver is `decide` of the page. */
async function openInPage({ asks, ...options }) {
  if (globalThis.store) await globalThis.store.close();
  globalThis.questions = [];
  const conflict = async (question) => {
    globalThis.questions.push(question);
    return globalThis.decide(question);
  };
  await open({ ...options, ...(asks ? { conflict } : {}) });
  collect("conflict", "error");
}

export async function twoDevices() {
  const pages = await site();
  const remote = await hub();
  const here = await device(pages);
  const there = await device(pages);
  const reopen = (where, more = {}) => where.evaluate(openInPage, manual(remote.url, more));
  await reopen(here);
  await reopen(there);
  return { here, there, remote, reopen, close: () => closeAll(here, there, remote, pages) };
}

export const save = (where, ...documents) => where.evaluate((all) => store.projects.saveMany(all), documents);
export const remove = (where, id) => where.evaluate((name) => store.projects.delete(name), id);
export const load = (where, id) => where.evaluate((name) => store.projects.load(name), id);

/** Syncs; tells how many conflicts the report has, and the events that came meanwhile. */
export const sync = (where) =>
  where.evaluate(async () => {
    events.length = 0;
    const { conflicts } = await store.sync();
    return { conflicts, events: events.map(({ type, detail }) => ({ type, ...detail })) };
  });

/** What an app sees of an item after a sync: its content, its state, its copies with their contents. */
export const view = (where, id, collection = "projects") =>
  where.evaluate(
    async (name, of) => {
      await store.sync();
      const items = store[of];
      const content = async (key) => {
        const loaded = await items.load(key);
        return loaded instanceof Blob ? `${loaded.type}: ${await loaded.text()}` : loaded;
      };
      const copies = [];
      for (const { copyId, id: original, side, size, modified } of await items.conflicts(name)) {
        if (original !== name || !(size > 0) || !(modified > 0)) throw new Error(`a wrong copy: ${copyId}`);
        copies.push({ copyId, side, content: await content(copyId) });
      }
      const now = await content(name);
      const state = (await items.list()).find((item) => item.id === name)?.state ?? null;
      return { content: now, state, copies };
    },
    id,
    collection,
  );

/** Both devices have the item of `base`'s id, synchronised and loaded. */
export async function share({ here, there }, base) {
  await save(here, base);
  await sync(here);
  await sync(there);
  ok(await load(there, base.id));
}

/** Both change what they share; `theirs` is on the Hub, `ours` waits here. Null deletes. */
export async function diverge({ here, there }, id, ours, theirs) {
  await (theirs ? save(there, theirs) : remove(there, id));
  await sync(there);
  await (ours ? save(here, ours) : remove(here, id));
}

/** Paths and contents of the dataset's files of a collection, as any tool finds them. */
export async function hubFiles(remote, collection = "projects") {
  const entries = await remote.request(`/api/datasets/${DATASET}/tree/main/${collection}?recursive=true`);
  const files = {};
  for (const { type, path } of entries) {
    if (type !== "file") continue;
    const address = `/datasets/${DATASET}/resolve/main/${path.split("/").map(encodeURIComponent).join("/")}`;
    const answer = await fetch(new URL(address, remote.url), { headers: { Authorization: `Bearer ${TOKEN}` } });
    ok(answer.ok, path);
    files[decodeURIComponent(path.split("/").at(-1))] = Buffer.from(await answer.arrayBuffer());
  }
  return files;
}
