// Goal: every call settles exactly once, whatever the worker does. The worker is a fake whose answers the test chooses.
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Rpc } from "../../web/src/rpc.js";
import { FakeWorker, settlement } from "./fake-worker.js";

function connect() {
  const worker = new FakeWorker();
  const notices = [];
  const deaths = [];
  const rpc = new Rpc(worker, { onNotice: (header) => notices.push(header), onDeath: (error) => deaths.push(error) });
  return { worker, rpc, notices, deaths };
}

test("replies find their calls, in any order", async () => {
  const { worker, rpc } = connect();
  const calls = [rpc.call({ type: "call" }), rpc.call({ type: "call" }), rpc.call({ type: "call" })];
  for (const { request } of worker.sent.toReversed()) worker.reply(request, request * 10);
  deepStrictEqual(
    (await Promise.all(calls)).map(({ value }) => value),
    [10, 20, 30],
  );
});

test("an error arrives with all its members", async () => {
  const { worker, rpc } = connect();
  const call = rpc.call({ type: "call" });
  worker.refuse(1, { code: "RATE_LIMITED", message: "slow down", retry: "later", status: 429, requestId: "r1" });
  await rejects(call, { code: "RATE_LIMITED", message: "slow down", retry: "later", status: 429, requestId: "r1" });
});

test("an unknown code is an INTERNAL error that names it", async () => {
  const { worker, rpc } = connect();
  const call = rpc.call({ type: "call" });
  worker.refuse(1, { code: "NEW_ONE", message: "what", status: 0, requestId: "" });
  await rejects(call, { code: "INTERNAL", message: "NEW_ONE: what", status: null, requestId: null });
});

test("already aborted: nothing is sent", async () => {
  const { worker, rpc } = connect();
  await rejects(rpc.call({ type: "call" }, { signal: AbortSignal.abort() }), { code: "ABORTED" });
  strictEqual(worker.sent.length, 0);
});

test("aborting a read rejects at once, tells the worker, and drops its late reply", async () => {
  const { worker, rpc, deaths } = connect();
  const control = new AbortController();
  const call = rpc.call({ type: "call" }, { signal: control.signal });
  control.abort(new Error("enough"));
  await rejects(call, (error) => error.code === "ABORTED" && error.cause.message === "enough");
  deepStrictEqual(worker.sent.at(-1), { type: "cancel", request: 1 });
  worker.reply(1, "late");
  worker.progress(1, 5);
  strictEqual(deaths.length, 0);
});

test("aborting a write waits for the worker's word", async () => {
  const { worker, rpc } = connect();
  const control = new AbortController();
  const [inTime, tooLate] = [1, 2].map(() => rpc.call({ type: "call" }, { signal: control.signal, isWrite: true }));
  control.abort();
  strictEqual(await settlement(inTime), "pending");
  worker.refuse(1, { code: "ABORTED", message: "ended" });
  worker.reply(2, "saved");
  await rejects(inTime, { code: "ABORTED" });
  strictEqual((await tooLate).value, "saved");
});

test("abort listeners do not pile up on a signal that is used again", async () => {
  const { worker, rpc } = connect();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args) => {
    listeners--;
    remove(...args);
  };
  const calls = [rpc.call({ type: "call" }, { signal }), rpc.call({ type: "call" }, { signal })];
  strictEqual(listeners, 2);
  worker.reply(1);
  worker.refuse(2, { code: "BUSY", message: "" });
  await Promise.allSettled(calls);
  strictEqual(listeners, 0);
});

test("progress reaches its call, and a callback that throws harms nothing", async (t) => {
  const reported = t.mock.fn();
  globalThis.reportError = reported;
  t.after(() => delete globalThis.reportError);
  const { worker, rpc } = connect();
  const seen = [];
  const calls = [
    rpc.call({ type: "call" }, { onProgress: (progress) => seen.push(progress) }),
    rpc.call(
      { type: "call" },
      {
        onProgress: () => {
          throw new Error("the app's");
        },
      },
    ),
  ];
  worker.progress(1, 5);
  worker.progress(2, 5);
  worker.reply(1);
  worker.reply(2);
  await Promise.all(calls);
  deepStrictEqual(seen, [{ phase: "upload", loaded: 5, total: 10, item: "a" }]);
  strictEqual(reported.mock.callCount(), 1);
});

const DEATHS = {
  "an uncaught error": (worker) => worker.emit("error", { message: "boom" }),
  "a script that does not load": (worker) => worker.emit("error", {}),
  "a message that cannot be read": (worker) => worker.emit("messageerror", {}),
  "a trap": (worker) => worker.say({ type: "fatal", message: "RuntimeError: unreachable" }),
};

for (const [name, kill] of Object.entries(DEATHS)) {
  test(`${name} rejects all that waits and all that comes, and is told once`, async () => {
    const { worker, rpc, deaths } = connect();
    const calls = [rpc.call({ type: "call" }), rpc.call({ type: "call" }, { isWrite: true })];
    kill(worker);
    kill(worker);
    for (const call of calls) await rejects(call, { code: "WORKER_DIED", retry: "later" });
    await rejects(rpc.call({ type: "call" }), { code: "WORKER_DIED" });
    rpc.post({ type: "signal" });
    worker.reply(1);
    strictEqual(deaths.length, 1);
    strictEqual(worker.terminated, 1);
    strictEqual(worker.sent.length, 2);
  });
}

test("an argument that cannot be cloned rejects and leaves nothing behind", async () => {
  const { worker, rpc } = connect();
  worker.failNext = new Error("could not be cloned");
  await rejects(rpc.call({ type: "call" }), { code: "INVALID_ARGUMENT", message: /could not be cloned/ });
  rpc.call({ type: "call" }).catch(() => {});
  strictEqual(worker.sent.at(-1).request, 2);
});

test("notices that are no replies are handed on, until the end", () => {
  const { worker, rpc, notices } = connect();
  worker.say({ type: "change", ids: ["a"] });
  rpc.end(new Error("closed"));
  worker.say({ type: "change", ids: ["b"] });
  deepStrictEqual(notices, [{ type: "change", ids: ["a"] }]);
});

test("ten thousand calls, killed in the middle: each settles exactly once", async () => {
  const { worker, rpc } = connect();
  const control = new AbortController();
  let settled = 0;
  const calls = Array.from({ length: 10_000 }, (_, i) => {
    const options = i % 3 === 0 ? { signal: control.signal, isWrite: i % 2 === 0 } : {};
    return rpc.call({ type: "call" }, options).then(
      () => settled++,
      () => settled++,
    );
  });
  for (let request = 1; request <= 10_000; request += 2) worker.reply(request, null);
  control.abort();
  worker.emit("error", { message: "boom" });
  for (let request = 1; request <= 10_000; request++) worker.reply(request, null);
  await Promise.all(calls);
  strictEqual(settled, 10_000);
});
