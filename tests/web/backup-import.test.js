// Goal: what an import does with what is here, in both modes; that what it replaces is kept before, and can be had
// back; and how it ends early: before its first write nothing has changed, after it whole items are done and it says
// so.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../web/src/client.js";
import { Memory } from "../../web/src/memory.js";
import { Store } from "../../web/src/store.js";
import { backup, documentItem, documentText, itemOf } from "./backup-zips.js";
import { FakeEngine } from "./fake-engine.js";

const PDF = "%PDF-1.7";
/** The backup of a, b and a PDF. */
const source = () =>
  new FakeEngine()
    .has("projects", "json", "a", documentText("a", { n: 1 }))
    .has("projects", "json", "b", documentText("b"))
    .has("pdfs", "blob", "p", PDF);
/** A store in which a is another one, b is the same, and x is not in the backup. */
const target = () =>
  new FakeEngine()
    .has("projects", "json", "a", documentText("a", { n: 2 }))
    .has("projects", "json", "b", documentText("b"))
    .has("notes", "json", "x", documentText("x"));
const zipped = () => source().store.exportBackup();

test("merge: absent items are imported, different ones replaced, equal ones skipped, others stay", async () => {
  const here = target();
  const report = await here.store.importBackup(await zipped());
  ok(report.backupId);
  deepStrictEqual(report, { imported: 1, skipped: 1, replaced: 1, backupId: report.backupId, problems: [] });
  deepStrictEqual(here.content(), { ...source().content(), "notes/x": documentText("x") });
  deepStrictEqual(here.writes, ["save projects/a", "put pdfs/p"]);
});

test("replace: the same, and what the backup does not have is deleted", async () => {
  const here = target();
  const report = await here.store.importBackup(await zipped(), { mode: "replace" });
  deepStrictEqual([report.imported, report.skipped, report.replaced], [1, 1, 2]);
  deepStrictEqual(here.content(), source().content());
  // Deletions last: whoever ends it in the middle has more than he should, never less.
  deepStrictEqual(here.writes, ["save projects/a", "put pdfs/p", "delete notes/x"]);
});

test("an import into an empty store puts nothing aside, and a second one does nothing", async () => {
  const here = new FakeEngine();
  const zip = await zipped();
  const first = await here.store.importBackup(zip);
  deepStrictEqual(first, { imported: 3, skipped: 0, replaced: 0, backupId: null, problems: [] });
  const writes = here.writes.length;
  deepStrictEqual(await here.store.importBackup(zip, { mode: "replace" }), { ...first, imported: 0, skipped: 3 });
  strictEqual(here.writes.length, writes);
  deepStrictEqual(await here.store.listBackups(), []);
});

test("types of blobs come back; documents keep their spelling", async () => {
  const text = '{"id":"a","n":1.000,"big":12345678901234567890}';
  const from = new FakeEngine().has("images", "blob", "i", "png", "image/png").has("projects", "json", "a", text);
  const here = new FakeEngine();
  await here.store.importBackup(await from.store.exportBackup());
  strictEqual(here.named("images", "blob").get("i").type, "image/png");
  strictEqual(here.content()["projects/a"], text);
});

test("what an import has replaced and deleted can be had back, and that can be undone too", async () => {
  const here = target();
  const before = here.content();
  const { backupId } = await here.store.importBackup(await zipped(), { mode: "replace" });
  const after = here.content();
  const [info, ...others] = await here.store.listBackups();
  deepStrictEqual(others, []);
  deepStrictEqual([info.id, info.items, info.reason], [backupId, 2, "importBackup"]);
  ok(info.size > 0 && Math.abs(info.created - Date.now()) < 60_000);

  const undone = await here.store.restoreBackup(backupId);
  deepStrictEqual([undone.imported, undone.skipped, undone.replaced], [1, 0, 1]);
  // It is a merge: what the import had brought stays.
  deepStrictEqual(here.content(), { ...before, "pdfs/p": PDF });

  const [newest] = await here.store.listBackups();
  deepStrictEqual([newest.id, newest.items, newest.reason], [undone.backupId, 1, "restoreBackup"]);
  await here.store.restoreBackup(newest.id);
  deepStrictEqual(here.content(), { ...after, "notes/x": documentText("x") });
});

test("the last five are kept, newest first, also when the clock is set back", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  const here = target();
  const ids = [];
  for (let n = 10; n < 17; n++) {
    t.mock.timers.setTime(1_800_000_000_000 - n * 1000);
    const text = documentText("a", { n });
    const zip = await backup({ items: [documentItem("a", text)], files: [["projects/a.json", text]] });
    ids.unshift((await here.store.importBackup(zip)).backupId);
  }
  const kept = await here.store.listBackups();
  deepStrictEqual(kept.map(({ id }) => id), ids.slice(0, 5));
  for (const [i, { created }] of kept.slice(1).entries()) ok(created < kept[i].created);
  await rejects(here.store.restoreBackup(ids[6]), { code: "NOT_FOUND", message: /listBackups\(\)/ });
  await rejects(here.store.restoreBackup(""), { code: "NOT_FOUND" });
  await rejects(here.store.restoreBackup(), { code: "INVALID_ARGUMENT" });
  await here.store.restoreBackup(ids[4]);
});

test("what was damaged here is replaced, is not in the automatic backup, and the report says so", async () => {
  const here = target();
  here.onCall = ({ call, id }) =>
    call === "load" && ["a", "x"].includes(id) ? { code: "STORAGE_CORRUPT", message: "The body is damaged." } : null;
  const { replaced, backupId, problems } = await here.store.importBackup(await zipped(), { mode: "replace" });
  deepStrictEqual([replaced, backupId], [2, null]);
  deepStrictEqual(problems.map(({ path }) => path), ["projects/a", "notes/x"]);
  for (const { reason } of problems) match(reason, /not in the automatic backup: The body is damaged/);
  here.onCall = () => null;
  deepStrictEqual(here.content(), source().content());
});

test("what cannot be fetched now cannot be put aside, so nothing is replaced", async () => {
  const here = target();
  const before = here.content();
  here.onCall = ({ call, id }) => (call === "load" && id === "x" ? { code: "OFFLINE", message: "Away." } : null);
  await rejects(here.store.importBackup(await zipped(), { mode: "replace" }), { code: "OFFLINE" });
  deepStrictEqual([here.content(), here.writes], [before, []]);
});

test("conflict copies here stay, whatever is imported", async () => {
  const here = target().has("projects", "json", "a~local-0123456789abcdef", documentText("a", { n: 3 }));
  await here.store.importBackup(await zipped(), { mode: "replace" });
  strictEqual(here.content()["projects/a~local-0123456789abcdef"], documentText("a", { n: 3 }));
});

test("many documents are saved some at a time, of one collection together", async () => {
  const from = new FakeEngine();
  for (let i = 0; i < 450; i++) from.has("projects", "json", `p${i}`, documentText(`p${i}`));
  from.has("notes", "json", "n", documentText("n"));
  const here = new FakeEngine();
  const sizes = [];
  here.onCall = ({ call, items }) => void (call === "save" && sizes.push(items.length));
  strictEqual((await here.store.importBackup(await from.store.exportBackup())).imported, 451);
  deepStrictEqual(sizes, [200, 200, 50, 1]);
  deepStrictEqual(here.content(), from.content());
});

test("progress: verify, compare, backup, store", async () => {
  const seen = [];
  await target().store.importBackup(await zipped(), { onProgress: (progress) => seen.push(progress) });
  deepStrictEqual([...new Set(seen.map(({ phase }) => phase))], ["verify", "compare", "backup", "store"]);
  for (const { loaded, total } of seen) ok(loaded <= total);
  const last = seen.at(-1);
  deepStrictEqual([last.loaded, last.total, last.item], [last.total, last.total, "pdfs/p.pdf"]);
});

test("aborted before the first write it changes nothing; after it, it goes on to its end", async () => {
  for (const phase of ["verify", "compare", "backup"]) {
    const here = target();
    const before = here.content();
    const stop = new AbortController();
    const importing = here.store.importBackup(await zipped(), {
      signal: stop.signal,
      onProgress: (progress) => progress.phase === phase && stop.abort(),
    });
    await rejects(importing, { code: "ABORTED" });
    deepStrictEqual([here.content(), here.writes], [before, []]);
    deepStrictEqual(await here.store.listBackups(), []);
  }
  const here = target();
  const stop = new AbortController();
  here.onCall = ({ call }) => void (call === "save" && stop.abort());
  const { imported } = await here.store.importBackup(await zipped(), { signal: stop.signal });
  strictEqual(imported, 1);
  deepStrictEqual(here.content()["pdfs/p"], PDF);
});

test("a full disk in the middle leaves whole items, says so, and a second import does the rest", async () => {
  const here = target();
  const zip = await zipped();
  here.onCall = ({ call }) => (call === "put" ? { code: "QUOTA_EXCEEDED", message: "The storage is full." } : null);
  const [error] = await Promise.all([here.store.importBackup(zip, { mode: "replace" }).catch((reason) => reason)]);
  strictEqual(error.code, "QUOTA_EXCEEDED");
  match(error.message, /storage is full.*made 1 of 3 changes.*Import the same backup again/);
  const [{ id }] = await here.store.listBackups();
  ok(error.message.includes(`"${id}"`));
  strictEqual(here.content()["projects/a"], documentText("a", { n: 1 }));
  strictEqual(here.content()["notes/x"], documentText("x"));
  here.onCall = () => null;
  const { imported, skipped, replaced } = await here.store.importBackup(zip, { mode: "replace" });
  deepStrictEqual([imported, skipped, replaced], [1, 2, 1]);
  deepStrictEqual(here.content(), source().content());
});

test("close() lets an import that writes come to its end, and ends one that does not write yet", async () => {
  const here = target();
  let closing;
  here.onCall = ({ call }) => void (call === "save" && (closing = here.store.close()));
  strictEqual((await here.store.importBackup(await zipped(), { mode: "replace" })).replaced, 2);
  await closing;
  deepStrictEqual(here.content(), source().content());
  await rejects(here.store.saveProject({ id: "late" }), { code: "CLOSED" });

  const early = target();
  const before = early.content();
  const importing = early.store.importBackup(await zipped(), {
    onProgress: ({ phase }) => void (phase === "verify" && early.store.close()),
  });
  await rejects(importing, { code: "CLOSED" });
  deepStrictEqual([early.content(), early.writes], [before, []]);
});

test("while it writes the page is not safe to close", async () => {
  const here = target();
  let during;
  here.onCall = ({ call }) => void (call === "put" && (during = here.store.safeToClose));
  strictEqual(here.store.safeToClose, true);
  await here.store.importBackup(await zipped());
  deepStrictEqual([during, here.store.safeToClose], [false, true]);
});

test("a store that goes over to another account's data takes nothing along", async () => {
  // The place is the client's to say; here it changes when the n-th call is answered.
  for (const moment of ["collections", "load", "save"]) {
    const here = target();
    let place = "";
    Object.defineProperty(here.client, "place", { get: () => place });
    here.onCall = ({ call }) => void (call === moment && (place = "bob"));
    const error = await here.store.importBackup(await zipped(), { mode: "replace" }).catch((reason) => reason);
    strictEqual(error.code, "UNAUTHORIZED", `${moment}: ${error.message}`);
    match(error.message, /another account's data/);
    deepStrictEqual(here.writes, moment === "save" ? ["save projects/a"] : []);
    if (moment === "save") continue;
    place = "";
    await rejects(here.store.exportBackup(), { code: "UNAUTHORIZED" });
  }
});

test("a loaded item is the imported one, though the page had it in memory", async () => {
  const here = target();
  const options = { mode: "remote", dataset: "alice/notes" };
  const connect = (onNotice) => new Client(() => here.worker, options, onNotice);
  const store = new Store(connect, undefined, new Memory());
  strictEqual((await store.loadProject("a")).n, 2);
  await store.importBackup(await zipped());
  strictEqual((await store.loadProject("a")).n, 1);
});

test("clearLocal() takes the automatic backups along", async () => {
  const here = target();
  await here.store.importBackup(await zipped());
  strictEqual((await here.store.listBackups()).length, 1);
  await here.store.clearLocal();
  deepStrictEqual(await here.store.listBackups(), []);
});

test("what somebody else saves while an import looks at it is not overwritten unseen", async () => {
  const here = target();
  const zip = await zipped();
  const theirs = documentText("a", { n: 9 });
  let isFirst = true;
  here.onCall = ({ call, id }) => {
    // b is looked at after a, which is to be replaced.
    if (call !== "load" || id !== "b" || !isFirst) return;
    isFirst = false;
    here.has("projects", "json", "a", theirs);
    here.worker.say({ type: "change", collection: "projects", ids: ["a"], source: "tab" });
  };
  await rejects(here.store.importBackup(zip), { code: "BUSY", message: /projects\/a\.json.*Nothing was changed/ });
  deepStrictEqual([here.writes, await here.store.listBackups()], [[], []]);
  // Now it has been seen, and is put aside.
  const { backupId } = await here.store.importBackup(zip);
  await here.store.restoreBackup(backupId);
  strictEqual(here.content()["projects/a"], theirs);
});

test("a collection that the app has only named has a kind already", async () => {
  const here = new FakeEngine();
  here.store.collection("scans", "blob");
  const item = itemOf("x", "scans", "json", "a", documentText("a"));
  const zip = await backup({ items: [item], files: [["x", documentText("a")]] });
  await rejects(here.store.importBackup(zip), { code: "BAD_BACKUP", message: /"scans" has the kind "blob" here/ });
  deepStrictEqual(here.writes, []);
});

test("items of collections that this page never opened are imported, and deleted", async () => {
  const from = new FakeEngine().has("sketches", "json", "s", documentText("s"));
  const here = new FakeEngine().has("scans", "blob", "c", "scan");
  const report = await here.store.importBackup(await from.store.exportBackup(), { mode: "replace" });
  deepStrictEqual([report.imported, report.replaced], [1, 1]);
  deepStrictEqual(here.content(), from.content());
  const item = itemOf("x", "scans", "blob", "d", "more");
  await here.store.importBackup(await backup({ items: [item], files: [["x", "more"]] }));
  strictEqual(here.content()["scans/d"], "more");
});
