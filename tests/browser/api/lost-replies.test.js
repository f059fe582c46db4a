// Goal: a commit landed and the browser died before it heard so. Another device went on from there, and what it did
// knowingly stays done: nothing is committed a second time, no deletion is undone, and there is no conflict of our own
// making. On a real Chromium that is killed, and on the git history of a real repository.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual, site } from "./support.js";

let pages, here, there, remote;
before(async () => {
  pages = await site();
  here = await device(pages);
  there = await device(pages);
});
after(() => closeAll(here, there, pages));
beforeEach(async () => {
  remote = await hub();
  await here.reload();
  await there.reload();
});
afterEach(() => remote.close());

const opened = (where) => where.evaluate((options) => open(options), manual(remote.url));
const synced = (where) => where.evaluate(() => store.sync());

/** Saves a project and a PDF here; their commit lands, and this browser is killed while it waits for the answer. */
async function saveUnnoted() {
  await remote.createDataset();
  await opened(here);
  await here.evaluate(async () => {
    await store.saveProject({ id: "a", name: "first" });
    await store.savePdf("paper", new Blob(["%PDF-1.4 first"]));
  });
  const before = (await remote.commits()).length;
  await remote.fault({ match: { path: "/commit/", method: "POST" }, when: "after", delayMs: 60_000, times: 1 });
  await here.evaluate(() => {
    store.sync().catch(() => {});
  });
  while ((await remote.commits()).length === before) await new Promise((wake) => setTimeout(wake, 50));
  await here.crash();
  await remote.heal();
}

const shown = (where) =>
  where.evaluate(async () => {
    const pdf = await store.loadPdf("paper");
    return { project: await store.loadProject("a"), pdf: pdf && (await pdf.text()) };
  });

test("what the other device has loaded, replaced and deleted stays deleted", { timeout: 120_000 }, async () => {
  await saveUnnoted();
  await opened(there);
  await synced(there);
  deepStrictEqual(await shown(there), { project: { id: "a", name: "first" }, pdf: "%PDF-1.4 first" });
  await there.evaluate(async () => {
    await store.saveProject({ id: "a", name: "second" });
    await store.sync();
    await store.deleteProject("a");
    await store.deletePdf("paper");
    await store.sync();
  });
  const commits = (await remote.commits()).length;

  await opened(here);
  const { conflicts, pushed } = await synced(here);
  deepStrictEqual({ conflicts, pushed }, { conflicts: 0, pushed: 0 });
  deepStrictEqual(await shown(here), { project: null, pdf: null });
  strictEqual((await here.evaluate(() => store.status())).pending, 0);
  strictEqual((await remote.commits()).length, commits);
});

test("what the other device made of it is what this one shows; an edit since then is merged", async () => {
  await saveUnnoted();
  await opened(there);
  await synced(there);
  await there.evaluate(async () => {
    await store.saveProject({ ...(await store.loadProject("a")), theirs: true });
    await store.loadPdf("paper");
    await store.savePdf("paper", new Blob(["%PDF-1.4 theirs"]));
    await store.sync();
  });

  await opened(here);
  await here.evaluate(async () => store.saveProject({ ...(await store.loadProject("a")), ours: true }));
  await synced(here);
  deepStrictEqual(await here.evaluate(() => store.projects.conflicts()), []);
  deepStrictEqual(await here.evaluate(() => store.pdfs.conflicts()), []);
  deepStrictEqual(await shown(here), {
    project: { id: "a", name: "first", theirs: true, ours: true },
    pdf: "%PDF-1.4 theirs",
  });
});

test("the message of a commit says which claim it is of, and is as short as before", async () => {
  await saveUnnoted();
  const [{ title, message }] = await remote.commits();
  strictEqual(title, "hubstash: save 2 items");
  strictEqual(/^Hubstash-Claim: [0-9a-f]{16}$/u.test(message.trim()), true, message);
});
