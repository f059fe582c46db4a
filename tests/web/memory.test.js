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
