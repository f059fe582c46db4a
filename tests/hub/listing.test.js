/** Proves the listings: pages that go on by `Link`, folders, shuffled order, the facts of each entry, missing paths. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, file, gitBlobId, sha256, withHub } from "./support.js";

const REPO = "user/notes";
const FILES = ["a.json", "a/1.json", "a/2.json", "a/b/c/3.json", "a-b.json", "z/9.json", "ü/é.json"];

async function withFiles(t, options) {
  const hub = await withHub(t, options);
  await hub.create(REPO);
  await hub.commit(
    REPO,
    FILES.map((path) => file(path, path)),
  );
  return hub;
}

/** Follows `Link` to the end. */
async function pages(hub, path) {
  const all = [];
  for (let url = path; url;) {
    const { status, headers, body } = await hub.json(url);
    assert.equal(status, 200);
    all.push(body);
    assert.ok(all.length < 100, "the links lead in a circle");
    url = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    if (url) assert.ok(url.startsWith(hub.url));
  }
  return all;
}

const EXPECTED = [".gitattributes", ...FILES, "a", "a/b", "a/b/c", "z", "ü"].sort();

test("pages of two, three and one thousand add up to the same listing, folders included", async (t) => {
  for (const treePage of [2, 3, 1000]) {
    const hub = await withFiles(t, { treePage });
    const got = await pages(hub, `/api/datasets/${REPO}/tree/main?recursive=true&limit=1000`);
    assert.ok(got.slice(0, -1).every((page) => page.length === treePage));
    assert.ok(got.at(-1).length > 0 && got.at(-1).length <= treePage);
    assert.deepEqual(
      got
        .flat()
        .map(({ path }) => path)
        .sort(),
      EXPECTED,
    );
  }
});

test("shuffled pages also add up, in another order", async (t) => {
  const hub = await withFiles(t, { treePage: 2, shuffleTree: true });
  const got = (await pages(hub, `/api/datasets/${REPO}/tree/main?recursive=true`)).flat().map(({ path }) => path);
  assert.notDeepEqual(got, [...got].sort());
  assert.deepEqual([...got].sort(), EXPECTED);
});

test("a listing by commit id does not see later commits, page by page", async (t) => {
  const hub = await withFiles(t, { treePage: 2 });
  const head = await hub.head(REPO);
  const first = await hub.json(`/api/datasets/${REPO}/tree/${head}?recursive=true`);
  await hub.commit(REPO, [file("b/new.json", "1"), { key: "deletedEntry", value: { path: "z" } }]);
  const rest = await pages(hub, /<([^>]+)>/.exec(first.headers.get("link"))[1]);
  assert.deepEqual([...first.body, ...rest.flat()].map(({ path }) => path).sort(), EXPECTED);
});

test("folders, one level at a time; an unknown or a file path is EntryNotFound", async (t) => {
  const hub = await withFiles(t);
  const { body } = await hub.json(`/api/datasets/${REPO}/tree/main/a`);
  assert.deepEqual(
    body.map(({ type, path }) => [type, path]),
    [
      ["file", "a/1.json"],
      ["file", "a/2.json"],
      ["directory", "a/b"],
    ],
  );
  assert.equal(
    (await hub.json(`/api/datasets/${REPO}/tree/main/a%2Fb`)).body[0].path,
    "a/b/c",
    "Python encodes slashes",
  );
  for (const path of ["none", "a.json", "a/none"]) {
    const { status, headers } = await hub.json(`/api/datasets/${REPO}/tree/main/${path}`);
    assert.deepEqual([status, headers.get("x-error-code")], [404, "EntryNotFound"]);
  }
  assert.equal((await hub.json(`/api/datasets/${REPO}/tree/nowhere`)).headers.get("x-error-code"), "RevisionNotFound");
});

test("entries tell git's id, the real size and the LFS facts; expanded ones the last commit", async (t) => {
  const hub = await withFiles(t);
  const bytes = bytesOf(321);
  await hub.commit(REPO, [await hub.upload(REPO, "a/x.pdf", bytes)], { summary: "add x" });
  const { body } = await hub.post(`/api/datasets/${REPO}/paths-info/main`, {
    paths: ["a/x.pdf", "gone", "a", "a/1.json"],
    expand: true,
  });
  const by = new Map(body.map((one) => [one.path, one]));
  assert.equal(by.size, 3);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize 321\n`;
  const { oid, size, lfs, lastCommit, securityFileStatus } = by.get("a/x.pdf");
  assert.deepEqual(
    { oid, size, lfs },
    { oid: gitBlobId(pointer), size: 321, lfs: { oid: sha256(bytes), size: 321, pointerSize: pointer.length } },
  );
  assert.deepEqual([lastCommit.id, lastCommit.title], [await hub.head(REPO), "add x"]);
  assert.deepEqual(Object.keys(securityFileStatus), ["status", "avScan", "pickleImportScan"]);
  assert.equal(by.get("a").type, "directory");
  assert.equal(by.get("a").lastCommit.title, "add x");
  assert.equal(by.get("a/1.json").oid, gitBlobId("a/1.json"));
  assert.equal(by.get("a/1.json").lastCommit.title, "a change");
});

test("paths-info takes one path, a form, and at most 2,000 paths", async (t) => {
  const hub = await withFiles(t);
  const url = `/api/datasets/${REPO}/paths-info/main`;
  assert.equal((await hub.post(url, { paths: "a.json" })).body.length, 1);
  const form = {
    method: "POST",
    body: new URLSearchParams([
      ["paths", "a.json"],
      ["paths", "z"],
      ["expand", "False"],
    ]),
  };
  assert.deepEqual(
    (await hub.json(url, form)).body.map(({ path }) => path),
    ["a.json", "z"],
  );
  const many = (count) => Array.from({ length: count }, (_, i) => `no/${i}`);
  assert.deepEqual((await hub.post(url, { paths: many(2000) })).body, []);
  assert.equal((await hub.post(url, { paths: many(2001) })).status, 413);
});

test("history goes on by Link and counts its commits", async (t) => {
  const hub = await withFiles(t);
  await hub.commit(REPO, [file("a.json", "2")]);
  const got = await pages(hub, `/api/datasets/${REPO}/commits/main?limit=2`);
  assert.deepEqual(
    got.map((page) => page.length),
    [2, 1],
  );
  const { headers } = await hub.json(`/api/datasets/${REPO}/commits/main?limit=1`);
  assert.equal(headers.get("x-total-count"), "3");
});

test("repo info: all of it, or the fields asked for", async (t) => {
  const hub = await withFiles(t);
  const { body } = await hub.json(`/api/datasets/${REPO}?blobs=true`);
  assert.equal(body.id, REPO);
  assert.match(body._id, /^[0-9a-f]{24}$/);
  assert.equal(body.siblings.find(({ rfilename }) => rfilename === "a.json").blobId, gitBlobId("a.json"));
  const { body: less } = await hub.json(`/api/datasets/USER/Notes/revision/main?expand=sha&expand[]=usedStorage`);
  assert.deepEqual(Object.keys(less), ["_id", "id", "sha", "usedStorage"]);
});
