// Goal: the app's own function decides conflicts, with the versions as it knows them; and whatever it does wrong, the
// engine gets a decision that loses nothing and the app hears why. The engine is played by the test.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../web/src/client.js";
import { Store } from "../../web/src/store.js";
import { FakeWorker, settlement } from "./fake-worker.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A store whose option `conflict` is `conflict`, its worker, its errors, and the decisions that it has sent. */
function open(conflict) {
  const worker = new FakeWorker();
  const store = new Store((onNotice) => new Client(() => worker, { dataset: "alice/notes", conflict }, onNotice));
  const errors = [];
  store.addEventListener("error", ({ detail }) => errors.push(detail));
  return { store, worker, errors, decisions: () => worker.sent.filter(({ header }) => header?.call === "decide") };
}

/** Asks as the engine does: `versions` are documents or texts, or null. */
function ask(worker, versions, effect = 7) {
  const sides = {};
  const parts = [];
  for (const [side, version] of Object.entries(versions)) {
    const text = version === null ? null : typeof version === "string" ? version : JSON.stringify(version);
    const bytes = text === null ? null : encoder.encode(text);
    sides[side] = bytes && bytes.length;
    parts.push(bytes ?? []);
  }
  const body = Uint8Array.from(parts.flatMap((part) => [...part]));
  worker.say({ type: "resolve", effect, collection: "projects", kind: "json", id: "a", sides }, body);
}

function askForBlob(worker, blobs) {
  const sides = Object.fromEntries(Object.entries(blobs).map(([side, blob]) => [side, blob && blob.size]));
  const handles = Object.fromEntries(Object.entries(blobs).map(([side, blob]) => [side, blob?.size ? blob : null]));
  worker.say({ type: "resolve", effect: 7, collection: "pdfs", kind: "blob", id: "a", sides, blobs: handles });
}

const VERSIONS = { base: { id: "a", n: 1 }, local: { id: "a", n: 2, name: "漢字" }, remote: { id: "a", n: 3 } };

test("the function sees the three versions, parsed, and names the item", async () => {
  let seen;
  const { worker } = open((conflict) => {
    seen = conflict;
    return "local";
  });
  ask(worker, VERSIONS);
  deepStrictEqual(seen, { collection: "projects", id: "a", ...VERSIONS });
  ask(worker, { ...VERSIONS, base: null, local: null });
  deepStrictEqual(seen, { collection: "projects", id: "a", base: null, local: null, remote: VERSIONS.remote });
});

for (const [name, value, decision, text] of [
  ["local", "local", { choice: "local" }],
  ["remote", "remote", { choice: "remote" }],
  ["keep-both", "keep-both", { choice: "keep-both" }],
  ["null", null, { choice: "delete" }],
  ["a document", { id: "a", n: 5 }, { choice: "content" }, '{\n  "id": "a",\n  "n": 5\n}\n'],
]) {
  test(`${name} is a decision, also after a while`, async () => {
    for (const resolver of [() => value, async () => value]) {
      const { worker, decisions, errors } = open(resolver);
      ask(worker, VERSIONS);
      await settlement(Promise.resolve());
      const [{ header, body }] = decisions();
      deepStrictEqual(header, { call: "decide", effect: 7, ...decision });
      strictEqual(body && decoder.decode(body), text);
      deepStrictEqual(errors, []);
    }
  });
}

for (const [name, resolver, message] of [
  ["throws", () => { throw new Error("no idea"); }, /threw, .*"a" of projects: no idea/],
  ["rejects", () => Promise.reject("later"), /threw, .*: later/],
  ["returns nothing", () => {}, /must be a document, null, "local", "remote" or "keep-both"/],
  ["returns a number", () => 7, /must be a document/],
  ["returns another word", () => "merge", /must be a document/],
  ["returns a document with another id", () => ({ id: "b" }), /a document with the id "a", not "b"/],
  ["returns a document without an id", () => ({ n: 1 }), /needs an "id"/],
  ["returns what JSON cannot say", () => ({ id: "a", at: new Date(0) }), /\$\.at is a Date/],
  ["returns a Blob for a document", () => new Blob(["{}"]), /must be a plain object/],
]) {
  test(`a function that ${name}: both are kept, and an error event says why`, async () => {
    const { worker, decisions, errors } = open(resolver);
    ask(worker, VERSIONS);
    await settlement(Promise.resolve());
    deepStrictEqual(decisions().map(({ header }) => header), [{ call: "decide", effect: 7, choice: "keep-both" }]);
    deepStrictEqual(errors.map((error) => [error.name, error.code]), [["StoreError", "INVALID_ARGUMENT"]]);
    match(errors[0].message, message);
  });
}

test("a version that is not JSON is not shown to the function; both are kept", async () => {
  // Somebody edited the file on the Hub by hand.
  let asked = 0;
  const { worker, decisions, errors } = open(() => (asked += 1));
  ask(worker, { ...VERSIONS, remote: "{" });
  await settlement(Promise.resolve());
  strictEqual(asked, 0);
  strictEqual(decisions()[0].header.choice, "keep-both");
  strictEqual(errors[0].code, "STORAGE_CORRUPT");
});

test("versions of a PDF are Blobs, an empty one included; a Blob decides with its type", async () => {
  let seen;
  const chosen = new Blob(["%PDF both"]);
  const { worker, decisions } = open((conflict) => {
    seen = conflict;
    return chosen;
  });
  const pdf = new Blob(["%PDF"], { type: "application/pdf" });
  askForBlob(worker, { base: null, local: pdf, remote: new Blob([]) });
  await settlement(Promise.resolve());
  strictEqual(seen.base, null);
  strictEqual(seen.local, pdf);
  strictEqual(seen.remote.size, 0);
  const [{ header, blob }] = decisions();
  deepStrictEqual(header, { call: "decide", effect: 7, choice: "content", type: "application/pdf" });
  strictEqual(blob, chosen);
});

for (const [name, value] of [["a document", { id: "a" }], ["an empty Blob", new Blob([])], ["nothing", undefined]]) {
  test(`${name} is no PDF: both are kept`, async () => {
    const { worker, decisions, errors } = open(() => value);
    askForBlob(worker, { base: null, local: new Blob(["%PDF 1"]), remote: new Blob(["%PDF 2"]) });
    await settlement(Promise.resolve());
    strictEqual(decisions()[0].header.choice, "keep-both");
    strictEqual(errors[0].code, "INVALID_ARGUMENT");
  });
}

test("several questions are answered each by itself, in the order of the answers", async () => {
  const answers = [];
  const { worker, decisions } = open(() => new Promise((resolve) => answers.push(resolve)));
  ask(worker, VERSIONS, 7);
  ask(worker, VERSIONS, 9);
  answers[1]("remote");
  await settlement(Promise.resolve());
  deepStrictEqual(decisions().map(({ header }) => header.effect), [9]);
  answers[0]("local");
  await settlement(Promise.resolve());
  deepStrictEqual(decisions().map(({ header }) => header.choice), ["remote", "local"]);
});

test("an answer after the store was closed goes nowhere, and close does not wait for it", async () => {
  let answer;
  const { store, worker, decisions, errors } = open(() => new Promise((resolve) => (answer = resolve)));
  worker.onMessage = ({ request, header }) => header?.call === "close" && queueMicrotask(() => worker.reply(request));
  ask(worker, VERSIONS);
  await store.close();
  answer("local");
  await settlement(Promise.resolve());
  deepStrictEqual([decisions(), errors], [[], []]);
});

test("an answer to a worker that died is not given to the one after it", async (t) => {
  // Its question may have the same number, and be about another item.
  // A new worker is told whether the page is online; Node 20 has no navigator that says so.
  if (!("navigator" in globalThis)) {
    globalThis.navigator = {};
    t.after(() => delete globalThis.navigator);
  }
  let answer;
  const workers = [];
  const start = () => {
    const worker = new FakeWorker();
    worker.onMessage = ({ type, request }) => {
      if (type === "open" || type === "call") queueMicrotask(() => worker.reply(request));
    };
    workers.push(worker);
    return worker;
  };
  const conflict = () => new Promise((resolve) => (answer = resolve));
  const store = new Store((onNotice) => new Client(start, { dataset: "alice/notes", conflict }, onNotice));
  ask(workers[0], VERSIONS);
  workers[0].emit("error", { message: "out of memory" });
  strictEqual(await store.loadProject("a"), null);
  strictEqual(workers.length, 2);
  answer("local");
  await settlement(Promise.resolve());
  for (const { sent } of workers) strictEqual(sent.filter(({ header }) => header?.call === "decide").length, 0);
  await store.close();
});
