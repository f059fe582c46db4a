// The wrapper around requests: it asks before, measures the phases, counts the bytes, and leaves the answer as it is.
import assert from "node:assert/strict";
import test from "node:test";
import { isCommit, meteredFetch } from "../../../web/bench/meter.js";
import { innerTimes, stepNetwork } from "../../../web/bench/phases.js";

const HUB = "https://hub.example";

/** A wrapped fetch on a clock that only the fake network moves. */
function metered({ granted = true, answer = () => new Response("12345"), waitMs = 30 } = {}) {
  const seen = { asked: [], ended: [], sent: [] };
  let now = 0;
  const network = async (input, init) => {
    seen.sent.push([input, init]);
    now += waitMs;
    return answer();
  };
  const gate = {
    ask: async (request) => {
      seen.asked.push(request);
      return granted;
    },
    ended: (exchange) => seen.ended.push(exchange),
    ownOrigin: "https://page.example",
    now: () => now,
  };
  return { send: meteredFetch(network, gate), seen, pass: (ms) => (now += ms) };
}

test("commits are told by method and path", () => {
  assert.ok(isCommit("POST", `${HUB}/api/datasets/a/b/commit/main`));
  assert.equal(isCommit("GET", `${HUB}/api/datasets/a/b/commit/main`), false);
  assert.equal(isCommit("POST", `${HUB}/api/datasets/a/commit/preupload/main`), false);
});

test("first byte and transfer are told apart, whoever reads the body and however", async () => {
  const readers = {
    text: (response) => response.text(),
    json: (response) => response.json(),
    bytes: (response) => response.arrayBuffer(),
    blob: (response) => response.blob(),
    async stream(response) {
      const reader = response.body.getReader();
      while (!(await reader.read()).done);
    },
  };
  for (const [name, read] of Object.entries(readers)) {
    const answer = () => new Response("12345", { headers: { "content-length": "5" } });
    const { send, seen, pass } = metered({ answer });
    const response = await send(`${HUB}/x`, { method: "PUT", body: new Uint8Array(7) });
    assert.deepEqual(seen.ended, [], "not before the body has ended");
    pass(12);
    await read(response);
    assert.deepEqual(seen.ended, [
      { commit: false, method: "PUT", status: 200, sendMs: null, waitMs: 30, transferMs: 12, sentBytes: 7,
        receivedBytes: 5 },
    ], name);
  }
});

test("an answer that nobody reads is counted all the same", async () => {
  const { send, seen } = metered();
  await send(`${HUB}/x`);
  await new Promise((resolve) => setTimeout(resolve, 80));
  assert.deepEqual(seen.ended.map(({ waitMs, transferMs }) => [waitMs, transferMs]), [[30, null]]);
});

test("a refused request is not sent and fails like one without a network", async () => {
  const { send, seen } = metered({ granted: false });
  await assert.rejects(send(`${HUB}/api/datasets/a/b/commit/main`, { method: "POST" }), TypeError);
  assert.deepEqual(seen.asked, [{ method: "POST", commit: true }]);
  assert.deepEqual(seen.sent, []);
});

test("a failure is counted and passed on", async () => {
  const { send, seen } = metered({ answer: () => { throw new TypeError("no network"); } });
  await assert.rejects(send(`${HUB}/x`), /no network/);
  assert.deepEqual(seen.ended.map(({ status, waitMs }) => [status, waitMs]), [[0, null]]);
});

test("the page's own files are none of its business", async () => {
  const { send, seen } = metered({ granted: false });
  await send("https://page.example/dist/index.js");
  assert.deepEqual([seen.asked.length, seen.sent.length], [0, 1]);
});

test("a step's requests are summed, and what no browser told is not 0", () => {
  const one = { commit: true, method: "POST", status: 200, sendMs: 5, waitMs: 30, transferMs: 2, sentBytes: 9,
    receivedBytes: 1 };
  const failed = { ...one, commit: false, sendMs: null, waitMs: null, transferMs: null };
  assert.deepEqual(stepNetwork([one, failed]), {
    requests: 2, commits: 1, sentBytes: 18, receivedBytes: 2, firstByteMs: 30, transferMs: 7,
  });
  assert.deepEqual([stepNetwork([failed]).firstByteMs, stepNetwork([failed]).transferMs], [null, null]);
});

test("inner times of another host are null unless it allows them", () => {
  const zeroed = { requestStart: 0, responseStart: 0, connectStart: 0, connectEnd: 0 };
  assert.deepEqual(innerTimes(zeroed), { connectMs: null, waitMs: null });
  assert.deepEqual(innerTimes(undefined), { connectMs: null, waitMs: null });
  const allowed = { connectStart: 3, connectEnd: 13, requestStart: 14, responseStart: 20 };
  assert.deepEqual(innerTimes(allowed), { connectMs: 10, waitMs: 6 });
});
