/** Proves that a repo appears and disappears whole, whatever other requests are under way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, file, sha256, withHub } from "./support.js";

const REPO = "user/notes";
const API = `/api/datasets/${REPO}`;

const remove = (hub) =>
  hub.json("/api/repos/delete", { method: "DELETE", body: '{"name":"notes","organization":"user","type":"dataset"}' });

/** Sends `bytes` in two halves, and does something in between, once the Hub is at work on the request. */
async function halting(hub, match, bytes, between) {
  // It does no harm, and tells that it has met the request; acting after the handler it does not hold that up, so the
  // handler has found the repo by then.
  const rule = { match, times: 1, when: "after", delayMs: 0 };
  assert.equal((await hub.post("/__hub/faults", rule)).status, 200);
  const hasBegun = async () => (await hub.json("/__hub/faults")).body.rules.some(({ fired }) => fired > 0);
  const middle = Math.floor(bytes.length / 2);
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, middle));
      while (!(await hasBegun()));
      await between();
      controller.enqueue(bytes.subarray(middle));
      controller.close();
    },
  });
}

test("a repo that is being made is not found until it is whole", async (t) => {
  const hub = await withHub(t);
  let made = false;
  const making = hub.create(REPO).finally(() => (made = true));
  const statuses = [];
  while (!made) statuses.push((await hub.json(`${API}/revision/main`)).status);
  assert.equal((await making).status, 200);
  assert.equal(statuses[0], 404);
  assert.deepEqual(
    statuses.filter((status) => status !== 404 && status !== 200),
    [],
  );
  assert.equal((await hub.json(`${API}/revision/main`)).status, 200);
});

test("of those who make a repo at once one does, and the others are told whether it is there already", async (t) => {
  const hub = await withHub(t);
  const answers = await Promise.all(Array.from({ length: 8 }, () => hub.create(REPO)));
  const refusals = answers.filter(({ status }) => status !== 200);
  assert.equal(refusals.length, 7);
  const busy = "Cannot create repo: another conflicting operation is in progress";
  assert.ok(refusals.some(({ status, body }) => status === 409 && body.error === busy));
  const late = await hub.create(REPO);
  assert.equal(late.status, 409);
  assert.equal(late.body.error, "You already created this dataset repo");
});

test("a commit to a repo that is removed before its last byte came is told that there is none", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  const lines = [{ key: "header", value: { summary: "late" } }, file("a.json", "x".repeat(50_000))];
  const body = Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n"));
  const { status, headers } = await hub.json(`${API}/commit/main`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: await halting(hub, { path: "/commit/" }, body, async () => assert.equal((await remove(hub)).status, 200)),
    duplex: "half",
  });
  assert.equal(status, 404);
  assert.equal(headers.get("x-error-code"), "RepoNotFound");
});

test("the rest of an upload to a removed repo does not stand in the way of a new one of that name", async (t) => {
  const hub = await withHub(t);
  await hub.create(REPO);
  const bytes = bytesOf(200_000);
  const { body } = await hub.batch(REPO, [{ oid: sha256(bytes), size: bytes.length }]);
  const answer = await fetch(body.objects[0].actions.upload.href, {
    method: "PUT",
    body: await halting(hub, { method: "PUT" }, bytes, () => remove(hub)),
    duplex: "half",
  });
  assert.equal(answer.status, 404);
  assert.equal(answer.headers.get("content-type"), "application/xml");
  assert.match(await answer.text(), /<Code>NoSuchBucket</);
  assert.equal((await hub.create(REPO)).status, 200);
  assert.equal((await hub.commit(REPO, [await hub.upload(REPO, "x.bin", bytes)])).status, 200);
});
