// The storage worker: one for each open store. It loads the module, hands it the page's calls, and hands the page the
// module's notices. It decides nothing; whatever goes wrong here ends it, and rpc.js tells the page's callers.
//
// From the page: {type: "open", request, protocol, options, token, wasmUrl, module, online, visible, lock}, {type:
// "call", request, header, body, blob}, {type: "cancel", request}, {type: "signal", signal, value}, {type: "token",
// effect, token}, {type: "locked", effect, held}, {type: "ping"}. To the page: {header, body, blob}, where header is a
// notice of c_api.h, {type: "fatal", message}, {type: "lock"} when the lock of liveness.js is held, or {type: "alive"},
// the answer to a ping.
import { Core } from "./core.js";
import createHubstashCore from "./hubstash-core.js";
import { PROTOCOL, SIGNALS } from "./protocol.js";

/** @type {Core | null} */
let core = null;
let dead = false;
/** @type {(code: import("./module.js").Code) => void} */
let giveCode = () => {};
const loading = load(new Promise((resolve) => (giveCode = resolve)));
loading.catch(() => {}); // Told to whoever opens.
/** What the page said while the module was loading, to be told then. @type {any[]} */
const early = [];

/** @param {any} header @param {Uint8Array | null} [body] @param {Blob | null} [blob] */
function tell(header, body = null, blob = null) {
  /** @type {any} */ (self).postMessage({ header, body, blob }, body ? [body.buffer] : []);
}

/** What the module says, to the page. @param {any} header @param {Uint8Array | null} body @param {Blob | null} blob */
function pass(header, body, blob) {
  if (header.type === "resolve" && header.blobs) header.blobs = core?.blobs(header.blobs);
  // The page may have got another token by now; what the Hub has said is of this one.
  if (header.type === "account") header.token = core?.token ?? null;
  tell(header, body, blob);
}

/** After a trap the module's memory cannot be trusted, so nothing is sent to it any more. @param {unknown} reason */
function die(reason) {
  if (dead) return;
  dead = true;
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  tell({ type: "fatal", message });
}

/**
 * Begins at once: when the page says where the code is, only that is missing.
 * @param {Promise<import("./module.js").Code>} code
 * @returns {Promise<Core>}
 */
function load(code) {
  return new Promise((resolve, reject) => {
    createHubstashCore({
      hubToken: null,
      onNotice: pass,
      onAbort: (reason) => void (core && die(reason)), // While it loads, the promise rejects and says so.
      instantiateWasm: (imports, done) => {
        code.then((given) => instantiate(given, imports)).then(done, reject);
        return {};
      },
    }).then((module) => resolve(new Core(module)), reject);
  });
}

/** @param {import("./module.js").Code} code @param {WebAssembly.Imports} imports */
async function instantiate({ wasmUrl, module }, imports) {
  if (module) return WebAssembly.instantiate(module, imports);
  const address = wasmUrl ?? new URL("./hubstash-core.wasm", import.meta.url).href;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return (await WebAssembly.instantiate(await response.arrayBuffer(), imports)).instance;
}

/** Holds a lock until the worker ends, which tells the page that it has. @param {string | null} name */
function holdLock(name) {
  if (!name || !self.navigator.locks) return;
  const forEver = () => {
    tell({ type: "lock" });
    return new Promise(() => {});
  };
  navigator.locks.request(name, forEver).catch(() => {}); // Without it the page asks instead.
}

/** @param {any} message */
async function open({ request, protocol, options, token, wasmUrl, module, online, visible, lock }) {
  const refuse = (/** @type {string} */ text) =>
    tell({ type: "reply", request, ok: false, error: { code: "WORKER_DIED", message: text } });
  if (protocol !== PROTOCOL) {
    return refuse("The page and worker.js are of different hubstash versions; a cache may hold an old copy of one.");
  }
  holdLock(lock);
  giveCode({ wasmUrl, module });
  const loaded = await loading.catch((error) => {
    refuse(
      `The module could not be loaded (${error.message}). Serve hubstash-core.wasm beside worker.js, ` +
        "or set wasmUrl, and allow 'wasm-unsafe-eval' in a Content-Security-Policy.",
    );
    return null;
  });
  if (!loaded || dead) return;
  loaded.token = token;
  loaded.open(request, options);
  core = loaded;
  core.signal(SIGNALS.online, online);
  core.signal(SIGNALS.visible, visible);
  for (const message of early.splice(0)) receive(message);
}

/** @param {any} message */
function receive(message) {
  if (!core) return void early.push(message);
  if (message.type === "call") {
    core.call(message.request, message.header, message.body ?? null, message.blob ?? null);
  } else if (message.type === "cancel") {
    core.cancel(message.request);
  } else if (message.type === "signal") {
    core.signal(message.signal, message.value);
  } else if (message.type === "locked") {
    core.answerLock(message.effect, message.held);
  } else if (message.type === "token" && message.effect) {
    core.answerToken(message.effect, message.token, message.account ?? "");
  } else if (message.type === "token") {
    // One that nobody had asked for: the app found it later.
    core.token = message.token;
    core.signal(SIGNALS.token, message.token !== null);
  }
}

self.addEventListener("message", ({ data }) => {
  if (dead) return;
  if (data.type === "ping") return tell({ type: "alive" });
  if (data.type === "open") return void open(data).catch(die);
  try {
    receive(data);
  } catch (error) {
    die(error);
  }
});
// The module's own tasks (timers, network and database events) trap outside of the calls above.
self.addEventListener("error", (event) => die(event.error ?? event.message));
self.addEventListener("unhandledrejection", (event) => die(event.reason));
