// Goal: a wrong option is refused before anything is opened, by a message that names it; right ones pass unchanged.
import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "../../web/src/index.js";
import { checkOptions, engineOptions } from "../../web/src/options.js";

const ACCEPTED = [
  { dataset: "alice/notes" },
  { mode: "local" },
  { mode: "local", dataset: undefined, token: undefined },
  { dataset: "alice/my.notes_2-x", mode: "remote", token: "hf_x", branch: "dev", prefix: "data/app" },
  {
    dataset: "alice/notes",
    token: () => null,
    hubUrl: "http://127.0.0.1:8080",
    prefix: "",
    conflict: "merge",
    trace: false,
  },
  {
    dataset: "alice/notes",
    sync: { auto: false, idleMs: 0, maxWaitMs: 1, commitsPerHour: 1, requestsPerWindow: 10, pollMs: 0 },
    cache: { maxBytes: 0 },
  },
  {
    dataset: "alice/notes",
    workerUrl: "/w.js",
    wasmUrl: new URL("http://a/b.wasm"),
    onMetric() {},
    durability: "relaxed",
  },
  { mode: "local", conflict: "keep-both" },
  { mode: "local", conflict: async () => "remote" },
];

for (const options of ACCEPTED) {
  test(`accepted: ${JSON.stringify(options)}`, () => deepStrictEqual(checkOptions(options), options));
}

const REFUSED = [
  [undefined, /openStore needs its options/],
  ["alice/notes", /openStore needs its options/],
  [{}, /"dataset" is missing: give "namespace\/name", or mode: "local"/],
  [{ dataset: "notes" }, /"dataset" must be "namespace\/name"/],
  [{ dataset: "https://huggingface.co/datasets/a/b" }, /"dataset" must be/],
  [{ dataset: "" }, /"dataset" must be/],
  [{ mode: "offline" }, /"mode" must be "hybrid", "remote" or "local"/],
  [{ mode: "local", token: "" }, /"token" must be an access token/],
  [{ mode: "local", token: 7 }, /"token" must be/],
  [{ mode: "local", hubUrl: "huggingface.co" }, /"hubUrl" must be an origin/],
  [{ mode: "local", hubUrl: "https://huggingface.co/datasets" }, /"hubUrl" must be an origin/],
  [{ mode: "local", hubUrl: "file:///tmp" }, /"hubUrl" must be an origin/],
  [{ mode: "local", branch: "" }, /"branch" must be/],
  [{ mode: "local", prefix: "/data" }, /"prefix" must be/],
  [{ mode: "local", prefix: "data/" }, /"prefix" must be/],
  [{ mode: "local", prefix: "a/../b" }, /"prefix" must be/],
  [{ mode: "local", prefix: ".git/hooks" }, /"prefix" must be/],
  [{ mode: "local", prefix: "a\x7f" }, /"prefix" must be/],
  [{ mode: "local", createDataset: "no" }, /"createDataset" must be true or false/],
  [{ mode: "local", allowPublic: 1 }, /"allowPublic" must be/],
  [{ mode: "local", sync: true }, /"sync" must be an object/],
  [{ mode: "local", sync: { idleMs: -1 } }, /"sync.idleMs" must be a whole number/],
  [{ mode: "local", sync: { pollMs: 1.5 } }, /"sync.pollMs" must be/],
  [{ mode: "local", sync: { commitsPerHour: 0 } }, /"sync.commitsPerHour" must be/],
  [{ mode: "local", sync: { requestsPerWindow: 9 } }, /"sync.requestsPerWindow" must be/],
  [{ mode: "local", sync: { idle: 5 } }, /no option "sync.idle"/],
  [{ mode: "local", cache: { maxBytes: Infinity } }, /"cache.maxBytes" must be/],
  [{ mode: "local", durability: "full" }, /"durability" must be/],
  [{ mode: "local", onMetric: {} }, /"onMetric" must be a function/],
  [{ mode: "local", workerUrl: 5 }, /"workerUrl" must be/],
  [{ mode: "local", datset: "a/b" }, /no option "datset"/],
  [{ mode: "local", ["__proto__x"]: 1 }, /no option/],
  [{ mode: "local", conflict: "mine" }, /"conflict" must be "merge", "keep-both", "local", "remote" or a function/],
  [{ mode: "local", conflict: null }, /"conflict" must be/],
  [{ mode: "local", trace: true }, /not part of hubstash 0\.1/],
];

for (const [options, message] of REFUSED) {
  test(`refused: ${JSON.stringify(options)} ${message}`, async () => {
    throws(() => checkOptions(options), { code: "INVALID_ARGUMENT", retry: "never", message });
    await rejects(openStore(options), { code: "INVALID_ARGUMENT", message });
  });
}

test("a trailing slash of hubUrl goes", () => {
  strictEqual(checkOptions({ mode: "local", hubUrl: "http://localhost:1/" }).hubUrl, "http://localhost:1");
});

test("neither the token nor a function is among what the engine gets", () => {
  const sent = engineOptions({
    dataset: "a/b",
    token: "hf_secret",
    onMetric() {},
    workerUrl: "/w",
    sync: { auto: false },
  });
  match(sent.seed, /^[0-9a-f]{32}$/);
  deepStrictEqual({ ...sent, seed: "" }, { dataset: "a/b", sync: { auto: false }, seed: "" });
});

test("the engine learns the policy for conflicts, or that it has to ask", () => {
  strictEqual(engineOptions({ mode: "local", conflict: "keep-both" }).conflict, "keep-both");
  strictEqual(engineOptions({ mode: "local", conflict: () => null }).conflict, "resolver");
});

test("outside of a page it imports and says what it needs", async () => {
  await rejects(openStore({ mode: "local" }), { code: "STORAGE_UNAVAILABLE", message: /in a page of a browser/ });
});
