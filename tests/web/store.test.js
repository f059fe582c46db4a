// Goal: what the store sends for each call and makes of the answers, and that closing and dying leave nothing waiting.
// The engine is played by the test.
import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../web/src/client.js";
import { Store } from "../../web/src/store.js";
import { Tabs } from "../../web/src/tabs.js";
import { FakeWorker, settlement } from "./fake-worker.js";

const receipt = { id: "a", ref: "local://x", checksum: "00", size: 1 };

/** An open store and its worker, which answers each call by `answers[call](message)`; without one it does not. */
function open(answers = {}, options = { mode: "local" }) {
  const worker = new FakeWorker();
  worker.onMessage = ({ request, header, body, blob }) => {
    const answer = answers[header?.call];
    if (answer) queueMicrotask(() => worker.reply(request, ...[answer({ ...header, body, blob })].flat(1)));
  };
  const store = new Store((onNotice) => new Client(() => worker, options, onNotice));
  const calls = () => worker.sent.filter(({ type }) => type === "call").map(({ header }) => header);
  return { store, worker, calls };
}

const events = (store, type) => {
  const seen = [];
  store.addEventListener(type, ({ detail }) => seen.push(detail));
  return seen;
};

test("a document is saved as its text, with its size", async () => {
  let text;
  const { store, calls } = open({
    save: ({ body }) => {
      text = new TextDecoder().decode(body);
      return [[receipt]];
    },
  });
  deepStrictEqual(await store.saveProject({ id: "a", n: 1 }), receipt);
  strictEqual(text, '{\n  "id": "a",\n  "n": 1\n}\n');
  deepStrictEqual(calls(), [
    { call: "save", collection: "projects", kind: "json", items: [{ id: "a", size: text.length }] },
  ]);
});

test("saveMany joins the texts; one bad document stops all, with its index", async () => {
  const { store, worker, calls } = open({ save: () => [[receipt, receipt]] });
  strictEqual((await store.projects.saveMany([{ id: "a" }, { id: "é" }])).length, 2);
  deepStrictEqual(calls()[0].items, [
    { id: "a", size: 16 },
    { id: "é", size: 17 },
  ]);
  const before = worker.sent.length;
  await rejects(store.projects.saveMany([{ id: "a" }, { id: "b", n: NaN }]), {
    message: /documents\[1\].*\$\.n is NaN/,
  });
  await rejects(store.projects.saveMany([{ id: "a" }, , { id: "c" }]), { message: /documents\[1\]/ });
  await rejects(store.projects.saveMany({ id: "a" }), { code: "INVALID_ARGUMENT" });
  deepStrictEqual(await store.projects.saveMany([]), []);
  strictEqual(worker.sent.length, before);
});

test("a save takes the document as it is at the time of the call", async () => {
  let text;
  const { store } = open({
    save: ({ body }) => {
      text = new TextDecoder().decode(body);
      return [[receipt]];
    },
  });
  const project = { id: "a", n: 1 };
  const saving = store.saveProject(project);
  project.n = 2;
  await saving;
  strictEqual(JSON.parse(text).n, 1);
});

test("a loaded document is parsed; a missing one is null; one that is not JSON has an error of its own", async () => {
  const texts = { a: '\ufeff{"id":"a"}', broken: "{" };
  const { store } = open({
    load: ({ id }) => (id in texts ? [{ size: 1 }, new TextEncoder().encode(texts[id])] : [null]),
  });
  deepStrictEqual(await store.loadProject("a"), { id: "a" });
  strictEqual(await store.loadProject("none"), null);
  await rejects(store.loadProject("broken"), { code: "STORAGE_CORRUPT", message: /"broken" is not valid JSON/ });
});

test("a blob goes by reference and comes back with its type", async () => {
  const { store, calls } = open({
    put: () => [[receipt]],
    load: () => [{ size: 4, type: "application/pdf" }, null, new Blob(["%PDF"])],
  });
  await store.savePdf("a", new TextEncoder().encode("%PDF"));
  deepStrictEqual(calls()[0], { call: "put", collection: "pdfs", kind: "blob", id: "a", type: "application/pdf" });
  const loaded = await store.loadPdf("a");
  strictEqual(loaded.type, "application/pdf");
  strictEqual(await loaded.text(), "%PDF");
});

test("an empty PDF is refused, another empty blob is not", async () => {
  const { store, worker } = open({ put: () => [[receipt]] });
  await rejects(store.savePdf("a", new Blob([])), { code: "INVALID_ARGUMENT", message: /"a" has 0 bytes/ });
  strictEqual(worker.sent.length, 0);
  deepStrictEqual(await store.collection("images", "blob").save("a", new Blob([])), receipt);
});

for (const [id, code] of [
  ["\ud800", "INVALID_ID"],
  ["a\udc00b", "INVALID_ID"],
  [7, "INVALID_ARGUMENT"],
  [undefined, "INVALID_ARGUMENT"],
  [null, "INVALID_ARGUMENT"],
]) {
  test(`the id ${JSON.stringify(id)} never leaves the page`, async () => {
    const { store, worker } = open();
    const document = { id };
    for (const call of [
      () => store.saveProject(document),
      () => store.loadProject(id),
      () => store.deleteProject(id),
      () => store.savePdf(id, new Blob(["x"])),
      () => store.loadPdf(id),
      () => store.deletePdf(id),
      () => store.pdfs.exists(id),
      () => store.pdfs.url(id),
      () => store.pdfs.evict(id),
    ])
      await rejects(call(), { name: "StoreError", code });
    strictEqual(worker.sent.length, 0);
  });
}

test("collections: the same one for a name, another kind refused, names checked", () => {
  const { store } = open();
  strictEqual(store.collection("notes", "json"), store.collection("notes", "json"));
  strictEqual(store.collection("projects", "json"), store.projects);
  strictEqual(store.collection("pdfs", "blob"), store.pdfs);
  throws(() => store.collection("notes", "blob"), { code: "INVALID_ARGUMENT", message: /has the kind "json"/ });
  throws(() => store.collection("pdfs", "json"), { code: "INVALID_ARGUMENT" });
  for (const name of ["", "Notes", "1a", "a/b", "../x", "a".repeat(33), undefined]) {
    throws(() => store.collection(name, "json"), { code: "INVALID_ARGUMENT" });
  }
  throws(() => store.collection("x", "text"), { code: "INVALID_ARGUMENT" });
});

test("what this version does not have says so", async () => {
  const { store } = open();
  const calls = [
    ...["migrateLegacy", "hubUsage", "compactHistory", "trace"].map((name) => store[name]("x")),
    ...[store.projects, store.pdfs].flatMap((collection) =>
      ["history", "restore"].map((name) => collection[name]("x")),
    ),
  ];
  for (const call of calls) await rejects(call, { code: "INVALID_ARGUMENT", message: /is not part of hubstash 0\.1/ });
});

test("the copies of conflicts are listed and resolved, of documents and of blobs alike", async () => {
  const copy = { copyId: "a~local-0123456789abcdef", id: "a", modified: 5, size: 7, side: "local" };
  const { store, worker, calls } = open({ conflicts: () => [[copy]], resolve: () => [null] });
  deepStrictEqual(await store.projects.conflicts(), [copy]);
  deepStrictEqual(await store.pdfs.conflicts("a"), [copy]);
  strictEqual(await store.projects.resolve(copy.copyId, "use-copy"), undefined);
  await store.pdfs.resolve(copy.copyId, "discard-copy");
  deepStrictEqual(calls(), [
    { call: "conflicts", collection: "projects", kind: "json", id: "" },
    { call: "conflicts", collection: "pdfs", kind: "blob", id: "a" },
    { call: "resolve", collection: "projects", kind: "json", id: copy.copyId, resolution: "use-copy" },
    { call: "resolve", collection: "pdfs", kind: "blob", id: copy.copyId, resolution: "discard-copy" },
  ]);
  const before = worker.sent.length;
  for (const call of [
    () => store.projects.conflicts(7),
    () => store.projects.conflicts(null),
    () => store.pdfs.resolve(undefined, "use-copy"),
    () => store.pdfs.resolve(copy.copyId),
    () => store.projects.resolve(copy.copyId, "use"),
  ]) {
    await rejects(call(), { name: "StoreError", code: "INVALID_ARGUMENT" });
  }
  strictEqual(worker.sent.length, before);
});

test("a conflict is an event, here and in the other tabs", async () => {
  // BroadcastChannel of Node joins the two as a browser joins its tabs.
  const options = { dataset: "alice/notes" };
  const tabs = [new Tabs(options), new Tabs(options)];
  const worker = new FakeWorker();
  const [here, there] = [worker, new FakeWorker()].map(
    (port, i) => new Store((onNotice) => new Client(() => port, options, onNotice), tabs[i]),
  );
  const conflict = { collection: "projects", id: "a", outcome: "kept-both", copyId: "a~local-0123456789abcdef" };
  const seen = [here, there].map(
    (store) => new Promise((resolve) => store.addEventListener("conflict", ({ detail }) => resolve(detail))),
  );
  const changes = events(there, "change");
  worker.say({ type: "conflict", ...conflict });
  deepStrictEqual(await Promise.all(seen), [conflict, conflict]);
  deepStrictEqual(changes, []);
  for (const tab of tabs) tab.close();
});

test("notices become events", async () => {
  const { store, worker } = open();
  const [changes, statuses, errors] = ["change", "status", "error"].map((type) => events(store, type));
  worker.say({ type: "change", collection: "projects", ids: ["a"], source: "tab" });
  worker.say({ type: "status", status: { phase: "idle", pending: 1, network: {} } });
  worker.say({ type: "error", error: { code: "OFFLINE", message: "no" } });
  await new Promise((resolve) => setTimeout(resolve, 5));
  deepStrictEqual(changes, [{ collection: "projects", ids: ["a"], source: "tab" }]);
  deepStrictEqual(
    statuses.map(({ phase, pending, partitioned }) => [phase, pending, partitioned]),
    [["idle", 1, false]],
  );
  deepStrictEqual(
    errors.map(({ name, code, retry }) => [name, code, retry]),
    [["StoreError", "OFFLINE", "later"]],
  );
});

test("the token function is asked when the engine asks, and its answer names the effect", async () => {
  let calls = 0;
  const { worker } = open({}, { mode: "local", token: () => `hf_${++calls}` });
  strictEqual(calls, 0);
  worker.say({ type: "token", effect: 5, refused: false });
  await settlement(Promise.resolve());
  worker.say({ type: "token", effect: 6, refused: true });
  await settlement(Promise.resolve());
  deepStrictEqual(worker.sent, [
    { type: "token", effect: 5, token: "hf_1" },
    { type: "token", effect: 6, token: "hf_2" },
  ]);
});

test("a sync that closing ends is CLOSED, one that its signal ended is ABORTED", async () => {
  const { store, worker } = open();
  const stop = new AbortController();
  worker.onMessage = ({ request, header }) => {
    if (header?.call !== "close") return;
    queueMicrotask(() => {
      worker.refuse(1, { code: "ABORTED", message: "The synchronisation was ended." });
      worker.reply(request);
    });
  };
  const ended = store.sync();
  const aborted = store.sync({ signal: stop.signal });
  stop.abort();
  const closing = store.close();
  await rejects(ended, { code: "CLOSED" });
  await rejects(aborted, { code: "ABORTED" });
  await closing;
});

test("close waits for running writes; what else waits rejects, as does all that comes", async () => {
  const { store, worker } = open({ close: () => [null] });
  const saving = store.saveProject({ id: "a" });
  const loading = store.loadProject("a");
  const stream = store.savePdf("s", new ReadableStream({}));
  const closing = store.close();
  strictEqual(store.close(), closing);
  await rejects(stream, { code: "CLOSED" });
  await rejects(store.loadProject("a"), { code: "CLOSED" });
  await rejects(store.saveProject({ id: "b" }), { code: "CLOSED" });
  strictEqual(await settlement(closing), "pending");
  worker.reply(1, [receipt]);
  deepStrictEqual(await saving, receipt);
  await rejects(loading, { code: "CLOSED" });
  await closing;
  strictEqual(worker.terminated, 1);
  await rejects(store.status(), { code: "CLOSED" });
});

test("a dead worker: all that waits for it rejects, an error event tells, and close does not hang", async () => {
  const { store, worker } = open();
  const errors = events(store, "error");
  const waiting = [store.saveProject({ id: "a" }), store.loadPdf("a"), store.sync()];
  await settlement(Promise.resolve());
  worker.emit("error", { message: "out of memory" });
  for (const call of waiting) await rejects(call, { code: "WORKER_DIED" });
  await store.close();
  await rejects(store.status(), { code: "CLOSED" });
  deepStrictEqual(
    errors.map(({ code }) => code),
    ["WORKER_DIED"],
  );
});

test("metrics are of the app's calls, failures included", async () => {
  const network = { requests: 3, retries: 1, bytesSent: 5, bytesReceived: 7 };
  const cache = { hits: 4, misses: 2, evictions: 1 };
  const compression = { rawBytes: 9, storedBytes: 8 };
  const { store } = open({ save: () => [[receipt]], status: () => [{ network, cache, compression }] });
  await store.saveProject({ id: "a" });
  await store.saveProject({ id: "a", n: NaN }).catch(() => {});
  const metrics = await store.metrics();
  deepStrictEqual(metrics.network, network);
  deepStrictEqual(metrics.compression, compression);
  deepStrictEqual(metrics.cache, { ...cache, memoryBytes: 0 });
  const { count, errors, max, totalMs } = metrics.operations["save.project"];
  deepStrictEqual([count, errors, max > 0, totalMs >= max], [2, 1, true, true]);
});

test("a write of a document transfers its bytes, a blob is not transferred", async () => {
  const { store, worker } = open({ save: () => [[receipt]], put: () => [[receipt]] });
  const transfers = [];
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message, transfer) => {
    transfers.push(transfer.length);
    post(message);
  };
  await store.saveProject({ id: "a" });
  await store.savePdf("a", new Blob(["%PDF"]));
  deepStrictEqual(transfers, [1, 0]);
});

/** What `safeToClose` is now and after each step. */
async function safety(mode, steps) {
  const { store, worker } = open({}, { mode, dataset: "alice/notes" });
  const seen = [store.safeToClose];
  for (const step of steps) {
    step(store, worker);
    await settlement(Promise.resolve());
    seen.push(store.safeToClose);
  }
  return seen;
}
const save = (store) => void store.saveProject({ id: "a" }).catch(() => {});
const synced = (value) => (store, worker) => worker.say({ type: "status", status: { synced: value, network: {} } });

test("safe to close: not before the engine has said so, nor from a save until the engine says so again", async () => {
  const answer = (store, worker) => worker.reply(1, [receipt]);
  deepStrictEqual(await safety("hybrid", [synced(true), save, synced(true), answer, synced(false), synced(true)]), [
    false,
    true,
    false, // The save is running,
    false, // a status of before it says nothing of it,
    false, // it is on this device only,
    false,
    true, // and now on the Hub.
  ]);
});

test("safe to close: a save that was refused changes nothing, a worker that died makes it unknown", async () => {
  const refuse = (store, worker) => worker.refuse(1, { code: "QUOTA_EXCEEDED", message: "full" });
  const die = (store, worker) => worker.emit("error", { message: "boom" });
  deepStrictEqual(await safety("hybrid", [synced(true), save, refuse, die]), [false, true, false, true, false]);
});

test("safe to close: in local and remote mode a write that runs is all that could be lost", async () => {
  const answer = (store, worker) => worker.reply(1, [receipt]);
  for (const mode of ["local", "remote"]) {
    deepStrictEqual(await safety(mode, [save, answer]), [true, false, true]);
  }
});

test("safe to close: a blob that is still being read is not saved yet", async () => {
  const stream = (store) => void store.savePdf("a", new ReadableStream({})).catch(() => {});
  deepStrictEqual(await safety("hybrid", [synced(true), stream]), [false, true, false]);
});
