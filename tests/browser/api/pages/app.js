// The page of the API's tests: an app as a user would write it, plus a few verbs for the tests, which run by
// evaluate().
import { openStore } from "/dist/index.js";

/** Opens a store and keeps it as `store`; `tokens` are what its token function returns, one after the other. */
globalThis.open = async ({ tokens, ...options }) => {
  globalThis.asked = 0;
  if (tokens) options.token = () => tokens[Math.min(globalThis.asked++, tokens.length - 1)];
  globalThis.store = await openStore(options);
};

/** Opens a store as above, and gives the worker behind it. */
globalThis.openAndCatchWorker = async (options) => {
  const Original = Worker;
  let caught;
  globalThis.Worker = class extends Original {
    constructor(...args) {
      super(...args);
      caught = this;
    }
  };
  try {
    await open(options);
  } finally {
    globalThis.Worker = Original;
  }
  return caught;
};

/** What became of a promise, as something that can leave the page. */
globalThis.outcome = async (promise) => {
  try {
    return { value: await promise };
  } catch ({ name, code, retry, status, requestId, message }) {
    return { name, code, retry, status, requestId, message };
  }
};

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
globalThis.sha256 = async (blob) => hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));

/** A project of about `bytes` as annotation tools have it, the same for the same arguments. */
globalThis.project = (id, bytes) => {
  let state = bytes >>> 0;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  const stroke = () => ({
    tool: "pen",
    page: random(90),
    points: Array.from({ length: 30 }, () => [random(9999) / 10, random(9999) / 10]),
  });
  const perStroke = JSON.stringify(stroke()).length;
  const strokes = Array.from({ length: Math.ceil(bytes / perStroke) }, stroke);
  return { id, name: `Projet «${id}» 漢字`, strokes };
};

/** Collects the events of `store` from now on. */
globalThis.collect = (...types) => {
  globalThis.events = [];
  for (const type of types) {
    globalThis.store.addEventListener(type, ({ detail }) => {
      globalThis.events.push({ type, detail: type === "error" ? { code: detail.code } : detail });
    });
  }
};

/** Resolves when `check()` holds, and rejects when it does not within 20 s. */
globalThis.until = async (check) => {
  const deadline = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`never came: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

globalThis.ready = true;
