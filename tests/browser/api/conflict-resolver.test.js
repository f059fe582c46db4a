// Goal: the app's own function decides, whatever it returns, also late or never; and its mistakes lose nothing.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { diverge, load, save, share, sync, twoDevices, view } from "./two-devices.js";

let devices, here, there;
before(async () => {
  devices = await twoDevices();
  ({ here, there } = devices);
  await devices.reopen(here, { asks: true });
});
after(() => devices?.close());

const BASE = { n: 1, name: "old" };
const OURS = { n: 2, name: "ours" };
const THEIRS = { n: 3, name: "theirs" };

/** Ours and theirs, differing from what both had, wait for the next sync here. */
async function meet(id, ours = OURS, theirs = THEIRS) {
  await share(devices, { id, ...BASE });
  await diverge(devices, id, ours && { id, ...ours }, theirs && { id, ...theirs });
}

/** The page's `decide` from now on; the function runs there. */
const decides = (decide) => here.evaluate(`globalThis.decide = ${decide}; globalThis.questions.length = 0;`);

for (const [name, decide, outcome, content, copy] of [
  ["local", () => "local", "local", OURS, ["remote", THEIRS]],
  ["remote", async () => "remote", "remote", THEIRS, ["local", OURS]],
  ["keep-both", () => "keep-both", "kept-both", THEIRS, ["local", OURS]],
  ["null", () => null, "resolver", null, null],
  ["a document", ({ local, remote }) => ({ ...remote, name: local.name, both: true }), "resolver",
    { n: 3, name: "ours", both: true }, null],
]) {
  test(`the resolver returns ${name}`, async () => {
    const id = `r-${name.replace(" ", "")}`;
    await meet(id);
    await decides(decide);
    const { conflicts, events } = await sync(here);
    strictEqual(conflicts, 1);
    deepStrictEqual(events.map((event) => [event.type, event.id, event.outcome]), [["conflict", id, outcome]]);
    const [question] = await here.evaluate(() => questions);
    deepStrictEqual(question, {
      collection: "projects",
      id,
      base: { id, ...BASE },
      local: { id, ...OURS },
      remote: { id, ...THEIRS },
    });
    for (const where of [here, there]) {
      const seen = await view(where, id);
      deepStrictEqual(seen.content, content && { id, ...content });
      deepStrictEqual(
        seen.copies.map(({ side, content: other }) => [side, other]),
        copy ? [[copy[0], { id, ...copy[1] }]] : [],
      );
    }
  });
}

for (const [name, decide, message] of [
  ["throws", () => { throw new Error("no idea"); }],
  ["rejects late", () => new Promise((_, reject) => setTimeout(reject, 50, new Error("no idea")))],
  ["returns nothing", () => undefined],
  ["returns another's document", () => ({ id: "somebody else's" })],
  ["returns what JSON cannot say", ({ local }) => ({ ...local, at: new Date(0) })],
]) {
  test(`the resolver ${name}: INVALID_ARGUMENT as an event, both versions kept`, async () => {
    const id = `w-${name.replaceAll(/\W/g, "")}`;
    await meet(id);
    await decides(decide);
    const { events } = await sync(here);
    deepStrictEqual(events.map(({ type, code, outcome }) => [type, code ?? outcome]), [
      ["error", "INVALID_ARGUMENT"],
      ["conflict", "kept-both"],
    ]);
    const { content, state, copies } = await view(there, id);
    deepStrictEqual([content, state], [{ id, ...THEIRS }, "conflict"]);
    deepStrictEqual(copies.map((copy) => copy.content), [{ id, ...OURS }]);
  });
}

test("between an edit and a deletion the resolver may choose the deletion; the edit is a copy then", async () => {
  for (const [id, ours, theirs, decide, left, copy] of [
    ["e1", OURS, null, () => "remote", null, OURS],
    ["e2", OURS, null, () => "local", OURS],
    ["e3", null, THEIRS, () => "local", null, THEIRS],
    ["e4", null, THEIRS, () => "remote", THEIRS],
    ["e5", null, THEIRS, () => "keep-both", THEIRS],
    ["e6", null, THEIRS, ({ remote }) => ({ ...remote, n: 9 }), { ...THEIRS, n: 9 }],
    ["e7", OURS, null, () => null, null],
  ]) {
    await meet(id, ours, theirs);
    await decides(decide);
    strictEqual((await sync(here)).conflicts, 1, id);
    const [question] = await here.evaluate(() => questions);
    deepStrictEqual([question.local, question.remote], [ours && { id, ...ours }, theirs && { id, ...theirs }], id);
    for (const where of [here, there]) {
      const { content, copies } = await view(where, id);
      const others = copies.map((other) => other.content);
      deepStrictEqual([content, others], [left && { id, ...left }, copy ? [{ id, ...copy }] : []], id);
    }
  }
});

test("other calls go on while the resolver thinks; what was saved meanwhile is not lost", async () => {
  await meet("slow");
  await decides(() => new Promise((resolve) => (globalThis.answer = resolve)));
  const { during } = await here.evaluate(async () => {
    globalThis.syncing = store.sync();
    await until(() => globalThis.answer);
    await store.projects.save({ id: "other", n: 1 });
    await store.projects.save({ id: "slow", n: 50, name: "saved while it thought" });
    return { during: await store.projects.load("slow") };
  });
  strictEqual(during.n, 50);
  // It is asked again, about the version that it has not seen.
  await here.evaluate(async () => {
    globalThis.decide = ({ local, remote }) => ({ ...remote, n: local.n });
    globalThis.answer("local");
    await outcome(globalThis.syncing);
    await store.sync();
  });
  for (const where of [here, there]) {
    const { content, copies } = await view(where, "slow");
    ok(content.n === 50 || copies.some((copy) => copy.content.n === 50), JSON.stringify([content, copies]));
  }
  deepStrictEqual(await load(there, "other"), { id: "other", n: 1 });
});

test("a page that is closed before the resolver answers has decided nothing; the next one is asked again", async () => {
  await meet("gone");
  await decides(() => new Promise((resolve) => (globalThis.answer = resolve)));
  await here.evaluate(async () => {
    globalThis.answer = null;
    globalThis.syncing = outcome(store.sync());
    await until(() => globalThis.answer);
  });
  await here.crash();
  await devices.reopen(here, { asks: true });
  deepStrictEqual(await load(here, "gone"), { id: "gone", ...OURS });
  await decides(({ local, remote }) => ({ ...local, n: local.n + remote.n }));
  strictEqual((await sync(here)).conflicts, 1);
  deepStrictEqual((await view(there, "gone")).content, { id: "gone", n: 5, name: "ours" });
});

test("close() does not wait for a resolver", async () => {
  await meet("closing");
  await decides(() => new Promise((resolve) => (globalThis.answer = resolve)));
  const code = await here.evaluate(async () => {
    globalThis.answer = null;
    const syncing = outcome(store.sync());
    await until(() => globalThis.answer);
    await store.close();
    globalThis.answer("local");
    return (await syncing).code;
  });
  strictEqual(code, "CLOSED");
  await devices.reopen(here);
  strictEqual((await sync(here)).events[0].outcome, "kept-both");
});
