/**
 * Proves that what was acknowledged survives a restart and a kill, that commits never mix, and that nothing is left
 * running.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Caller, bytesOf, file, sha256, temporaryFolder, withHub } from "./support.js";

const REPO = "user/notes";
const MAIN = fileURLToPath(new URL("../../tools/hub/main.js", import.meta.url));

/** The Hub as a process of its own, as developers run it. */
async function startProcess(t, data, args = []) {
  const child = spawn(process.execPath, [MAIN, "--port", "0", "--data", data, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once("line", (text) => resolve([text]))),
    ended.then(({ code }) => assert.fail(`ended with ${code}`)),
  ]);
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)[1];
  return { child, ended, caller: new Caller(url) };
}

/** Processes whose command line names the folder; git children name their repository. */
function processesOf(folder) {
  return execFileSync("ps", ["-eo", "args"])
    .toString()
    .split("\n")
    .filter((line) => line.includes(folder) && !line.startsWith("ps "));
}

test("a new process on the same folder serves the same repos, files, signed addresses and visibility", async (t) => {
  const data = await temporaryFolder(t);
  const first = await startProcess(t, data);
  const bytes = bytesOf(1000);
  await first.caller.create(REPO, { private: true });
  const { body } = await first.caller.commit(REPO, [
    file("a.json", "1"),
    await first.caller.upload(REPO, "x.pdf", bytes),
  ]);
  first.child.kill("SIGTERM");
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.deepEqual(processesOf(data), [], "no git is left behind");

  const { caller } = await startProcess(t, data);
  assert.equal(await caller.head(REPO), body.commitOid);
  const answer = await caller.fetch(`/datasets/${REPO}/resolve/main/x.pdf`, { redirect: "follow" });
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
  assert.equal((await caller.as(null).json(`/api/datasets/${REPO}`)).status, 401);
});

test("every commit that was answered is there after kill -9, and the repository is whole", async (t) => {
  const data = await temporaryFolder(t);
  const first = await startProcess(t, data);
  await first.caller.create(REPO);
  let acknowledged = null;
  const writing = (async () => {
    for (let i = 0; ; i += 1) {
      const answer = await first.caller.commit(REPO, [file(`${i % 7}/n.json`, `${i}`), file("last.json", `${i}`)], {
        summary: `n ${i}`,
      });
      acknowledged = { i, oid: answer.body.commitOid };
    }
  })();
  const upload = first.caller.upload(REPO, "x.bin", bytesOf(5_000_000)).catch(() => {});
  setTimeout(() => first.child.kill("SIGKILL"), 400);
  await assert.rejects(writing, TypeError);
  await upload;
  await first.ended;

  const { caller } = await startProcess(t, data);
  const { body: history } = await caller.json(`/api/datasets/${REPO}/commits/main?limit=1000`);
  const at = history.findIndex(({ id }) => id === acknowledged.oid);
  assert.ok(at === 0 || at === 1, "at most the one commit whose reply was lost came after it");
  assert.equal(history.length, acknowledged.i + 2 + at);
  const repository = join(data, "datasets", "user", "notes", "git");
  execFileSync("git", ["--git-dir", repository, "fsck", "--strict", "--no-dangling"], { stdio: "pipe" });
  assert.deepEqual(readdirSync(join(data, "tmp")), [], "half uploads are gone");
  const parentCommit = await caller.head(REPO);
  assert.equal((await caller.commit(REPO, [file("after.json", "1")], { parentCommit })).status, 200);
});

test("commits at the same time come one after the other, and one of those with the same parent wins", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  const loose = await Promise.all(Array.from({ length: 20 }, (_, i) => hub.commit(REPO, [file(`f${i}.json`, `${i}`)])));
  assert.ok(loose.every(({ status }) => status === 200));
  const { body: tree } = await hub.json(`/api/datasets/${REPO}/tree/main`);
  assert.equal(tree.length, 21, "no commit has undone another");
  const { headers } = await hub.json(`/api/datasets/${REPO}/commits/main?limit=1`);
  assert.equal(headers.get("x-total-count"), "21");

  const parentCommit = await hub.head(REPO);
  const racing = await Promise.all(
    Array.from({ length: 10 }, (_, i) => hub.commit(REPO, [file("one.json", `${i}`)], { parentCommit })),
  );
  const statuses = racing.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, ...Array(9).fill(412)]);
});

test("two requests that make the same repo at once make it once", async (t) => {
  const hub = await withHub(t);
  const made = await Promise.all([1, 2, 3].map(() => hub.create(REPO)));
  assert.deepEqual(made.map(({ status }) => status).sort(), [200, 409, 409]);
  assert.equal((await hub.json(`/api/datasets/${REPO}`)).status, 200);
});

test("an upload that breaks off leaves nothing, and can be repeated", async (t) => {
  const data = await temporaryFolder(t);
  const hub = await withHub(t, { data });
  await hub.create(REPO);
  const bytes = bytesOf(300_000);
  const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: bytes.length }]);
  const abort = new AbortController();
  const slow = new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, 100_000));
      setTimeout(() => abort.abort(), 100);
    },
  });
  await assert.rejects(
    fetch(body.objects[0].actions.upload.href, { method: "PUT", body: slow, duplex: "half", signal: abort.signal }),
  );
  const deadline = Date.now() + 5000;
  while (readdirSync(join(data, "tmp")).length > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(readdirSync(join(data, "tmp")), []);
  assert.equal((await hub.commit(REPO, [await hub.upload(REPO, "x.bin", bytes)])).status, 200);
});

test("a wrong command line ends with a message and without a server", async (t) => {
  const data = await temporaryFolder(t);
  for (const args of [
    [],
    ["--data", data, "--port", "x"],
    ["--data", data, "--nonsense"],
    ["--data", data, "--token", "abc"],
  ]) {
    assert.throws(() => execFileSync(process.execPath, [MAIN, ...args], { stdio: "pipe", timeout: 5000 }), {
      status: 2,
    });
  }
});

test("a lock that a killed git left behind is gone at the next start", async (t) => {
  const data = await temporaryFolder(t);
  const first = await withHub(t, { data });
  await first.create(REPO);
  await first.hub.close();
  writeFileSync(join(data, "datasets", "user", "notes", "git", "refs", "heads", "main.lock"), "");
  const second = await withHub(t, { data });
  assert.equal((await second.commit(REPO, [file("a.json", "1")])).status, 200);
});

test("more repositories than git processes are kept open work at the same time", async (t) => {
  const data = await temporaryFolder(t);
  const hub = await withHub(t, { data });
  const names = Array.from({ length: 40 }, (_, i) => `user/repo${i}`);
  for (const name of names) await hub.create(name);
  const answers = await Promise.all(names.map((name) => hub.commit(name, [file("a.json", name)])));
  assert.ok(answers.every(({ status }) => status === 200));
  const texts = await Promise.all(
    names.map((name) => hub.fetch(`/datasets/${name}/raw/main/a.json`).then((answer) => answer.text())),
  );
  assert.deepEqual(texts, names);
  assert.ok(processesOf(data).length <= 20, "idle gits of the longest unused repositories have ended");
});
