// The built-in sample is a PDF by its own cross-reference table, has the size that it says, and never changes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { samplePdf } from "../../web/bench/sample-pdf.js";
import { gzipRatio } from "../../web/bench/workload.js";

const bytes = Buffer.from(samplePdf());
const text = bytes.toString("latin1");

test("every offset of the cross-reference table leads to its object", () => {
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)[1]);
  const [, count, rest] = /^xref\n0 (\d+)\n([^]*)/.exec(text.slice(start));
  const entries = Array.from({ length: Number(count) }, (_, index) => rest.slice(index * 20, index * 20 + 20));
  assert.equal(entries[0], "0000000000 65535 f \n");
  for (const [number, entry] of entries.entries()) {
    if (number > 0) assert.ok(text.startsWith(`${number} 0 obj\n`, Number(entry.slice(0, 10))), `object ${number}`);
  }
  assert.match(rest.slice(entries.length * 20), /^trailer\n<< \/Size 22 \/Root 1 0 R >>/);
});

test("every stream has the length that it states", () => {
  const streams = [...text.matchAll(/\/Length (\d+) >>\nstream\n/g)];
  assert.equal(streams.length, 12);
  for (const found of streams) {
    const end = found.index + found[0].length + Number(found[1]);
    assert.equal(text.slice(end, end + 18), "\nendstream\nendobj\n");
  }
});

test("it has six pages, about a megabyte, and does not compress", async () => {
  assert.equal([...text.matchAll(/\/Type \/Page /g)].length, 6);
  assert.ok(bytes.length > 950_000 && bytes.length < 1_100_000, String(bytes.length));
  assert.ok(gzipSync(bytes).length > 0.98 * bytes.length);
  assert.ok((await gzipRatio(samplePdf())) > 0.98);
});

test("it is the same everywhere and always, so that figures can be compared", () => {
  assert.ok(bytes.equals(Buffer.from(samplePdf())));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.equal(sha256, "802f193f717ed6529e6a7c324b32939ab5ce6fe1935124cc594c1d61afee8c88");
});
