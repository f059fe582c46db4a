/** Proves who may see and change what, and that a refusal never tells more than it should (401, 403, 404). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { file, sha256, withHub } from "./support.js";

const TOKENS = [
  "hf_owner:write:alice",
  "hf_reader:read:alice",
  "hf_other:write:bob",
  "hf_scoped:fineGrained:alice:alice/secret=write,alice/open=read",
  "hf_member:write:carol",
];

async function withRepos(t) {
  const hub = await withHub(t, { tokens: TOKENS, orgs: ["team=carol"] });
  const owner = hub.as("hf_owner");
  assert.equal((await owner.create("alice/secret", { private: true })).status, 200);
  assert.equal((await owner.create("alice/hidden", { visibility: "private" })).status, 200);
  assert.equal((await owner.create("alice/open")).status, 200);
  return hub;
}

/** Status and code of a read and a write of one repo by one caller. */
async function rights(caller, repo) {
  const read = await caller.json(`/api/datasets/${repo}/auth-check`);
  const write = await caller.commit(repo, [file("a.json", String(Math.random()))]);
  return [read.status, write.status];
}

test("the matrix of tokens and repos", async (t) => {
  const hub = await withRepos(t);
  const rows = [
    // token, repo, read, write
    [null, "alice/open", 200, 401],
    [null, "alice/secret", 401, 401],
    [null, "alice/missing", 401, 401],
    ["hf_owner", "alice/open", 200, 200],
    ["hf_owner", "alice/secret", 200, 200],
    ["hf_owner", "alice/missing", 404, 404],
    ["hf_reader", "alice/secret", 200, 403],
    ["hf_reader", "alice/open", 200, 403],
    ["hf_other", "alice/open", 200, 403],
    ["hf_other", "alice/secret", 404, 404],
    ["hf_other", "alice/missing", 404, 404],
    ["hf_scoped", "alice/secret", 200, 200],
    ["hf_scoped", "alice/open", 200, 403],
    ["hf_scoped", "alice/hidden", 404, 404],
    ["hf_revoked", "alice/open", 401, 401],
    ["hf_revoked", "alice/secret", 401, 401],
  ];
  for (const [token, repo, read, write] of rows) {
    assert.deepEqual(await rights(hub.as(token), repo), [read, write], `${token} ${repo}`);
  }
});

test("a missing and an invisible repo answer alike; a bad token answers like neither", async (t) => {
  const hub = await withRepos(t);
  for (const token of [null, "hf_other"]) {
    const answers = await Promise.all(
      ["alice/secret", "alice/missing"].map((repo) => hub.as(token).json(`/api/datasets/${repo}`)),
    );
    assert.deepEqual(answers[0].body, answers[1].body);
    for (const { headers } of answers) assert.equal(headers.get("x-error-code"), "RepoNotFound");
  }
  for (const path of [
    "/api/whoami-v2",
    "/api/datasets/alice/open",
    "/datasets/alice/open/resolve/main/.gitattributes",
  ]) {
    const { status, headers } = await hub.as("hf_revoked").json(path);
    assert.equal(status, 401);
    assert.equal(headers.get("x-error-message"), "Invalid credentials in Authorization header");
    assert.equal(headers.get("x-error-code"), null);
  }
  assert.equal((await hub.as("not-a-token").json("/api/datasets/alice/open")).status, 401);
  assert.equal((await hub.as(null).json("/api/whoami-v2")).status, 401);
});

test("every kind of write asks for the right, every kind of read for the sight of the repo", async (t) => {
  const hub = await withRepos(t);
  const object = [{ oid: sha256("x"), size: 1 }];
  const api = "/api/datasets/alice/secret";
  const writes = (caller) =>
    Promise.all([
      caller.post(`${api}/preupload/main`, { files: [] }),
      caller.batch("alice/secret", object),
      caller.post(`${api}/branch/side`, {}),
      caller.post(`${api}/super-squash/main`, {}),
      caller.json(`${api}/settings`, { method: "PUT", body: '{"private":false}' }),
      caller.json(`${api}/auth-check/write`),
      caller.json("/api/repos/delete", {
        method: "DELETE",
        body: '{"name":"secret","organization":"alice","type":"dataset"}',
      }),
    ]);
  const reads = (caller) =>
    Promise.all([
      caller.json(api),
      caller.json(`${api}/revision/main`),
      caller.json(`${api}/refs`),
      caller.json(`${api}/tree/main`),
      caller.json(`${api}/commits/main`),
      caller.post(`${api}/paths-info/main`, { paths: [] }),
      caller.batch("alice/secret", object, "download"),
      ...["resolve", "raw"].map((kind) => caller.fetch(`/datasets/alice/secret/${kind}/main/.gitattributes`)),
    ]);
  const statuses = async (answers) => [...new Set((await answers).map(({ status }) => status))];
  assert.deepEqual(await statuses(writes(hub.as(null))), [401]);
  assert.deepEqual(await statuses(writes(hub.as("hf_other"))), [404]);
  assert.deepEqual(await statuses(writes(hub.as("hf_reader"))), [403]);
  assert.deepEqual(await statuses(reads(hub.as(null))), [401]);
  assert.deepEqual(await statuses(reads(hub.as("hf_other"))), [404]);
  assert.deepEqual(await statuses(reads(hub.as("hf_reader"))), [200, 307]);
});

test("repos are made in one's own namespace or that of one's org, once, with a good name", async (t) => {
  const hub = await withRepos(t);
  const made = async (token, name, more) => (await hub.as(token).create(name, more)).status;
  assert.equal(await made("hf_owner", "bob/x"), 403);
  assert.equal(await made("hf_reader", "alice/x"), 403);
  assert.equal(await made("hf_scoped", "alice/x"), 403);
  assert.equal(await made(null, "alice/x"), 401);
  assert.equal(await made("hf_other", "team/x"), 403);
  assert.equal(await made("hf_member", "team/x"), 200);
  const again = await hub.as("hf_owner").create("Alice/OPEN");
  assert.deepEqual([again.status, again.body.url], [409, `${hub.url}/datasets/Alice/OPEN`]);
  const bad = ["a--b", "a..b", "-a", "a-", ".a", "a.", "a.git", "a b", "ä", "", "a%2fb", "x".repeat(97)];
  for (const name of bad) assert.equal(await made("hf_owner", `alice/${name}`), 400, name);
  assert.equal((await hub.as("hf_owner").post("/api/repos/create", { type: "dataset", name: "../../x" })).status, 400);
  assert.equal(await made("hf_owner", "alice/both", { private: true, visibility: "public" }), 400);
  const mine = await hub
    .as("hf_owner")
    .post("/api/repos/create", { type: "dataset", name: "own", files: [{ path: "a.md", content: "hi" }] });
  assert.deepEqual([mine.status, mine.body.name], [200, "own"]);
  assert.equal(
    await (await hub.as(null).fetch("/datasets/alice/own/resolve/main/a.md", { redirect: "follow" })).text(),
    "hi",
  );
});

test("visibility can be changed, and decides what a list shows", async (t) => {
  const hub = await withRepos(t);
  const list = async (token) =>
    (await hub.as(token).json("/api/datasets?author=alice&sort=id&direction=1")).body.map(({ id }) => id);
  assert.deepEqual(await list(null), ["alice/open"]);
  assert.deepEqual(await list("hf_reader"), ["alice/hidden", "alice/open", "alice/secret"]);
  assert.deepEqual(await list("hf_scoped"), ["alice/open", "alice/secret"]);
  const settings = { method: "PUT", headers: { "Content-Type": "application/json" }, body: '{"private":true}' };
  assert.equal((await hub.as("hf_owner").json("/api/datasets/alice/open/settings", settings)).status, 200);
  assert.deepEqual(await list(null), []);
});

test("whoami tells user, orgs, role and scopes", async (t) => {
  const hub = await withRepos(t);
  const member = (await hub.as("hf_member").json("/api/whoami-v2")).body;
  assert.deepEqual([member.name, member.orgs.map(({ name }) => name)], ["carol", ["team"]]);
  const scoped = (await hub.as("hf_scoped").json("/api/whoami-v2")).body.auth.accessToken;
  assert.equal(scoped.role, "fineGrained");
  assert.deepEqual(
    scoped.fineGrained.scoped.map(({ entity, permissions }) => [entity.name, permissions.includes("repo.write")]),
    [
      ["alice/secret", true],
      ["alice/open", false],
    ],
  );
});

test("a Hub without named tokens takes every hf_ token, in every namespace, and nothing else", async (t) => {
  const hub = await withHub(t, { user: "dora" });
  assert.equal((await hub.as("hf_whatever").json("/api/whoami-v2")).body.name, "dora");
  assert.equal((await hub.as("hf_1").create("anybody/x", { private: true })).status, 200);
  assert.equal((await hub.as("hf_2").json("/api/datasets/anybody/x")).status, 200);
  assert.equal((await hub.as(null).json("/api/datasets/anybody/x")).status, 401);
  assert.equal((await hub.as("secret").json("/api/whoami-v2")).status, 401);
});

test("nothing outside the data folder can be reached by names and paths", async (t) => {
  const hub = await withRepos(t);
  const owner = hub.as("hf_owner");
  for (const path of [
    "/datasets/..%2f..%2fetc/passwd/resolve/main/x",
    "/datasets/alice/..%2f..%2fx/info/refs?service=git-upload-pack",
    "/api/datasets/alice/%2e%2e%2fsecret",
    "/datasets/alice/open/resolve/main/..%2f..%2frepo.json",
    "/datasets/alice/open.git/objects/info/packs",
    "/datasets/alice/open.git/config",
    "/api/datasets/alice/open%00/tree/main",
  ]) {
    assert.equal((await owner.fetch(path)).status, 404, path);
  }
  assert.equal((await owner.fetch("/api/datasets/%E0%A4%A/x")).status, 400);
});
