/** Proves the LFS rules: batch answers, upload addresses, what is accepted and when wrong bytes are noticed. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { bytesOf, sha256, withHub } from "./support.js";

const REPO = "user/notes";
const MiB = 1024 * 1024;

async function withRepo(t, options) {
  const hub = await withHub(t, options);
  await hub.create(REPO);
  return hub;
}

const line = (path, bytes) => ({
  key: "lfsFile",
  value: { path, algo: "sha256", oid: sha256(bytes), size: bytes.length },
});

test("a stored object needs no upload again, but is unknown to every other repo", async (t) => {
  const hub = await withRepo(t);
  await hub.create("user/other");
  const bytes = bytesOf(100);
  const object = { oid: sha256(bytes), size: bytes.length };
  await hub.upload(REPO, "x.bin", bytes);
  const [again] = (await hub.batch(REPO, [object])).body.objects;
  assert.deepEqual(again, object);
  const [elsewhere] = (await hub.batch("user/other", [object])).body.objects;
  assert.ok(elsewhere.actions.upload.href);
  const refused = await hub.commit("user/other", [line("x.bin", bytes)]);
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /is not stored/);
});

test("an upload address refuses a token, and answers an ETag", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(100);
  const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: bytes.length }]);
  const { href } = body.objects[0].actions.upload;
  assert.equal(
    (await fetch(href, { method: "PUT", body: bytes, headers: { Authorization: "Bearer hf_x" } })).status,
    400,
  );
  const good = await fetch(href, { method: "PUT", body: bytes });
  assert.equal(good.status, 200);
  assert.equal(good.headers.get("etag"), `"${createHash("md5").update(bytes).digest("hex")}"`);
});

test("an upload address expires", async (t) => {
  const hub = await withRepo(t, { uploadSeconds: 1 });
  const bytes = bytesOf(100);
  const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: bytes.length }]);
  const { href, expires_in: seconds } = body.objects[0].actions.upload;
  assert.equal(seconds, 1);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const late = await fetch(href, { method: "PUT", body: bytes });
  assert.equal(late.status, 403);
  assert.match(await late.text(), /expired/);
});

test("wrong or short bytes are taken in silently and refused by the commit", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(1000);
  for (const [sent, reason] of [
    [bytesOf(1000), /other content/],
    [bytes.subarray(1), /another size/],
  ]) {
    const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: bytes.length }]);
    assert.equal((await fetch(body.objects[0].actions.upload.href, { method: "PUT", body: sent })).status, 200);
    const refused = await hub.commit(REPO, [line("x.bin", bytes)]);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error, reason);
  }
  await hub.upload(REPO, "x.bin", bytes);
  assert.equal((await hub.commit(REPO, [line("x.bin", bytes)])).status, 200);
});

test("the download batch gives addresses that work without a token, and a 404 for each unknown object", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(100);
  await hub.upload(REPO, "x.bin", bytes);
  const objects = [
    { oid: sha256(bytes), size: 100 },
    { oid: sha256("nothing"), size: 7 },
  ];
  const { status, body } = await hub.batch(REPO, objects, "download");
  assert.equal(status, 200);
  assert.equal(body.objects[0].actions.download.expires_in, 3600);
  const part = await fetch(body.objects[0].actions.download.href, { headers: { Range: "bytes=10-19" } });
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20)));
  assert.equal(body.objects[1].error.code, 404);
});

test("multipart is offered above the limit and only when listed; empty objects are refused with 501", async (t) => {
  const hub = await withRepo(t, { multipartAbove: 1000, partSize: 400 });
  const header = async (size, transfers) =>
    (await hub.batch(REPO, [{ oid: sha256(`${size}`), size }], "upload", { transfers })).body.objects[0].actions.upload
      .header;
  assert.equal(await header(1000, ["basic", "multipart"]), undefined);
  assert.equal(await header(1001, ["basic"]), undefined);
  const offered = await header(1001, ["basic", "multipart"]);
  assert.deepEqual(Object.keys(offered).sort(), ["00001", "00002", "00003", "chunk_size"]);
  const { body } = await hub.batch(REPO, [{ oid: sha256(""), size: 0 }]);
  assert.equal((await fetch(body.objects[0].actions.upload.href, { method: "PUT", body: "" })).status, 501);
});

test("100 MiB stream through to the disk and back without being held in memory", async (t) => {
  const hub = await withRepo(t);
  const block = bytesOf(MiB);
  const hash = createHash("sha256");
  for (let i = 0; i < 100; i += 1) hash.update(block);
  const object = { oid: hash.digest("hex"), size: 100 * MiB };
  const { body } = await hub.batch(REPO, [object]);
  const stream = new ReadableStream({
    sent: 0,
    pull(controller) {
      if (this.sent++ === 100) controller.close();
      else controller.enqueue(block);
    },
  });
  const before = process.memoryUsage().rss;
  const put = await fetch(body.objects[0].actions.upload.href, { method: "PUT", body: stream, duplex: "half" });
  assert.equal(put.status, 200);
  await hub.commit(REPO, [{ key: "lfsFile", value: { path: "big.bin", algo: "sha256", ...object } }]);
  const answer = await hub.fetch(`/datasets/${REPO}/resolve/main/big.bin`, { redirect: "follow" });
  const back = createHash("sha256");
  for await (const chunk of answer.body) back.update(chunk);
  assert.equal(back.digest("hex"), object.oid);
  assert.ok(process.memoryUsage().rss - before < 80 * MiB, "client and Hub together stay below the size of the file");
});

test("verify knows what is stored", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(10);
  const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: 10 }]);
  const { upload, verify } = body.objects[0].actions;
  const ask = () => hub.post(new URL(verify.href).pathname, { oid: sha256(bytes), size: 10 });
  assert.equal((await ask()).status, 404);
  await fetch(upload.href, { method: "PUT", body: bytes });
  assert.equal((await ask()).status, 200);
});
