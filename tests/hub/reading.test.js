/**
 * Proves how files are read: the two redirects, ranges, conditional requests, and what a signed address is good for.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, file, gitBlobId, sha256, withHub } from "./support.js";

const REPO = "user/notes";

async function withFiles(t, options) {
  const hub = await withHub(t, options);
  await hub.create(REPO, { private: true });
  const bytes = bytesOf(5000);
  const { body } = await hub.commit(REPO, [file("a b/ü.json", "0123456789"), await hub.upload(REPO, "x.pdf", bytes)]);
  return { hub, bytes, head: body.commitOid };
}

test("a regular file comes by 307 from resolve-cache, which carries commit, ETag and length itself", async (t) => {
  const { hub, head } = await withFiles(t);
  const first = await hub.fetch(`/datasets/${REPO}/resolve/main/a%20b/%C3%BC.json`);
  assert.equal(first.status, 307);
  assert.equal(first.headers.get("x-repo-commit"), head);
  const location = first.headers.get("location");
  assert.ok(location.startsWith(`/api/resolve-cache/datasets/${REPO}/${head}/`), location);

  const etag = `"${gitBlobId("0123456789")}"`;
  for (const method of ["GET", "HEAD"]) {
    const second = await hub.fetch(location, { method });
    assert.equal(second.status, 200);
    assert.equal(second.headers.get("etag"), etag);
    assert.equal(second.headers.get("content-length"), "10");
    assert.equal(second.headers.get("x-repo-commit"), head);
    assert.equal(await second.text(), method === "GET" ? "0123456789" : "");
  }
  const anonymous = await hub.as(null).fetch(location);
  assert.equal(anonymous.status, 401, "a private file stays private behind the redirect");

  const same = await hub.fetch(`/datasets/${REPO}/resolve/main/a%20b/%C3%BC.json`, {
    headers: { "If-None-Match": etag },
  });
  assert.equal(same.status, 304);
  const download = await hub.fetch(`/datasets/${REPO}/resolve/main/a%20b/%C3%BC.json?download=true`, {
    redirect: "follow",
  });
  assert.match(download.headers.get("content-disposition"), /^attachment; filename\*=UTF-8''%C3%BC\.json/);
});

test("ranges: 206 with Content-Range, 416 beyond the end, on both origins", async (t) => {
  const { hub, bytes } = await withFiles(t);
  const read = (path, range) =>
    hub.fetch(`/datasets/${REPO}/resolve/main/${path}`, { headers: { Range: range }, redirect: "follow" });
  const part = await read("a%20b/%C3%BC.json", "bytes=2-4");
  assert.deepEqual([part.status, part.headers.get("content-range"), await part.text()], [206, "bytes 2-4/10", "234"]);
  const beyond = await read("a%20b/%C3%BC.json", "bytes=10-");
  assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, "bytes */10"]);
  const large = await read("x.pdf", "bytes=4990-");
  assert.deepEqual([large.status, large.headers.get("content-range")], [206, "bytes 4990-4999/5000"]);
  assert.ok(Buffer.from(await large.arrayBuffer()).equals(bytes.subarray(4990)));
});

test("an address that was signed for a range is refused for every other", async (t) => {
  const { hub, bytes } = await withFiles(t);
  const path = `/datasets/${REPO}/resolve/main/x.pdf`;
  const bound = (await hub.fetch(path, { headers: { Range: "bytes=0-9" } })).headers.get("location");
  assert.equal((await fetch(bound, { headers: { Range: "bytes=0-9" } })).status, 206);
  for (const headers of [{ Range: "bytes=10-19" }, {}]) {
    const refused = await fetch(bound, { headers });
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /invalid range/);
  }
  const free = (await hub.fetch(path)).headers.get("location");
  const answer = await fetch(free, { headers: { Range: "bytes=10-19" } });
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(10, 20)));
  assert.equal((await fetch(free.replace(/Expires=\d/, "Expires=9"))).status, 403, "a forged expiry");
});

test("an LFS redirect tells hash and size; the second origin's ETag is another", async (t) => {
  const { hub, bytes, head } = await withFiles(t);
  for (const method of ["GET", "HEAD"]) {
    const { status, headers } = await hub.fetch(`/datasets/${REPO}/resolve/${head}/x.pdf`, { method });
    assert.equal(status, 302);
    assert.equal(headers.get("x-linked-etag"), `"${sha256(bytes)}"`);
    assert.equal(headers.get("x-linked-size"), "5000");
    const cdn = await fetch(headers.get("location"), { method });
    assert.notEqual(cdn.headers.get("etag"), headers.get("x-linked-etag"));
    assert.equal(cdn.headers.get("content-type"), "application/pdf");
  }
  const pointer = await hub.fetch(`/datasets/${REPO}/raw/main/x.pdf`);
  assert.equal(
    await pointer.text(),
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize 5000\n`,
  );
});

test("a download address expires", async (t) => {
  const { hub } = await withFiles(t, { downloadSeconds: 1 });
  const { headers } = await hub.fetch(`/datasets/${REPO}/resolve/main/x.pdf`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const late = await fetch(headers.get("location"));
  assert.equal(late.status, 403);
  assert.match(await late.text(), /expired/);
});

test("missing files and revisions are told apart, and a missing file names the commit", async (t) => {
  const { hub, head } = await withFiles(t);
  const file404 = await hub.fetch(`/datasets/${REPO}/resolve/main/none.json`);
  assert.deepEqual(
    [file404.status, file404.headers.get("x-error-code"), file404.headers.get("x-repo-commit")],
    [404, "EntryNotFound", head],
  );
  const rev404 = await hub.fetch(`/datasets/${REPO}/resolve/nowhere/x.pdf`);
  assert.deepEqual([rev404.status, rev404.headers.get("x-error-code")], [404, "RevisionNotFound"]);
  for (const rev of ["main~1", "main@{0}", ":/a", "HEAD^", "--all", "..", "refs%2Fheads%2F..%2F..%2FHEAD"]) {
    assert.equal((await hub.fetch(`/datasets/${REPO}/resolve/${rev}/x.pdf`)).status, 404, rev);
  }
  assert.equal(
    (await hub.fetch(`/datasets/${REPO}/resolve/${head.slice(0, 8)}/x.pdf`)).status,
    302,
    "a short commit id",
  );
});
