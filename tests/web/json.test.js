// Goal: what is saved is what is read, and what JSON would lose is refused with the place where it stands.
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { MAX_DEPTH, documentText } from "../../web/src/json.js";

/** A small generator of pseudo-random numbers, so that a failing document can be made again from its seed. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const STRINGS = [
  "",
  "a",
  "é",
  "漢字",
  "😀",
  "\u2028",
  '"\\\n\t\0',
  "\ud800",
  "__proto__",
  "constructor",
  "0",
  "10",
  "toString",
];
const NUMBERS = [0, 1, -1, 0.1, 1e21, 1e-7, 5e-324, 2 ** 53, Number.MAX_VALUE, -123456.789];

function randomValue(random, depth) {
  const choice = random(depth > 4 ? 5 : 8);
  if (choice === 0) return null;
  if (choice === 1) return random(2) === 0;
  if (choice === 2) return NUMBERS[random(NUMBERS.length)];
  if (choice <= 4) return STRINGS[random(STRINGS.length)];
  if (choice === 5) return Array.from({ length: random(5) }, () => randomValue(random, depth + 1));
  return randomObject(random, depth);
}

function randomObject(random, depth) {
  const object = {};
  for (let i = random(6); i > 0; i--) {
    const key = STRINGS[random(STRINGS.length)];
    // A plain assignment of "__proto__" would set the prototype instead of a property.
    Object.defineProperty(object, key, {
      value: randomValue(random, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

test("random documents are read back as they were", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const document = { ...randomObject(randomFrom(seed), 0), id: "x" };
    const { id, text } = documentText(document, "The document");
    strictEqual(id, "x");
    deepStrictEqual(JSON.parse(text), document, `seed ${seed}`);
    strictEqual(JSON.stringify(JSON.parse(text)), JSON.stringify(document), `order of the members, seed ${seed}`);
  }
});

test("a member a line, an element of a list a line, the rest compact", () => {
  const document = {
    id: "p",
    name: "Thesis",
    strokes: [{ x: [1, 2] }, 7, "a"],
    none: [],
    view: { zoom: 1, at: [0, 1] },
  };
  strictEqual(
    documentText(document, "").text,
    `{
  "id": "p",
  "name": "Thesis",
  "strokes": [
    {"x":[1,2]},
    7,
    "a"
  ],
  "none": [],
  "view": {"zoom":1,"at":[0,1]}
}
`,
  );
});

test("undefined members are left out, -0 becomes 0", () => {
  const { text } = documentText({ id: "p", gone: undefined, deep: { gone: undefined, zero: -0 }, list: [-0] }, "");
  deepStrictEqual(JSON.parse(text), { id: "p", deep: { zero: 0 }, list: [0] });
});

test("plain objects of another frame and without a prototype are plain", () => {
  const document = vm.runInNewContext('({ id: "p", inner: { list: [1] } })');
  deepStrictEqual(JSON.parse(documentText(document, "").text), { id: "p", inner: { list: [1] } });
  strictEqual(documentText(Object.assign(Object.create(null), { id: "p" }), "").text, '{\n  "id": "p"\n}\n');
});

test("the same object at two places is no cycle", () => {
  const shared = { a: 1 };
  deepStrictEqual(JSON.parse(documentText({ id: "p", x: shared, y: shared }, "").text), {
    id: "p",
    x: shared,
    y: shared,
  });
});

const cycle = { id: "p", inner: { list: [] } };
cycle.inner.list.push(cycle.inner);
const sparse = [1];
sparse[2] = 3;
let deep = 0;
for (let i = 1; i < MAX_DEPTH; i++) deep = [deep];
let tooDeep = deep;
for (let i = 0; i < 2; i++) tooDeep = [tooDeep];

const REFUSED = [
  ["null", null, /must be a plain object/],
  ["undefined", undefined, /must be a plain object/],
  ["an array", [], /must be a plain object/],
  ["a text", "{}", /must be a plain object/],
  [
    "a class instance",
    new (class Project {
      id = "p";
    })(),
    /must be a plain object/,
  ],
  ["no id", { name: "x" }, /needs an "id" that is a string; it is missing/],
  ["a number as id", { id: 7 }, /it is of type number/],
  ["null as id", { id: null }, /it is null/],
  ["NaN", { id: "p", a: { b: [0, NaN] } }, /\$\.a\.b\[1\] is NaN/],
  ["Infinity", { id: "p", a: -Infinity }, /\$\.a is -Infinity/],
  ["a BigInt", { id: "p", a: 1n }, /\$\.a is a bigint/],
  ["a function", { id: "p", a() {} }, /\$\.a is a function/],
  ["a symbol", { id: "p", a: Symbol("s") }, /\$\.a is a symbol/],
  ["a symbol as key", { id: "p", a: { [Symbol("s")]: 1 } }, /\$\.a has the key Symbol\(s\)/],
  ["undefined in an array", { id: "p", a: [1, undefined] }, /\$\.a\[1\] is undefined/],
  ["a sparse array", { id: "p", a: sparse }, /\$\.a\[1\] is missing/],
  ["a cycle", cycle, /contains itself/],
  ["a Date", { id: "p", "when made": new Date() }, /\$\["when made"\] is a Date/],
  ["a Map", { id: "p", a: new Map() }, /\$\.a is a Map/],
  ["a typed array", { id: "p", a: new Uint8Array(1) }, /\$\.a is a Uint8Array/],
  ["a boxed text", { id: "p", a: new String("x") }, /\$\.a is a String/],
  ["toJSON", { id: "p", a: { toJSON: () => 1 } }, /\$\.a has a toJSON function/],
  ["too deep", { id: "p", a: tooDeep }, /nests deeper than 200 levels/],
  [
    "a getter that throws",
    {
      id: "p",
      get a() {
        throw new Error("no");
      },
    },
    /cannot be read: no/,
  ],
];

for (const [name, document, message] of REFUSED) {
  test(`refused: ${name}`, () => {
    throws(() => documentText(document, "The document"), { name: "StoreError", code: "INVALID_ARGUMENT", message });
  });
}

test("the deepest nesting that is allowed is stored", () => {
  deepStrictEqual(JSON.parse(documentText({ id: "p", a: deep }, "").text).a, deep);
});
