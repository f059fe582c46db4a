// Goal: reading ranges from the page's side: what the worker is asked, what arrives, and when a reader is at its end.
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "../../web/src/errors.js";
import { RandomAccess } from "../../web/src/random-access.js";

const OPENING = { reader: "r1", version: "v1", size: 100 };

/** A client of which the test plays the engine: `answer(header)` gives a body, or throws. */
function setUp(answer = () => new Uint8Array(3)) {
  const calls = [];
  const opened = [];
  const client = {
    run: (operation, work) => work(),
    call: async (header, { signal } = {}) => {
      calls.push(header);
      signal?.throwIfAborted();
      const body = await answer(header, signal);
      return { value: null, body, blob: null };
    },
  };
  const open = async () => opened.shift() ?? null;
  return { file: new RandomAccess(client, "read.pdf", open, OPENING), calls, opened };
}

const closedEngine = () => new StoreError("CLOSED", "no such reader");

test("a read names the reader and the range, and gives the very array that came", async () => {
  const bytes = Uint8Array.of(1, 2);
  const { file, calls } = setUp(() => bytes);
  strictEqual(file.size, 100);
  strictEqual(await file.read(5, 2), bytes);
  deepStrictEqual(calls, [{ call: "read", reader: "r1", offset: 5, length: 2 }]);
});

test("nothing at all is an empty array", async () => {
  const { file } = setUp(() => null);
  deepStrictEqual(await file.read(100, 5), new Uint8Array(0));
});

for (const range of [[-1, 1], [1, -1], [0.5, 1], ["0", 1], [0], [Infinity, 1], [0, 2 ** 53], [0, 1n]]) {
  test(`refused before anything is asked: read(${range.map(String)})`, async () => {
    const { file, calls } = setUp();
    await rejects(file.read(...range), { code: "INVALID_ARGUMENT" });
    deepStrictEqual(calls, []);
  });
}

test("a signal that was aborted before asks nothing", async () => {
  const { file, calls } = setUp();
  await rejects(file.read(0, 1, { signal: AbortSignal.abort() }), { code: "ABORTED" });
  deepStrictEqual(calls, []);
});

test("close() ends reads under way and tells the engine, once; later reads are CLOSED", async () => {
  const { file, calls } = setUp(({ call }, signal) => {
    if (call === "shut") return null;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  });
  const reading = file.read(0, 1);
  file.close();
  file.close();
  await rejects(reading, { code: "CLOSED" });
  await rejects(file.read(0, 1), { code: "CLOSED" });
  deepStrictEqual(calls.map(({ call }) => call), ["read", "shut"]);
});

test("an engine without the reader: it is opened again, and the read goes on, if it is the same version", async () => {
  const { file, calls, opened } = setUp(({ reader }) => {
    if (reader === "r1") throw closedEngine();
    return Uint8Array.of(7);
  });
  opened.push({ ...OPENING, reader: "r2" });
  const both = await Promise.all([file.read(0, 1), file.read(1, 1)]);
  deepStrictEqual(both, [Uint8Array.of(7), Uint8Array.of(7)]);
  deepStrictEqual(await file.read(2, 1), Uint8Array.of(7));
  deepStrictEqual(calls.map(({ reader }) => reader), ["r1", "r1", "r2", "r2", "r2"]);
});

test("another version, or none: NOT_FOUND, and the reader of the other one is closed", async () => {
  for (const found of [{ ...OPENING, reader: "r2", version: "v2" }, null]) {
    const { file, calls, opened } = setUp(({ call }) => {
      if (call === "read") throw closedEngine();
      return null;
    });
    opened.push(found);
    await rejects(file.read(0, 1), { code: "NOT_FOUND" });
    deepStrictEqual(calls.filter(({ call }) => call === "shut").map(({ reader }) => reader), found ? ["r2"] : []);
  }
});
