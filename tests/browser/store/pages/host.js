// Tasks that go through the C ABI, as web/src/worker.js does.
import { core, freshMount, hex, utf8 } from "./module.js";

const waiting = new Map();
const progress = [];
let last = 0;
let tokens = [];

core.listener = (notice, body, blob) => {
  if (notice.type === "token") return tokens.shift()?.(notice);
  if (notice.type === "progress") return progress.push(notice.loaded);
  const settle = waiting.get(notice.request);
  if (!settle) throw new Error(`a reply that nobody waits for: ${JSON.stringify(notice)}`);
  waiting.delete(notice.request);
  settle({ ...notice, body: body && hex(body), blob });
};

const place = (bytes) => {
  const address = core._hs_alloc(bytes.length);
  core.HEAPU8.set(bytes, address);
  return address;
};

function reply() {
  const request = ++last;
  return [request, new Promise((resolve) => waiting.set(request, resolve))];
}

function openHandle(options) {
  const [request, answer] = reply();
  const json = utf8(typeof options === "string" ? options : JSON.stringify(options));
  const address = place(json);
  const handle = core._hs_open(request, address, json.length);
  core._hs_free(address);
  return { handle, answer, request };
}

function send(handle, header, body, blob) {
  const [request, answer] = reply();
  const json = utf8(JSON.stringify(header));
  const address = place(json);
  const content = body ? place(body) : 0;
  const code = core._hs_request(handle, request, address, json.length, content, body?.length ?? 0, blob ?? 0);
  core._hs_free(address);
  return { code, answer, request };
}

let shared;
const store = async (hubUrl) => {
  shared ??= openHandle({ dataset: freshMount().slice(1), hubUrl });
  await shared.answer;
  return shared.handle;
};

/** One call on a store that the tests share. `options`: token, body text, blob text, cancelAfter ms. */
export async function hostCall(header, given) {
  const options = given ?? {};  // A missing argument arrives as null.
  const handle = await store(options.hubUrl ?? "http://127.0.0.1:1");
  core.hubToken = options.token ?? null;
  progress.length = 0;
  const blob = options.blob !== undefined ? core.blobs.add(new Blob([options.blob])) : 0;
  const sent = send(handle, header, options.body !== undefined ? utf8(options.body) : null, blob);
  if (options.cancelAfter !== undefined) setTimeout(() => core._hs_cancel(handle, sent.request), options.cancelAfter);
  const answer = await sent.answer;
  if (answer.blob) answer.blob = { type: answer.blob.type, text: await answer.blob.text() };
  return { ...answer, progress: progress.slice() };
}

export async function hostToken(available) {
  const handle = await store("http://127.0.0.1:1");
  const asked = new Promise((resolve) => tokens.push(resolve));
  const { answer } = send(handle, { call: "token", refused: true });
  const notice = await asked;
  const wrong = core._hs_token(handle, notice.effect + 100, 1);
  const right = core._hs_token(handle, notice.effect, available ? 1 : 0);
  const again = core._hs_token(handle, notice.effect, 1);
  return { refused: notice.refused, codes: [wrong, right, again], value: (await answer).value };
}

/** What hs_open does with options that are wrong, in one way or another. */
export async function hostOpen(options) {
  const { handle, answer, request } = openHandle(options);
  if (handle === 0) {
    waiting.delete(request);
    return null;
  }
  const opened = await answer;
  const later = await send(handle, { call: "signals" }).answer;
  core._hs_free_store(handle);
  return { ok: opened.ok, code: opened.error?.code, later: later.error?.code ?? later.value };
}

/** Calls before the database is open, a call that is never answered, signals, and the end. */
export async function hostLife() {
  const { handle, answer } = openHandle({ dataset: "life", hubUrl: "http://127.0.0.1:1" });
  const early = send(handle, { call: "signals" });
  const opened = await answer;
  const codes = [core._hs_signal(handle, 1, 0), core._hs_signal(handle, 2, 1), core._hs_signal(handle, 9, 1)];
  const late = send(handle, { call: "signals" });
  const invalid = send(handle, { nothing: 1 });
  const twice = send(handle, { call: "twice" });
  const [a, b, c, d] = await Promise.all([early.answer, late.answer, invalid.answer, twice.answer]);
  const stuck = send(handle, { call: "stuck" });
  const running = send(handle, { call: "http", method: "POST", url: "http://127.0.0.1:9/", timeoutMs: 60000 });
  core._hs_free_store(handle);
  const closed = [(await stuck.answer).error.code, (await running.answer).error.code];
  const after = core._hs_request(handle, 999, 0, 0, 0, 0, 0);
  core._hs_free_store(handle);
  const values = { early: a.value, late: b.value, invalid: c.error.code, twice: d.value };
  return { opened: opened.ok, ...values, codes, closed, after };
}

/** Frees a store from within the very notice that says it is open; gives what becomes of a call that came before. */
export async function hostFreeInNotice() {
  const { handle, request } = openHandle({ dataset: "free", hubUrl: "http://127.0.0.1:1" });
  const early = send(handle, { call: "signals" });
  waiting.set(request, () => core._hs_free_store(handle));
  return (await early.answer).error.code;
}

/** The heap is searched for a text after everything has been sent. */
export async function heapHas(needle) {
  const bytes = utf8(needle);
  const heap = core.HEAPU8;
  outer: for (let at = heap.indexOf(bytes[0]); at !== -1; at = heap.indexOf(bytes[0], at + 1)) {
    for (let i = 1; i < bytes.length; i++) if (heap[at + i] !== bytes[i]) continue outer;
    return true;
  }
  return false;
}
