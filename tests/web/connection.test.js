// Goal: when a worker dies, whatever waited for it rejects, and a new one takes its place by itself, so that the next
// call works; but one that keeps dying is not started for ever. The workers are played by the test.
import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../../web/src/connection.js";
import { FakeWorker, settlement } from "./fake-worker.js";

const NONE = { signal: undefined };

/** A connection whose workers behave as `play(worker, index)` makes them; without it they open and answer. */
async function connect(play = () => {}, { pauses = [0, 0, 0] } = {}) {
  const workers = [];
  const deaths = [];
  const notices = [];
  const start = () => {
    const worker = new FakeWorker();
    worker.onMessage = ({ type, request }) => {
      if (type === "open") queueMicrotask(() => worker.reply(request));
      if (type === "call") queueMicrotask(() => worker.reply(request, "answer"));
    };
    workers.push(worker);
    play(worker, workers.length - 1);
    return worker;
  };
  const connection = new Connection({
    start,
    hello: () => ({ options: workers.length }),
    onNotice: (header, _body, worker) => notices.push({ header, post: (message) => worker.post(message) }),
    onDeath: (error) => deaths.push(error.code),
    pauses,
  });
  await connection.open();
  return { connection, workers, deaths, notices };
}

const crash = (worker) => worker.emit("error", { message: "boom" });
const call = (connection) => connection.call({ type: "call" }, NONE);
const end = (connection) => connection.end(new Error("the test is over"));

test("a call after a death is answered by a new worker, which got a greeting of its own", async () => {
  const { connection, workers, deaths } = await connect();
  crash(workers[0]);
  strictEqual((await call(connection)).value, "answer");
  strictEqual(workers.length, 2);
  const [hello] = workers[1].sent;
  deepStrictEqual([hello.type, hello.options], ["open", 2]);
  deepStrictEqual(deaths, ["WORKER_DIED"]);
  end(connection);
});

test("a new worker starts although nobody calls", async () => {
  const { connection, workers } = await connect();
  crash(workers[0]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  strictEqual(workers.length, 2);
  strictEqual(connection.isUp, true);
  end(connection);
});

test("calls that waited for the dead worker reject; they may have been done, so they are not sent again", async () => {
  const { connection, workers } = await connect((worker, index) => {
    if (index > 0) return;
    worker.onMessage = ({ type, request }) => {
      if (type === "open") queueMicrotask(() => worker.reply(request));
    };
  });
  const waiting = [call(connection), call(connection)];
  crash(workers[0]);
  for (const one of waiting) await rejects(one, { code: "WORKER_DIED", retry: "later" });
  await call(connection);
  strictEqual(workers[1].sent.filter(({ type }) => type === "call").length, 1);
  end(connection);
});

test("one that dies at every call is started three times a minute, then calls say when to try again", async () => {
  const dying = (worker) => {
    worker.onMessage = ({ type, request }) => {
      queueMicrotask(() => (type === "open" ? worker.reply(request) : crash(worker)));
    };
  };
  const { connection, workers } = await connect(dying);
  for (let i = 0; i < 4; i++) await rejects(call(connection), { code: "WORKER_DIED", message: /boom/ });
  await rejects(call(connection), { code: "WORKER_DIED", message: /3 times within a minute; call again in a minute/ });
  strictEqual(workers.length, 4);
  end(connection);
});

test("a minute after, it is started again", async (t) => {
  const { connection, workers } = await connect();
  const now = t.mock.method(performance, "now");
  for (let i = 0; i < 3; i++) {
    crash(workers.at(-1));
    await call(connection);
  }
  crash(workers.at(-1));
  await rejects(call(connection), { code: "WORKER_DIED" });
  now.mock.restore();
  t.mock.method(performance, "now", () => 1e9);
  strictEqual((await call(connection)).value, "answer");
  end(connection);
});

test("a new worker that cannot open the store is given up for the next; in the end calls say why", async () => {
  const { connection, workers } = await connect((worker, index) => {
    if (index === 0) return;
    worker.onMessage = ({ request }) =>
      queueMicrotask(() => worker.refuse(request, { code: "STORAGE_BLOCKED", message: "Another tab holds it." }));
  });
  crash(workers[0]);
  await rejects(call(connection), { code: "STORAGE_BLOCKED", message: /Another tab holds it\. It was started anew 3/ });
  deepStrictEqual(
    workers.map(({ terminated }) => terminated),
    [1, 1, 1, 1],
  );
  end(connection);
});

test("a store that never opened is not started anew", async () => {
  let started = 0;
  await rejects(
    connect((worker) => {
      started += 1;
      worker.onMessage = () => queueMicrotask(() => crash(worker));
    }),
    { code: "WORKER_DIED" },
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  strictEqual(started, 1);
});

test("closing during the pause before a new worker starts none", async () => {
  const { connection, workers } = await connect(() => {}, { pauses: [30] });
  crash(workers[0]);
  const waiting = call(connection);
  connection.end(new Error("closed"));
  await rejects(waiting, /closed/);
  strictEqual(workers.length, 1);
});

test("an answer to what the dead worker had asked does not reach the new one", async () => {
  const { connection, workers, notices } = await connect();
  workers[0].say({ type: "token", effect: 7, refused: false });
  crash(workers[0]);
  await call(connection);
  notices[0].post({ type: "token", effect: 7, token: "hf_x" });
  strictEqual(
    workers[1].sent.some(({ type }) => type === "token"),
    false,
  );
  end(connection);
});

test("while no worker is there, signals go nowhere: the greeting tells the new one", async () => {
  const { connection, workers } = await connect(() => {}, { pauses: [20] });
  crash(workers[0]);
  connection.post({ type: "signal", signal: 1, value: false });
  strictEqual(await settlement(call(connection)), "pending");
  await call(connection);
  match(JSON.stringify(workers[1].sent.map(({ type }) => type)), /^\["open"(,"call")+\]$/);
  end(connection);
});
