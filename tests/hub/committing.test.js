/** Proves what a commit does and every way in which it is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, deletedFile, file, file64, sha256, withHub } from "./support.js";

const REPO = "user/notes";

async function withRepo(t, options) {
  const hub = await withHub(t, options);
  await hub.create(REPO);
  return hub;
}

async function paths(hub) {
  const { body } = await hub.json(`/api/datasets/${REPO}/tree/main?recursive=true`);
  return body.filter(({ type }) => type === "file").map(({ path }) => path);
}

async function read(hub, path, rev = "main") {
  return (await hub.fetch(`/datasets/${REPO}/resolve/${rev}/${path}`, { redirect: "follow" })).text();
}

test("a commit answers with its id and address, and the id is what can be read from then on", async (t) => {
  const hub = await withRepo(t);
  const { status, body } = await hub.commit(REPO, [file("a.json", "1")], {
    summary: "first",
    description: "id-42\nmore",
  });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ["commitOid", "commitUrl", "hookOutput", "success"]);
  assert.equal(body.commitUrl, `${hub.url}/datasets/${REPO}/commit/${body.commitOid}`);
  assert.equal(body.commitOid, await hub.head(REPO));
  await hub.commit(REPO, [file("a.json", "2")]);
  assert.equal(await read(hub, "a.json", body.commitOid), "1");
  const { body: history } = await hub.json(`/api/datasets/${REPO}/commits/main?limit=5`);
  assert.deepEqual(
    history.map(({ title }) => title),
    ["a change", "first", "initial commit"],
  );
  assert.equal(history[1].message, "id-42\nmore");
  assert.equal(history[1].authors[0].user, "user");
});

test("a stale parent is refused with 412, whatever changed in between; a current or short one is not", async (t) => {
  const hub = await withRepo(t);
  const parentCommit = await hub.head(REPO);
  assert.equal((await hub.commit(REPO, [file("a.json", "1")], { parentCommit })).status, 200);
  const stale = await hub.commit(REPO, [file("unrelated.json", "1")], { parentCommit });
  assert.equal(stale.status, 412);
  assert.equal(stale.body.error, "The branch was updated since you opened this page. Please refresh and try again.");
  assert.equal(stale.headers.get("x-error-message"), stale.body.error);
  assert.deepEqual(await paths(hub), [".gitattributes", "a.json"]);
  const short = (await hub.head(REPO)).slice(0, 7);
  assert.equal((await hub.commit(REPO, [file("b.json", "1")], { parentCommit: short })).status, 200);
});

test("deleting, moving and replacing, in the order of the lines", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(50);
  await hub.commit(REPO, [
    file("d/a.json", "a"),
    file("d/b.json", "b"),
    file("keep.json", "k"),
    await hub.upload(REPO, "x.bin", bytes),
  ]);
  await hub.commit(REPO, [
    { key: "deletedFolder", value: { path: "d/" } },
    file("d/c.json", "c"),
    { key: "file", value: { path: "moved/keep.json", oldPath: "keep.json" } },
    { key: "lfsFile", value: { path: "moved/x.bin", oldPath: "x.bin", size: 50 } },
  ]);
  assert.deepEqual(await paths(hub), [".gitattributes", "d/c.json", "moved/keep.json", "moved/x.bin"]);
  assert.equal(await read(hub, "moved/keep.json"), "k");
  await hub.commit(REPO, [
    { key: "lfsFile", value: { path: "copy.bin", algo: "sha256", oid: sha256(bytes) } },
    { key: "deletedEntry", value: { path: "moved" } },
    { key: "deletedEntry", value: { path: "d/c.json" } },
  ]);
  assert.deepEqual(await paths(hub), [".gitattributes", "copy.bin"]);
});

test("deleting what is not there, or a folder as if it were a file, is EntryNotFound", async (t) => {
  const hub = await withRepo(t);
  await hub.commit(REPO, [file("d/a.json", "a")]);
  const head = await hub.head(REPO);
  for (const line of [
    deletedFile("none"),
    deletedFile("d"),
    { key: "deletedFolder", value: { path: "d/a.json" } },
    { key: "deletedEntry", value: { path: "d/a.json/b" } },
  ]) {
    const { status, headers, body } = await hub.commit(REPO, [file("other.json", "1"), line]);
    assert.deepEqual([status, headers.get("x-error-code")], [404, "EntryNotFound"]);
    assert.match(body.error, /A file with this name doesn't exist/);
  }
  assert.equal(await hub.head(REPO), head, "a refused commit changes nothing");
});

test("a regular file of 10 MiB is taken, one byte more or a binary one is not", async (t) => {
  const hub = await withRepo(t);
  const limit = 10 * 1024 * 1024;
  assert.equal((await hub.commit(REPO, [file("max.txt", "x".repeat(limit))])).status, 200);
  const large = await hub.commit(REPO, [file("large.txt", "x".repeat(limit + 1))]);
  assert.equal(large.status, 400);
  assert.match(large.body.error, /10 MiB.*large\.txt/);
  for (const bytes of [Buffer.from([1, 0, 2]), Buffer.from([0xff])]) {
    const binary = await hub.commit(REPO, [file64("a.pdf", bytes)]);
    assert.equal(binary.status, 400);
    assert.match(
      binary.body.error,
      /^Your push was rejected because it contains binary files.*Offending files.*a\.pdf/,
    );
  }
});

test("paths that could leave the repo, or enter its .git, are refused with 422", async (t) => {
  const hub = await withRepo(t);
  const bad = [
    "../a",
    "./a",
    "a/../b",
    "/a",
    "a//b",
    "a/",
    "",
    "..\\a",
    "a\\b",
    ".git/config",
    "a/.GIT/hooks/x",
    "a\u0000b",
    "a\nb",
    "x".repeat(1001),
  ];
  for (const path of bad) {
    assert.equal((await hub.commit(REPO, [file(path, "1")])).status, 422, JSON.stringify(path));
    assert.equal((await hub.commit(REPO, [{ key: "deletedFile", value: { path } }])).status, 422, JSON.stringify(path));
  }
  assert.equal((await hub.commit(REPO, [file("a/.gitkeep", ""), file("ü %41/😀.json", "1")])).status, 200);
  assert.deepEqual(await paths(hub), [".gitattributes", "a/.gitkeep", "ü %41/😀.json"]);
});

test("requests out of shape are refused with 400 and change nothing", async (t) => {
  const hub = await withRepo(t);
  const head = await hub.head(REPO);
  const send = (body, type = "application/x-ndjson") =>
    hub.json(`/api/datasets/${REPO}/commit/main`, { method: "POST", headers: { "Content-Type": type }, body });
  const header = '{"key":"header","value":{"summary":"s"}}';
  const only = await send(header);
  assert.equal(only.status, 400);
  assert.equal(only.body.error, "Add a line with the key `lfsFile`, `file` or `deletedFile`");
  const line = '{"key":"file","value":{"path":"a","content":"1"}}';
  for (const body of [
    "",
    line,
    `${header}\n{`,
    `${header}\n[]`,
    `${header}\n{"key":"copyFile","value":{"path":"a"}}`,
    `${header}\n${header}\n${line}`,
    `{"key":"header","value":{"summary":""}}\n${line}`,
    `{"key":"header","value":{"summary":"s","parentCommit":"zz"}}\n${line}`,
    `${header}\n{"key":"file","value":{"path":"a"}}`,
    `${header}\n{"key":"lfsFile","value":{"path":"a","oid":"12","size":1}}`,
  ]) {
    assert.equal((await send(body)).status, 400, body);
  }
  assert.equal(
    (await hub.commit(REPO, [file("a", "1"), file("a/b", "2")])).status,
    400,
    "a file that is also a folder",
  );
  assert.equal(
    (await hub.commit(REPO, [file("a", "1")], { rev: "nowhere" })).headers.get("x-error-code"),
    "RevisionNotFound",
  );
  assert.equal(await hub.head(REPO), head);
  const legacy = JSON.stringify({
    summary: "old form",
    files: [{ path: "old.json", content: "1" }],
    deletedEntries: [],
  });
  assert.equal((await send(legacy, "application/json")).status, 200);
  assert.equal(await read(hub, "old.json"), "1");
});

test(".gitattributes grows by a line for each LFS path that no pattern covers", async (t) => {
  const hub = await withRepo(t);
  const before = await read(hub, ".gitattributes");
  assert.match(before, /^\*\.parquet filter=lfs diff=lfs merge=lfs -text$/m);
  await hub.commit(REPO, [
    await hub.upload(REPO, "a.zip", bytesOf(9)),
    await hub.upload(REPO, "d/my plan [1].pdf", bytesOf(9)),
  ]);
  const after = await read(hub, ".gitattributes");
  assert.equal(after, `${before}d/my[[:space:]]plan[[:space:]][[]1].pdf filter=lfs diff=lfs merge=lfs -text\n`);
  await hub.commit(REPO, [await hub.upload(REPO, "d/my plan [1].pdf", bytesOf(10))]);
  assert.equal(await read(hub, ".gitattributes"), after, "a covered path adds nothing");

  const other = await withRepo(t, { attributeLines: "extension" });
  await other.commit(REPO, [
    await other.upload(REPO, "d/a.pdf", bytesOf(9)),
    await other.upload(REPO, "e/b.pdf", bytesOf(9)),
  ]);
  assert.equal(await read(other, ".gitattributes"), `${before}*.pdf filter=lfs diff=lfs merge=lfs -text\n`);
});

test("a pull request needs no write right and leaves the branch alone", async (t) => {
  const hub = await withHub(t, { tokens: ["hf_owner", "hf_guest:read:guest"] });
  await hub.as("hf_owner").create(REPO);
  const guest = hub.as("hf_guest");
  const { status, body } = await guest.commit(REPO, [file("a.json", "1")], { query: "?create_pr=1" });
  assert.equal(status, 200);
  assert.equal(body.pullRequestUrl, `${hub.url}/datasets/${REPO}/discussions/1`);
  assert.equal(await read(guest, "a.json", "refs%2Fpr%2F1"), "1");
  assert.deepEqual(await paths(guest), [".gitattributes"]);
});

test("branches, tags and squashing", async (t) => {
  const hub = await withRepo(t);
  await hub.commit(REPO, [file("a.json", "1")]);
  const head = await hub.head(REPO);
  const api = `/api/datasets/${REPO}`;
  assert.equal((await hub.post(`${api}/branch/side`, {})).status, 200);
  const twice = await hub.post(`${api}/branch/side`, {});
  assert.deepEqual([twice.status, twice.body.error], [409, "Reference refs/heads/side already exists"]);
  assert.match((await hub.post(`${api}/branch/refs%2Fpr%2F3`, {})).body.error, /^Invalid reference for a branch/);
  assert.equal((await hub.post(`${api}/branch/..%2F..%2Fx`, {})).status, 400);
  assert.equal((await hub.post(`${api}/tag/main`, { tag: "v1" })).status, 200);
  assert.equal((await hub.post(`${api}/tag/main`, { tag: "v1" })).status, 409);
  await hub.commit(REPO, [file("b.json", "1")], { rev: "side" });
  const { body: refs } = await hub.json(`${api}/refs`);
  assert.deepEqual(
    refs.branches.map(({ name }) => name),
    ["main", "side"],
  );
  assert.deepEqual(refs.tags, [{ name: "v1", ref: "refs/tags/v1", targetCommit: head }]);
  assert.match(
    (await hub.json(`${api}/branch/main`, { method: "DELETE" })).body.error,
    /^Cannot delete refs\/heads\/main/,
  );
  assert.equal((await hub.json(`${api}/branch/side`, { method: "DELETE" })).status, 200);

  const { body: squashed } = await hub.post(`${api}/super-squash/main`, { message: "small again" });
  assert.equal(squashed.commitId, await hub.head(REPO));
  assert.deepEqual(
    (await hub.json(`${api}/commits/main`)).body.map(({ title }) => title),
    ["small again"],
  );
  assert.deepEqual(await paths(hub), [".gitattributes", "a.json"]);
  assert.equal((await hub.commit(REPO, [file("a.json", "2")], { parentCommit: head })).status, 412);
});

test("a commit of 1,000 files takes less time than 100 commits of one", async (t) => {
  const hub = await withRepo(t);
  const single = performance.now();
  for (let i = 0; i < 10; i += 1) await hub.commit(REPO, [file("one.json", String(i))]);
  const singleMs = (performance.now() - single) / 10;
  const operations = Array.from({ length: 1000 }, (_, i) =>
    file(`d/${i % 256}/${i}.json`, JSON.stringify({ i, text: "x".repeat(1000) })),
  );
  const started = performance.now();
  assert.equal((await hub.commit(REPO, operations)).status, 200);
  const elapsed = performance.now() - started;
  assert.ok(elapsed < 100 * singleMs, `${elapsed} ms, of one file ${singleMs} ms`);
  const { body } = await hub.json(`/api/datasets/${REPO}/tree/main/d`);
  assert.deepEqual(
    body.map(({ type }) => type),
    Array(256).fill("directory"),
  );
});
