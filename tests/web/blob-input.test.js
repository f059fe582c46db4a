// Goal: whatever form the app's bytes have, exactly they are stored, as they were at the time of the call.
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { toBlob } from "../../web/src/blob-input.js";

const options = { fallbackType: "application/octet-stream", signals: [] };
const bytesOf = async (blob) => [...new Uint8Array(await blob.arrayBuffer())];
const streamOf = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const bytes = Uint8Array.of(1, 2, 3, 4);
const shared = new Uint8Array(new SharedArrayBuffer(4));
shared.set(bytes);

const FORMS = {
  "an ArrayBuffer": [bytes.slice().buffer, [1, 2, 3, 4]],
  "a Uint8Array": [bytes, [1, 2, 3, 4]],
  "a view: only its range": [bytes.subarray(1, 3), [2, 3]],
  "a Buffer": [Buffer.from([5, 6]), [5, 6]],
  "a view of shared memory": [shared.subarray(1, 3), [2, 3]],
  "a Blob": [new Blob([bytes]), [1, 2, 3, 4]],
  "a File": [new File([bytes], "x"), [1, 2, 3, 4]],
  "a stream": [streamOf(bytes, bytes.subarray(0, 1)), [1, 2, 3, 4, 1]],
  "an empty stream": [streamOf(), []],
  "bytes of another frame": [vm.runInNewContext("Uint8Array.of(7)"), [7]],
};

for (const [name, [data, expected]] of Object.entries(FORMS)) {
  test(`taken: ${name}`, async () => deepStrictEqual(await bytesOf(await toBlob(data, options)), expected));
}

test("a snapshot: the app may change or transfer its buffer at once, and it is not detached by us", async () => {
  const data = Uint8Array.of(1, 2);
  const taking = toBlob(data, options);
  data[0] = 9;
  deepStrictEqual(await bytesOf(await taking), [1, 2]);
  strictEqual(data.length, 2);
});

test("the type: the option's, else the blob's own, else the fallback", async () => {
  const typeOf = async (data, type) => (await toBlob(data, { ...options, type })).type;
  strictEqual(await typeOf(bytes), "application/octet-stream");
  strictEqual(await typeOf(bytes, "image/png"), "image/png");
  strictEqual(await typeOf(new Blob([], { type: "text/plain" })), "text/plain");
  strictEqual(await typeOf(new Blob([])), "application/octet-stream");
  strictEqual(await typeOf(new Blob([], { type: "text/plain" }), "image/png"), "image/png");
  strictEqual(await typeOf(streamOf(bytes), "image/png"), "image/png");
  strictEqual(await typeOf(streamOf(bytes)), "application/octet-stream");
});

for (const [data, message] of [
  ["text", /of type string\. Text can be saved as new Blob/],
  [null, /is null/],
  [undefined, /of type undefined/],
  [[1, 2], /a Array/],
  [{}, /a Object/],
  [new Float32Array(1), /a Float32Array/],
  [streamOf("text"), /The stream failed/],
  [
    new ReadableStream({ start: (controller) => controller.error(new Error("disk gone")) }),
    /The stream failed: disk gone/,
  ],
]) {
  test(`refused: ${message}`, () => rejects(toBlob(data, options), { code: "INVALID_ARGUMENT", message }));
}

test("a stream that something else reads is refused", async () => {
  const stream = streamOf(bytes);
  stream.getReader();
  await rejects(toBlob(stream, options), { code: "INVALID_ARGUMENT", message: /locked/ });
});

test("an abort ends a stream that never ends, and cancels it at its source", async () => {
  const control = new AbortController();
  let cancelled;
  const stream = new ReadableStream({ cancel: (reason) => (cancelled = reason) });
  const taking = toBlob(stream, { ...options, signals: [undefined, control.signal] });
  control.abort(new Error("enough"));
  await rejects(taking, { code: "ABORTED" });
  await new Promise((resolve) => setImmediate(resolve));
  strictEqual(cancelled?.message, "enough");
});

test("a stream is never gathered in the page: of 64 MiB at most a part is held before it is in a Blob", async () => {
  const TOTAL = 64, MIB = 1 << 20;
  let given = 0, inBlobs = 0, mostHeld = 0;
  const piece = new Uint8Array(MIB);  // Used again and again, as a source may.
  const stream = new ReadableStream({
    pull(controller) {
      if (given === TOTAL * MIB) return controller.close();
      piece.fill(given / MIB);
      given += MIB;
      mostHeld = Math.max(mostHeld, given - inBlobs);
      controller.enqueue(piece);
    },
  }, { highWaterMark: 0 });
  const Original = Blob;
  globalThis.Blob = class extends Original {
    constructor(parts = [], options = {}) {
      super(parts, options);
      if (parts.some((part) => ArrayBuffer.isView(part))) inBlobs += this.size;
    }
  };
  try {
    const blob = await toBlob(stream, options);
    strictEqual(blob.size, TOTAL * MIB);
    for (let i = 0; i < TOTAL; i++) {
      const [first, last] = [blob.slice(i * MIB, i * MIB + 1), blob.slice((i + 1) * MIB - 1, (i + 1) * MIB)];
      deepStrictEqual([await bytesOf(first), await bytesOf(last)], [[i], [i]]);
    }
  } finally {
    globalThis.Blob = Original;
  }
  strictEqual(inBlobs, TOTAL * MIB);
  strictEqual(mostHeld <= 5 * MIB, true, `${mostHeld} bytes were held`);
});
