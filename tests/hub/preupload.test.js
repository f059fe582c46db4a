/** Proves which files the Hub sends through LFS, row by row, and what else preupload tells. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, file, gitBlobId, sha256, withHub } from "./support.js";

const REPO = "user/notes";
const MAX = 10 * 1024 * 1024;
const text = Buffer.from("plain text");

async function ask(hub, files, more = {}) {
  const rows = files.map(([path, size, sample = text]) => ({
    path,
    size,
    sample: Buffer.from(sample).toString("base64"),
  }));
  return hub.post(`/api/datasets/${REPO}/preupload/main`, { files: rows, ...more });
}

test("the upload mode follows patterns, size, content and emptiness", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  const rows = [
    ["x.json", 100, text, "regular"],
    ["x.jsonl", MAX, text, "regular"],
    ["x.json", MAX + 1, text, "lfs"],
    ["x.json.gz", 50, text, "lfs"],
    ["deep/er/x.zip", 50, text, "lfs"],
    ["x.tar.anything", 50, text, "lfs"],
    ["saved_model/a/b", 50, text, "lfs"],
    ["events.tfevents.1", 50, text, "lfs"],
    ["x.pdf", 50, text, "regular"],
    ["x.pdf", 50, Buffer.from([37, 80, 68, 70, 0]), "lfs"],
    ["x.txt", 50, Buffer.from([0xff, 0xfe]), "lfs"],
    ["cut.txt", 600, Buffer.concat([Buffer.alloc(511, 97), Buffer.from([0xc3])]), "regular"],
    ["empty.bin", 0, "", "regular"],
  ];
  const { status, body } = await ask(hub, rows);
  assert.equal(status, 200);
  assert.deepEqual(
    body.files.map((one) => [one.path, one.uploadMode]),
    rows.map((row) => [row[0], row[3]]),
  );
  assert.equal(body.commitOid, await hub.head(REPO));
});

test("supplied attributes and ignores win over stored ones, and present files carry their id", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  const bytes = bytesOf(100);
  await hub.commit(REPO, [
    file("a.json", "1"),
    file(".gitignore", "*.log\nbuild/\n!keep.log\n"),
    await hub.upload(REPO, "b.pdf", bytes),
  ]);
  const { body } = await ask(hub, [
    ["a.json", 1],
    ["b.pdf", 100],
    ["x.log", 5],
    ["keep.log", 5],
    ["build/x.json", 5],
    ["new.json", 1],
  ]);
  assert.deepEqual(
    body.files.map((one) => [one.oid, one.shouldIgnore]),
    [
      [gitBlobId("1"), false],
      [sha256(bytes), false],
      [undefined, true],
      [undefined, false],
      [undefined, true],
      [undefined, false],
    ],
  );
  const supplied = await ask(
    hub,
    [
      ["x.json", 5],
      ["x.gz", 5],
      ["x.log", 5],
    ],
    { gitAttributes: "*.json filter=lfs\n", gitIgnore: "" },
  );
  assert.deepEqual(
    supplied.body.files.map((one) => [one.uploadMode, one.shouldIgnore]),
    [
      ["lfs", false],
      ["regular", false],
      ["regular", false],
    ],
  );
});

test("a request out of shape gets 422, an unknown revision 404", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  for (const files of [
    undefined,
    [{ path: "x" }],
    [{ path: "x", size: -1, sample: "" }],
    Array(1001).fill({ path: "x", size: 1, sample: "" }),
  ]) {
    assert.equal((await hub.post(`/api/datasets/${REPO}/preupload/main`, { files })).status, 422);
  }
  assert.equal(
    (await hub.post(`/api/datasets/${REPO}/preupload/nowhere`, { files: [] })).headers.get("x-error-code"),
    "RevisionNotFound",
  );
});
