// Goal: the C ABI keeps its conventions and the transports their contract. Method: the host around the probe engine
// (probe/), driven through the ABI, against a server of another origin that plays the Hub and misbehaves on request.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { start } from "./support.js";

const TOKEN = "hf_probeTokenOfThisTestOnly";
let setting;
let hub;
let elsewhere;

/** A server with open CORS; `seen` holds the requests. */
async function server() {
  const seen = [];
  const answers = {
    "/echo": (request, body, response) => response.end(JSON.stringify({ method: request.method, size: body.length })),
    "/missing": (request, body, response) => response.writeHead(404, { "X-Error-Code": "EntryNotFound" }).end("no"),
    "/long": (request, body, response) => response.end("x".repeat(100_000)),
    "/pdf": (request, body, response) => response.writeHead(200, { "Content-Type": "application/pdf" }).end("%PDF"),
    "/silent": () => {},
    "/stalls": (request, body, response) => response.write("some"),
    "/cut": (request, body, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("some", () => setTimeout(() => response.destroy(), 20));
    },
    "/trickle": (request, body, response) => {
      let left = 8;
      const timer = setInterval(() => (left-- > 0 ? response.write("x") : (clearInterval(timer), response.end())), 100);
    },
    "/cached": (request, body, response) => {
      response.writeHead(200, { "Cache-Control": "max-age=3600" }).end(String(seen.length));
    },
  };
  const listener = createServer(async (request, response) => {
    response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT");
    response.setHeader("Access-Control-Expose-Headers", "X-Error-Code, X-Request-Id");
    response.setHeader("X-Request-Id", "Root=1");
    response.setHeader("Content-Type", "application/json");  // Without a type Chromium holds back the first 512 bytes.
    if (request.method === "OPTIONS") return response.end();
    const parts = [];
    for await (const part of request) parts.push(part);
    seen.push({ url: request.url, headers: request.headers });
    answers[request.url](request, Buffer.concat(parts), response);
  });
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${listener.address().port}`, seen, close: () => {
    listener.closeAllConnections();
    listener.close();
  } };
}

before(async () => {
  hub = await server();
  elsewhere = await server();
  setting = await start();
  await setting.call("hostCall", { call: "signals" }, { hubUrl: hub.origin });
});
after(async () => {
  await setting?.close();
  hub.close();
  elsewhere.close();
});

const http = (method, path, header = {}, options = {}) =>
  setting.call("hostCall", { call: "http", method, ...header, at: undefined, url: (header.at ?? hub).origin + path },
    options);
const text = (hex) => Buffer.from(hex, "hex").toString();

// The three ways that a request can go (docs/decisions/browser-transport.md).
const ways = {
  emscripten_fetch: ["POST", {}, { body: "hello" }],
  fetch: ["GET", {}, {}],
  XMLHttpRequest: ["PUT", { progress: true }, { blob: "hello" }],
};

for (const [way, [method, header, options]] of Object.entries(ways)) {
  const send = (path, more = {}, also = {}) => http(method, path, { ...header, ...more }, { ...options, ...also });

  test(`${way}: answers with status, headers in lower case and body`, async () => {
    const answer = await send("/echo");
    assert.equal(answer.value.status, 200);
    assert.equal(answer.value.headers["x-request-id"], "Root=1");
    assert.deepEqual(JSON.parse(text(answer.body)), { method, size: way === "fetch" ? 0 : 5 });
    const missing = await send("/missing");
    assert.deepEqual([missing.ok, missing.value.status, missing.value.headers["x-error-code"], text(missing.body)],
      [true, 404, "EntryNotFound", "no"]);
  });

  test(`${way}: TIMEOUT after silence only`, async () => {
    const [silent, stalls, trickle] = await Promise.all(
      ["/silent", "/stalls", "/trickle"].map((path) => send(path, { timeoutMs: 400 })));
    assert.deepEqual([silent.error.code, stalls.error.code], ["TIMEOUT", "TIMEOUT"]);
    assert.equal(text(trickle.body), "xxxxxxxx");
  });

  test(`${way}: a longer answer than allowed is BAD_RESPONSE`, async () => {
    assert.equal((await send("/long", { maxBytes: 1000 })).error.code, "BAD_RESPONSE");
    assert.equal((await send("/long", { maxBytes: 100_000 })).ok, true);
  });

  test(`${way}: a cut connection and a server that is not there are OFFLINE`, async () => {
    assert.equal((await send("/cut")).error.code, "OFFLINE");
    assert.equal((await send("/", { at: { origin: "http://127.0.0.1:9" } })).error.code, "OFFLINE");
    assert.equal((await send("", { at: { origin: "nonsense" } })).error.code.length > 0, true);
  });

  test(`${way}: ABORTED when cancelled`, async () => {
    assert.equal((await send("/silent", {}, { cancelAfter: 50 })).error.code, "ABORTED");
    assert.equal((await send("/stalls", {}, { cancelAfter: 50 })).error.code, "ABORTED");
  });

  test(`${way}: the token goes to the Hub's origin, when asked, and nowhere else`, async () => {
    const sent = async (where, more, token) => {
      await send("/echo", { at: where, ...more }, { token });
      return where.seen.at(-1).headers.authorization;
    };
    assert.equal(await sent(hub, { authorize: true }, TOKEN), `Bearer ${TOKEN}`);
    assert.equal(await sent(hub, { authorize: false }, TOKEN), undefined);
    assert.equal(await sent(elsewhere, { authorize: true }, TOKEN), undefined);
    assert.equal(await sent(hub, { authorize: true }, null), undefined);
    assert.equal(await sent(hub, { authorize: true }, "bad\ntoken"), undefined);
    assert.equal(hub.seen.at(-1).headers.cookie, undefined);
  });
}

test("no token is left in the heap", async () => {
  const token = "hf_anotherTokenForTheHeapSearch";
  await http("POST", "/echo", { authorize: true }, { token, body: "x" });
  assert.equal(hub.seen.at(-1).headers.authorization, `Bearer ${token}`);
  assert.equal(await setting.call("heapHas", token.slice(3)), false);
  assert.equal(setting.chromium.log.some((line) => line.includes(token)), false);
});

test("a GET is never answered by the HTTP cache", async () => {
  const first = await http("GET", "/cached");
  assert.notEqual((await http("GET", "/cached")).body, first.body);
});

test("a successful body comes as a blob when asked, an error's as bytes", async () => {
  const pdf = await http("GET", "/pdf", { asBlob: true });
  assert.deepEqual(pdf.blob, { type: "application/pdf", text: "%PDF" });
  const missing = await http("GET", "/missing", { asBlob: true });
  assert.deepEqual([missing.blob, text(missing.body)], [null, "no"]);
  const posted = await http("PUT", "/pdf", { asBlob: true }, { blob: "x" });
  assert.deepEqual(posted.blob, { type: "application/pdf", text: "%PDF" });
});

test("progress is reported and ends with the whole", async () => {
  const up = await http("PUT", "/echo", { progress: true }, { blob: "x".repeat(300_000) });
  assert.ok(up.progress.includes(300_000), String(up.progress));
  const down = await http("GET", "/long", { progress: true });
  assert.equal(down.progress.at(-1), 100_000);
});

test("large bodies go up whole", async () => {
  const answer = await http("POST", "/echo", {}, { body: "y".repeat(3 << 20) });
  assert.deepEqual(JSON.parse(text(answer.body)), { method: "POST", size: 3 << 20 });
});

test("store transactions and blobs pass through the ABI", async () => {
  const call = (header, options) => setting.call("hostCall", header, options);
  const first = await call({ call: "tx", put: "a/x", absent: "a/x", get: "a/x" }, { body: "value" });
  assert.deepEqual([first.value.stale, first.value.values], [false, [null, 0]]);
  const second = await call({ call: "tx", put: "a/x", absent: "a/x", get: "a/x", scan: "a/" }, { body: "other" });
  const hex = Buffer.from("value").toString("hex");
  assert.deepEqual([second.value.stale, second.value.values, second.value.scanned], [true, [hex, 0], ["a/x", hex, 0]]);

  await call({ call: "tx", putBlob: "b/0", offset: 2, size: 3 }, { blob: "xxabcxx" });
  const { value } = await call({ call: "hash" }, { blob: "abc" });
  assert.equal(value.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(value.last, value.sha256);
  const opened = await call({ call: "open", key: "b/0", size: 3, sha256: value.sha256, type: "text/plain" });
  assert.deepEqual(opened.blob, { type: "text/plain", text: "abc" });
  const wrong = await call({ call: "open", key: "b/0", size: 4, sha256: value.sha256, type: "text/plain" });
  assert.equal(wrong.error.code, "STORAGE_CORRUPT");
});

test("a deadline wakes the engine", async () => {
  const begun = Date.now();
  assert.equal((await setting.call("hostCall", { call: "wait", ms: 300 })).value, "awake");
  assert.ok(Date.now() - begun >= 295);
});

test("a token request is answered once", async () => {
  const { refused, codes, value } = await setting.call("hostToken", true);
  assert.deepEqual([refused, codes[0] < 0, codes[1], codes[2] < 0, value], [true, true, 0, true, true]);
});

test("hs_open: what is not JSON is null, wrong options are a reply, remote mode opens", async () => {
  assert.equal(await setting.call("hostOpen", "not JSON"), null);
  assert.deepEqual(await setting.call("hostOpen", {}), { ok: false, code: "INVALID_ARGUMENT", later: "CLOSED" });
  const remote = await setting.call("hostOpen", { dataset: "remote", mode: "remote", hubUrl: hub.origin });
  assert.deepEqual(remote, { ok: true, later: "opened " });
});

test("every call is settled exactly once, also at the end", async () => {
  const life = await setting.call("hostLife");
  assert.deepEqual([life.opened, life.early, life.late], [true, "opened ", "opened offline visible "]);
  assert.deepEqual([life.invalid, life.twice], ["INVALID_ARGUMENT", 1]);
  assert.deepEqual([life.codes[0], life.codes[1], life.codes[2] < 0, life.after < 0], [0, 0, true, true]);
  assert.deepEqual(life.closed, ["CLOSED", "CLOSED"]);
});

test("a store may be freed from within a notice", async () => {
  assert.equal(await setting.call("hostFreeInNotice"), "CLOSED");
});

test("nothing went wrong unseen", () => {
  const expected = /net::ERR_|404 \(Not Found\)/;
  const lines = setting.chromium.log.filter((line) => /^(error|unhandled|worker)/.test(line) && !expected.test(line));
  assert.deepEqual(lines, []);
});
