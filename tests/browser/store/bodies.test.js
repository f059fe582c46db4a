// Goal: hashes of blobs are right on every path, and a damaged chunk is never shown. Method: blobs around the sizes
// where the way of hashing changes, with and without crypto.subtle, against the digest of the whole.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.js";

const MiB = 1 << 20;
let setting;
before(async () => { setting = await start(); });
after(() => setting?.close());

for (const size of [0, 1, 4096, 4097, MiB - 1, MiB, MiB + 1, 16 * MiB, 64 * MiB, 64 * MiB + 1]) {
  for (const insecure of [false, true]) {
    test(`hashes ${size} bytes${insecure ? " without crypto.subtle" : ""}`, async () => {
      assert.equal(await setting.call("hashBlob", size, insecure), null);
    });
  }
}

test("assembles a body", async () => {
  const size = 9 * MiB + 5;
  assert.deepEqual(await setting.call("openBody", size, ""), { type: "application/pdf", size, same: true });
  assert.deepEqual(await setting.call("openBody", 0, ""), { type: "application/pdf", size: 0, same: true });
});

for (const damage of ["flip", "cut", "remove"]) {
  test(`a body with a chunk that was damaged (${damage}) is STORAGE_CORRUPT`, async () => {
    const { code, message } = await setting.call("openBody", 5 * MiB + 5, damage);
    assert.equal(code, "STORAGE_CORRUPT");
    assert.match(message, /body\/x\/5/);
  });
}
