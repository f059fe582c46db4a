// Goal: what is kept in memory is never shown once it may have changed, and stays within its bound.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Memory } from "../../web/src/memory.js";

const keep = (memory, id, value, bytes = value.length) => memory.keep(memory.expect("c", id), value, bytes);

test("what was kept is found, by collection and id", () => {
  const memory = new Memory(100);
  keep(memory, "a", "text");
  strictEqual(memory.find("c", "a"), "text");
  strictEqual(memory.find("d", "a"), undefined);
  deepStrictEqual([memory.bytes, memory.hits], [4, 1]);
});

test("above its bound the least recently used goes first, and what is larger is not kept at all", () => {
  const memory = new Memory(10);
  keep(memory, "a", "aaaa");
  keep(memory, "b", "bbbb");
  memory.find("c", "a");
  keep(memory, "d", "dddd");
  deepStrictEqual(["a", "b", "d"].map((id) => memory.find("c", id)), ["aaaa", undefined, "dddd"]);
  keep(memory, "e", "eeeeeeeeeee");
  strictEqual(memory.find("c", "e"), undefined);
  strictEqual(memory.bytes, 8);
  keep(memory, "a", "a");
  strictEqual(memory.bytes, 5);
});

test("a load that was under way when its item changed is not kept", () => {
  const memory = new Memory(100);
  const load = memory.expect("c", "a");
  const other = memory.expect("c", "b");
  memory.drop("c", ["a"]);
  const later = memory.expect("c", "a");
  memory.keep(load, "old", 3);
  strictEqual(memory.find("c", "a"), undefined);
  memory.keep(later, "new", 3);
  memory.keep(other, "b", 1);
  deepStrictEqual([memory.find("c", "a"), memory.find("c", "b")], ["new", "b"]);
});

test("of two saves that overlap the later one is kept, in whichever order they end", () => {
  for (const order of [[0, 1], [1, 0]]) {
    const memory = new Memory(100);
    const saves = ["first", "second"].map((text) => {
      memory.drop("c", ["a"]);
      return { ticket: memory.expect("c", "a"), text };
    });
    for (const i of order) memory.keep(saves[i].ticket, saves[i].text, 6);
    strictEqual(memory.find("c", "a"), "second");
  }
});

test("clear() forgets all, also what is under way; what failed leaves nothing behind", () => {
  const memory = new Memory(100);
  keep(memory, "a", "text");
  const load = memory.expect("c", "b");
  memory.clear();
  memory.keep(load, "b", 1);
  deepStrictEqual([memory.find("c", "a"), memory.find("c", "b"), memory.bytes], [undefined, undefined, 0]);
  const failed = memory.expect("c", "a");
  deepStrictEqual([memory.forget(failed), memory.forget(failed)], [true, false]);
});

test("with 0 bytes nothing is kept", () => {
  const memory = new Memory(0);
  keep(memory, "a", "text");
  strictEqual(memory.find("c", "a"), undefined);
});

const item = (id, more = {}) => ({ id, size: 1, modified: 1, state: "synced", cached: true, ...more });
/** Lists `items` through the memory; how often they had to be read is counted in `reads`. */
const lister = (memory, items, reads) => () =>
  memory.recallList("c", async () => {
    reads.push(items.length);
    return items.map((one) => ({ ...one }));
  });

test("a list is read once until something drops it, and each caller has a list of its own", async () => {
  const memory = new Memory(100);
  const reads = [];
  const list = lister(memory, [item("a")], reads);
  (await list())[0].id = "changed by the app";
  deepStrictEqual((await list())[0].id, "a");
  (await list())[0].id = "changed by the app";
  deepStrictEqual((await list())[0].id, "a");
  strictEqual(reads.length, 1);
  for (const drop of [() => memory.drop("c", ["a"]), () => memory.clear(), () => memory.dropLists()]) {
    const before = reads.length;
    drop();
    await list();
    strictEqual(reads.length, before + 1);
  }
});

test("a list that was being read when something changed is not kept", async () => {
  const memory = new Memory(100);
  const first = await memory.recallList("c", async () => {
    memory.drop("c", ["b"]);
    return [item("a")];
  });
  deepStrictEqual(first, [item("a")]);
  deepStrictEqual(await memory.recallList("c", async () => []), []);
});

test("a load drops the list only where it brought a body to the device", async () => {
  const memory = new Memory(100);
  const reads = [];
  const list = lister(memory, [item("here"), item("away", { cached: false })], reads);
  const load = (id) => memory.recall("c", id, async () => ({ value: "text", bytes: 4 }));
  await list();
  await load("here");
  await list();
  strictEqual(reads.length, 1);
  await load("away");
  await list();
  strictEqual(reads.length, 2);
});

test("long lists are not kept, nor any where memory is turned off", async () => {
  for (const [memory, count] of [[new Memory(100), 20_001], [new Memory(0), 1]]) {
    const reads = [];
    const list = lister(memory, Array.from({ length: count }, (_, i) => item(`${i}`)), reads);
    await list();
    await list();
    strictEqual(reads.length, 2);
  }
});
