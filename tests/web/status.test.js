// Goal: the status tells partitioned storage from shared storage as far as host names allow, and events keep their
// order.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { StatusReader, isPartitioned } from "../../web/src/status.js";

/** A window at `origin` within frames of `ancestors`; without a list, as in a browser that does not tell them. */
function scope(origin, ancestors, topIsReadable = false) {
  const window = {};
  const top =
    ancestors?.length === 0
      ? window
      : {
          get location() {
            if (!topIsReadable) throw new Error("SecurityError");
            return { href: origin };
          },
        };
  return Object.assign(window, {
    window,
    top,
    location: { origin, ...(topIsReadable === undefined ? {} : { ancestorOrigins: ancestors }) },
  });
}

const CASES = [
  ["the top page", scope("https://a.example", []), false],
  ["in a page of its own origin", scope("https://a.example", ["https://a.example"]), false],
  ["in a page of its subdomain", scope("https://a.example", ["https://www.a.example"]), false],
  ["a Space in huggingface.co", scope("https://alice-app.static.hf.space", ["https://huggingface.co"]), true],
  ["a Space in a Space", scope("https://a-x.static.hf.space", ["https://b-y.static.hf.space"]), true],
  ["its own origin around another site", scope("https://a.example", ["https://b.example", "https://a.example"]), true],
  ["another scheme", scope("https://a.example", ["http://a.example"]), true],
  ["a sandboxed ancestor", scope("https://a.example", ["null"]), true],
  ["ancestors unknown, top not readable", scope("https://a.example", undefined), true],
  ["ancestors unknown, top readable", scope("https://a.example", undefined, true), false],
  ["no window", {}, false],
];

for (const [name, window, expected] of CASES)
  test(`${name}: ${expected}`, () => strictEqual(isPartitioned(window), expected));

test("a status keeps the engine's members, without its figures for metrics(), and adds the browser's", async () => {
  const figures = { network: { requests: 1 }, cache: { hits: 1 }, compression: { rawBytes: 1 } };
  const status = await new StatusReader().complete({ phase: "idle", pending: 0, ...figures });
  deepStrictEqual(status, {
    phase: "idle",
    pending: 0,
    persisted: false,
    usage: { usedBytes: 0, quotaBytes: 0 },
    partitioned: false,
  });
});

test("statuses come out in the order in which they went in", async () => {
  const reader = new StatusReader();
  const order = [];
  await Promise.all(
    [1, 2, 3].map((pending) => reader.completeSoon({ pending }).then((status) => order.push(status.pending))),
  );
  deepStrictEqual(order, [1, 2, 3]);
});
