/** Proves that faults strike the requests they name, as often as they say, and that the log tells what happened. */
import assert from "node:assert/strict";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { bytesOf, file, temporaryFolder, withHub } from "./support.js";

const REPO = "user/notes";

async function withRepo(t, options) {
  const hub = await withHub(t, options);
  await hub.create(REPO);
  return hub;
}

test("a status rule skips, strikes and ends; its answer can be read by a page", async (t) => {
  const hub = await withRepo(t);
  const { body } = await hub.post("/__hub/faults", {
    match: { method: "POST", path: "/commit/" },
    skip: 1,
    times: 2,
    status: 503,
  });
  const statuses = [];
  for (let i = 0; i < 4; i += 1) statuses.push((await hub.commit(REPO, [file("a.json", `${i}`)])).status);
  assert.deepEqual(statuses, [200, 503, 503, 200]);
  assert.equal(
    (await hub.json(`/api/datasets/${REPO}/commits/main`)).body.length,
    3,
    "a struck commit was not applied",
  );
  const { rules } = (await hub.json("/__hub/faults")).body;
  assert.deepEqual([rules[0].id, rules[0].seen, rules[0].fired], [body.ids[0], 3, 2]);

  await hub.post("/__hub/faults", {
    match: { path: "whoami" },
    status: 429,
    html: "<html>slow down</html>",
    headers: { "Retry-After": "7" },
  });
  const limited = await hub.fetch("/api/whoami-v2", { headers: { Origin: "https://a.example" } });
  assert.deepEqual(
    [limited.status, limited.headers.get("retry-after"), await limited.text()],
    [429, "7", "<html>slow down</html>"],
  );
  assert.equal(limited.headers.get("access-control-allow-origin"), "https://a.example");
  await hub.json("/__hub/faults", { method: "DELETE" });
  assert.equal((await hub.fetch("/api/whoami-v2")).status, 200);
});

test("a reset looks like a broken network; after the handler it loses the reply of a commit that landed", async (t) => {
  const hub = await withRepo(t);
  await hub.post("/__hub/faults", [
    { match: { path: "/commit/" }, times: 1, reset: true },
    { match: { path: "/commit/" }, times: 1, reset: true, when: "after" },
  ]);
  const before = await hub.head(REPO);
  await assert.rejects(hub.commit(REPO, [file("a.json", "1")]), TypeError);
  assert.equal(await hub.head(REPO), before);
  await assert.rejects(hub.commit(REPO, [file("a.json", "1")]), TypeError);
  assert.notEqual(await hub.head(REPO), before);
});

test("a delay delays, together with what else the rule does", async (t) => {
  const hub = await withRepo(t);
  await hub.post("/__hub/faults", { match: { path: "whoami" }, delayMs: 300, status: 500, body: { error: "late" } });
  const started = performance.now();
  const { status, body } = await hub.json("/api/whoami-v2");
  assert.deepEqual([status, body.error], [500, "late"]);
  assert.ok(performance.now() - started >= 295);
});

test("bodies of the second origin can be cut short or corrupted", async (t) => {
  const hub = await withRepo(t);
  const bytes = bytesOf(100_000);
  await hub.commit(REPO, [await hub.upload(REPO, "x.bin", bytes)]);
  const read = () =>
    hub.fetch(`/datasets/${REPO}/resolve/main/x.bin`, { redirect: "follow" }).then((answer) => answer.arrayBuffer());
  const match = { origin: "cdn", method: "GET" };
  await hub.post("/__hub/faults", [
    { match, times: 1, truncateAt: 70_000 },
    { match, times: 1, corruptAt: 99_999 },
    { match, times: 1, status: 403 },
  ]);
  await assert.rejects(read());
  const damaged = Buffer.from(await read());
  assert.equal(damaged.length, bytes.length);
  assert.ok(damaged.subarray(0, -1).equals(bytes.subarray(0, -1)));
  assert.equal(damaged.at(-1), bytes.at(-1) ^ 0xff);
  await read();
  assert.ok(Buffer.from(await read()).equals(bytes));
});

test("the faults file is read again when it changes, and kept when it is half written", async (t) => {
  const faultsFile = join(await temporaryFolder(t), "faults.json");
  const write = async (text, second) => {
    await writeFile(faultsFile, text);
    await utimes(faultsFile, second, second);
  };
  await write("[]", 1);
  const hub = await withRepo(t, { faultsFile });
  const status = async () => (await hub.fetch("/api/whoami-v2")).status;
  assert.equal(await status(), 200);
  await write('{"rules":[{"status":502}]}', 2);
  assert.equal(await status(), 502);
  await write("[]", 3);
  assert.equal(await status(), 200);
});

test("a rule that is misspelt, or does nothing, is refused", async (t) => {
  const hub = await withHub(t);
  for (const rule of [
    { statsu: 500 },
    { status: 99 },
    { status: 500, match: { paht: "x" } },
    { match: { path: "x" } },
    { delayMs: -1 },
    { reset: true, when: "later" },
    { status: 500, times: "2" },
    { status: 500, match: { pathRegex: "(" } },
    null,
  ]) {
    assert.equal((await hub.post("/__hub/faults", rule)).status, 400, JSON.stringify(rule));
  }
  assert.deepEqual((await hub.json("/__hub/faults")).body.rules, []);
});

test("the log counts requests of both origins, without tokens and signatures", async (t) => {
  const hub = await withRepo(t);
  await hub.commit(REPO, [await hub.upload(REPO, "x.bin", bytesOf(10))]);
  await (await hub.fetch(`/datasets/${REPO}/resolve/main/x.bin`, { redirect: "follow" })).arrayBuffer();
  const { entries } = (await hub.json("/__hub/log")).body;
  assert.deepEqual(
    entries.map(({ origin, method, status, auth }) => [origin, method, status, auth]),
    [
      ["hub", "POST", 200, "bearer"],
      ["hub", "POST", 200, "bearer"],
      ["cdn", "PUT", 200, null],
      ["hub", "POST", 200, "bearer"],
      ["hub", "GET", 302, "bearer"],
      ["cdn", "GET", 200, null],
    ],
  );
  assert.ok(entries.every(({ serverMs }) => serverMs > 0));
  assert.doesNotMatch(JSON.stringify(entries), /hf_test|Signature/);
  const last = entries.at(-1).id;
  assert.deepEqual(
    (await hub.json(`/__hub/log?since=${last - 1}`)).body.entries.map(({ id }) => id),
    [last],
  );
  assert.equal((await hub.json("/__hub/log?path=/commit/")).body.entries.length, 1);
  await hub.json("/__hub/log", { method: "DELETE" });
  assert.deepEqual((await hub.json("/__hub/log")).body.entries, []);
});

test("request quotas are told always and enforced when asked for", async (t) => {
  const hub = await withHub(t, { limits: { api: 3 }, enforceLimits: true });
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(await hub.fetch("/api/whoami-v2"));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 429, 429],
  );
  assert.deepEqual(
    answers.map(({ headers }) => /r=(\d+)/.exec(headers.get("ratelimit"))[1]),
    ["2", "1", "0", "0", "0"],
  );
});
