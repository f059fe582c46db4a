// Goal: where two devices changed the same document, both changes are in the merge, or both versions are on both
// devices and on the Hub until the user decides; nothing is lost, and the app is told.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { DATASET, TOKEN } from "./support.js";
import { diverge, hubFiles, load, save, share, sync, twoDevices, view } from "./two-devices.js";

let devices, here, there, remote;
before(async () => {
  devices = await twoDevices();
  ({ here, there, remote } = devices);
});
after(() => devices?.close());

const conflict = (id, outcome, copyId = null) => ({ type: "conflict", collection: "projects", id, outcome, copyId });
const pattern = (id, side) => new RegExp(`^${id}~${side}-[0-9a-f]{16}$`);

/** Both devices and the Hub have `content` and no conflict. */
async function isSettled(id, content) {
  for (const where of [here, there]) {
    deepStrictEqual(await view(where, id), { content, state: content && "synced", copies: [] });
  }
  const names = Object.keys(await hubFiles(remote)).filter((name) => name.startsWith(id));
  deepStrictEqual(names, content ? [`${id}.json`] : []);
}

/** Both devices and the Hub have `content` under the id, and `other` as its only copy. Returns the copy's id. */
async function hasCopy(id, side, content, other) {
  let copyId;
  for (const where of [here, there]) {
    const { copies, ...item } = await view(where, id);
    deepStrictEqual(item, { content, state: "conflict" });
    deepStrictEqual(copies.map((copy) => [copy.side, copy.content]), [[side, other]]);
    match(copies[0].copyId, pattern(id, side));
    copyId ??= copies[0].copyId;
    strictEqual(copies[0].copyId, copyId);
  }
  const files = await hubFiles(remote);
  deepStrictEqual(JSON.parse(files[`${id}.json`]), content);
  deepStrictEqual(JSON.parse(files[`${copyId}.json`]), other);
  return copyId;
}

test("different fields, different strokes: both changes are in one document on both devices", async () => {
  const stroke = (id, color) => ({ id, color, points: [1, 2] });
  const base = { id: "m", name: "old", view: { zoom: 1, page: 1 }, strokes: [stroke("a", "red"), stroke("b", "red")] };
  await share(devices, base);
  const ours = { ...base, name: "ours", strokes: [stroke("a", "blue"), stroke("b", "red"), stroke("mine", "red")] };
  const theirs = { ...base, view: { zoom: 1, page: 7 }, strokes: [stroke("a", "red"), stroke("theirs", "green")] };
  await diverge(devices, "m", ours, theirs);
  deepStrictEqual(await sync(here), { conflicts: 1, events: [conflict("m", "merged")] });
  const merged = {
    id: "m",
    name: "ours",
    view: { zoom: 1, page: 7 },
    strokes: [stroke("a", "blue"), stroke("mine", "red"), stroke("theirs", "green")],
  };
  await isSettled("m", merged);
  // Its text on the Hub is what a save would have written: a line for each member and each stroke.
  const text = String((await hubFiles(remote))["m.json"]);
  ok(text.startsWith('{\n  "id": "m",\n  "name": "ours",\n'), text);
  ok(text.includes('\n    {"id":"mine","color":"red","points":[1,2]},\n'), text);
});

test("saves that go on after a merge meet no conflict", async () => {
  await save(here, { id: "m", name: "later here" });
  deepStrictEqual(await sync(here), { conflicts: 0, events: [] });
  await sync(there);
  await save(there, { ...(await load(there, "m")), more: true });
  deepStrictEqual(await sync(there), { conflicts: 0, events: [] });
  await isSettled("m", { id: "m", name: "later here", more: true });
});

test("the same field: the Hub's version stays, ours is a copy that every device sees until one decides", async () => {
  await share(devices, { id: "s", name: "old" });
  const ours = { id: "s", name: "ours" };
  const theirs = { id: "s", name: "theirs" };
  await diverge(devices, "s", ours, theirs);
  const { conflicts, events } = await sync(here);
  strictEqual(conflicts, 1);
  const copyId = await hasCopy("s", "local", theirs, ours);
  deepStrictEqual(events, [conflict("s", "kept-both", copyId)]);
  // Copies are not items of the list, and not the app's to write.
  const [ids, refused] = await there.evaluate(async (id) => {
    const listed = (await store.projects.list()).map((item) => item.id);
    return [listed, [await outcome(store.projects.save({ id })), await outcome(store.projects.delete(id))]];
  }, copyId);
  ok(ids.includes("s") && !ids.includes(copyId), ids.join());
  deepStrictEqual(refused.map(({ code }) => code), ["INVALID_ID", "INVALID_ID"]);
  // The device that had not met the conflict decides.
  await there.evaluate((id) => store.projects.resolve(id, "use-copy"), copyId);
  await sync(there);
  await isSettled("s", ours);
});

test("a copy that is discarded is gone everywhere, and its item stays", async () => {
  await share(devices, { id: "d", name: "old" });
  await diverge(devices, "d", { id: "d", name: "ours" }, { id: "d", name: "theirs" });
  await sync(here);
  const copyId = await hasCopy("d", "local", { id: "d", name: "theirs" }, { id: "d", name: "ours" });
  await here.evaluate((id) => store.projects.resolve(id, "discard-copy"), copyId);
  await sync(here);
  await isSettled("d", { id: "d", name: "theirs" });
  const again = await here.evaluate((id) => outcome(store.projects.resolve(id, "use-copy")), copyId);
  strictEqual(again.code, "NOT_FOUND");
});

test("two copies of one item are two; each is decided by itself", async () => {
  await share(devices, { id: "t", n: 0 });
  for (const n of [1, 2]) {
    await diverge(devices, "t", { id: "t", n: 10 * n }, { id: "t", n });
    strictEqual((await sync(here)).conflicts, 1);
    await sync(there);
  }
  const { content, copies } = await view(there, "t");
  deepStrictEqual([content.n, copies.map((copy) => copy.content.n).sort()], [2, [10, 20]]);
  const [{ copyId: used }, { copyId: dropped }] = copies.sort((a, b) => a.content.n - b.content.n);
  await there.evaluate((id) => store.projects.resolve(id, "use-copy"), used);
  strictEqual((await view(there, "t")).state, "conflict");
  await there.evaluate((id) => store.projects.resolve(id, "discard-copy"), dropped);
  await sync(there);
  await isSettled("t", { id: "t", n: 10 });
});

test("an edit beats a deletion, on whichever side it is", async () => {
  for (const policy of ["merge", "local", "remote", "keep-both"]) {
    await devices.reopen(here, { conflict: policy });
    const [e, f] = [`e-${policy}`, `f-${policy}`];
    await share(devices, { id: e, n: 1 });
    await share(devices, { id: f, n: 1 });
    await diverge(devices, e, { id: e, n: 2 }, null);
    deepStrictEqual((await sync(here)).events, [conflict(e, "local")], policy);
    await isSettled(e, { id: e, n: 2 });
    await diverge(devices, f, null, { id: f, n: 3 });
    deepStrictEqual((await sync(here)).events, [conflict(f, "remote")], policy);
    await isSettled(f, { id: f, n: 3 });
  }
  await devices.reopen(here);
});

test("deleted by both, and changed alike by both: no conflict", async () => {
  await share(devices, { id: "g", n: 1 });
  await diverge(devices, "g", null, null);
  deepStrictEqual(await sync(here), { conflicts: 0, events: [] });
  await isSettled("g", null);
  await share(devices, { id: "h", n: 1 });
  await diverge(devices, "h", { id: "h", n: 2 }, { id: "h", n: 2 });
  deepStrictEqual(await sync(here), { conflicts: 0, events: [] });
  await isSettled("h", { id: "h", n: 2 });
});

test("created by both: alike is no conflict; else nothing is merged and both are kept", async () => {
  await diverge(devices, "c", { id: "c", n: 1 }, { id: "c", n: 1 });
  deepStrictEqual(await sync(here), { conflicts: 0, events: [] });
  await isSettled("c", { id: "c", n: 1 });
  await diverge(devices, "k", { id: "k", a: 1 }, { id: "k", b: 1 });
  strictEqual((await sync(here)).events[0].outcome, "kept-both");
  await hasCopy("k", "local", { id: "k", b: 1 }, { id: "k", a: 1 });
});

for (const [policy, side, outcome] of [
  ["keep-both", "local", "kept-both"],
  ["remote", "local", "remote"],
  ["local", "remote", "local"],
]) {
  test(`the policy ${policy} never merges and keeps the other version`, async () => {
    const id = `p-${policy}`;
    await devices.reopen(here, { conflict: policy });
    await share(devices, { id, a: 1, b: 1 });
    const ours = { id, a: 2, b: 1 };
    const theirs = { id, a: 1, b: 2 };
    await diverge(devices, id, ours, theirs);
    const { events } = await sync(here);
    const copyId = await hasCopy(id, side, ...(side === "local" ? [theirs, ours] : [ours, theirs]));
    deepStrictEqual(events, [conflict(id, outcome, copyId)]);
    await devices.reopen(here);
  });
}

test("a document above 1 MiB is merged too", { timeout: 120_000 }, async () => {
  // It lies in the dataset as a compressed large file.
  const make = (where, more) =>
    where.evaluate(async (given) => {
      const { strokes, ...rest } = project("large", 2_500_000);
      const withIds = strokes.map((stroke, i) => ({ id: i, ...stroke }));
      await store.projects.save({ ...rest, strokes: [...withIds, ...given] });
    }, more);
  await make(here, []);
  await sync(here);
  await sync(there);
  await load(there, "large");
  await make(there, [{ id: "theirs" }]);
  await sync(there);
  await make(here, [{ id: "ours" }]);
  deepStrictEqual((await sync(here)).events, [conflict("large", "merged")]);
  await sync(there);
  const [a, b] = await Promise.all([load(here, "large"), load(there, "large")]);
  deepStrictEqual(a, b);
  deepStrictEqual(a.strokes.slice(-2), [{ id: "ours" }, { id: "theirs" }]);
  deepStrictEqual(JSON.parse(gunzipSync((await hubFiles(remote))["large.json.gz"])), a);
});

test("a document with half a surrogate pair travels and is merged", async () => {
  // JavaScript's strings may have one, and its file an escape. The strings stay in the pages: the protocol between
  // browser and test has none such.
  const put = (where, more) => where.evaluate((rest) => store.projects.save({ odd: "cut \ud83d", ...rest }), more);
  const read = (where) =>
    where.evaluate(async () => {
      await store.sync();
      const { odd, n, m } = await store.projects.load("u");
      return [odd.length, odd.charCodeAt(4), n, m];
    });
  await put(here, { id: "u", n: 1, m: 1 });
  await sync(here);
  deepStrictEqual(await read(there), [5, 0xd83d, 1, 1]);
  await put(there, { id: "u", n: 1, m: 2 });
  await sync(there);
  await put(here, { id: "u", n: 2, m: 1 });
  deepStrictEqual((await sync(here)).events, [conflict("u", "merged")]);
  deepStrictEqual(await read(here), [5, 0xd83d, 2, 2]);
  deepStrictEqual(await read(there), [5, 0xd83d, 2, 2]);
});

test("a name that comes twice in a file edited by hand: nothing is merged", async () => {
  // Which of the two is meant nobody knows; JavaScript would drop one.
  await share(devices, { id: "x", n: 1, m: 1 });
  await commitByHand("x.json", '{"id": "x", "n": 1, "m": 2, "m": 3}\n');
  await save(here, { id: "x", n: 4, m: 1 });
  strictEqual((await sync(here)).events[0].outcome, "kept-both");
  await hasCopy("x", "local", { id: "x", n: 1, m: 3 }, { id: "x", n: 4, m: 1 });
});

test("a file that somebody broke by hand stays beside our version, which can replace it", async () => {
  await share(devices, { id: "y", n: 1 });
  await commitByHand("y.json", "no JSON at all");
  await save(here, { id: "y", n: 4 });
  const [{ outcome: decided, copyId }] = (await sync(here)).events;
  strictEqual(decided, "kept-both");
  strictEqual(String((await hubFiles(remote))["y.json"]), "no JSON at all");
  await here.evaluate((id) => store.projects.resolve(id, "use-copy"), copyId);
  await sync(here);
  await isSettled("y", { id: "y", n: 4 });
});

/** A commit of somebody who edited a file on the Hub. */
async function commitByHand(name, text) {
  const entries = await remote.request(`/api/datasets/${DATASET}/tree/main/projects?recursive=true`);
  const { path } = entries.find((entry) => entry.path.endsWith(`/${name}`));
  const lines = [
    { key: "header", value: { summary: "by hand" } },
    { key: "file", value: { path, content: Buffer.from(text).toString("base64"), encoding: "base64" } },
  ];
  const answer = await fetch(new URL(`/api/datasets/${DATASET}/commit/main`, remote.url), {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/x-ndjson" },
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
  ok(answer.ok, `${answer.status}`);
}
