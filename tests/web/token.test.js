// Goal: the app's token function can be slow, throw or have nothing, and no request ever waits for it for ever.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { TokenSource } from "../../web/src/token.js";

test("a text is there at once, and is no more once refused", async () => {
  const source = new TokenSource("hf_a");
  strictEqual(source.initial, "hf_a");
  strictEqual(await source.get(false), "hf_a");
  strictEqual(await source.get(true), null);
  strictEqual(await source.get(false), null);
});

test("no option, no token", async () => {
  const source = new TokenSource(undefined);
  strictEqual(source.initial, null);
  strictEqual(await source.get(false), null);
});

test("a function is not called before it is needed, and again after a refusal", async () => {
  let calls = 0;
  const source = new TokenSource(async () => `hf_${++calls}`);
  strictEqual(source.initial, null);
  strictEqual(calls, 0);
  strictEqual(await source.get(false), "hf_1");
  strictEqual(await source.get(true), "hf_2");
});

test("a refused token is none, however often it is asked for, until it has had time to become good", async () => {
  const refusing = new TokenSource(() => "hf_same");
  strictEqual(await refusing.get(false), "hf_same");
  strictEqual(await refusing.get(true), null);
  strictEqual(await refusing.get(false), null);
  const forgiving = new TokenSource(() => "hf_same", { refusedMs: 0 });
  strictEqual(await forgiving.get(false), "hf_same");
  await forgiving.get(true);
  strictEqual(await forgiving.get(false), "hf_same");
});

test("another token than the refused one counts at once", async () => {
  let token = "hf_old";
  const source = new TokenSource(() => token);
  await source.get(false);
  strictEqual(await source.get(true), null);
  token = "hf_new";
  strictEqual(await source.get(false), "hf_new");
});

for (const [name, value] of Object.entries({ null: null, undefined: undefined, empty: "", "a number": 5 })) {
  test(`a function that returns ${name} has no token`, async () => {
    strictEqual(await new TokenSource(() => value).get(false), null);
  });
}

for (const [name, option] of Object.entries({
  throws: () => {
    throw new Error("signed out");
  },
  rejects: async () => {
    throw new Error("signed out");
  },
})) {
  test(`a function that ${name} has no token, and its error is reported`, async (t) => {
    globalThis.reportError = t.mock.fn();
    t.after(() => delete globalThis.reportError);
    strictEqual(await new TokenSource(option).get(false), null);
    strictEqual(globalThis.reportError.mock.calls[0].arguments[0].message, "signed out");
  });
}

test("two who ask at once share one question", async () => {
  let calls = 0;
  const source = new TokenSource(async () => `hf_${++calls}`);
  deepStrictEqual(await Promise.all([source.get(false), source.get(false)]), ["hf_1", "hf_1"]);
});

test("a slow function counts as none at first; its token is given when it comes", async () => {
  let answer;
  const late = [];
  const source = new TokenSource(() => new Promise((resolve) => (answer = resolve)), {
    patienceMs: 5,
    onLate: (token) => late.push(token),
  });
  strictEqual(await source.get(false), null);
  deepStrictEqual(late, []);
  answer("hf_late");
  await new Promise((resolve) => setImmediate(resolve));
  deepStrictEqual(late, ["hf_late"]);
});
