// Goal: a document that the engine writes (the merge of two versions) has the very text that a save of it has. The
// engine's own test reads the same two files: tests/unit/base/json_slices_test.cpp.
import { strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { documentText } from "../../web/src/json.js";

const read = (name) => readFileSync(new URL(`../support/documents/${name}`, import.meta.url), "utf8");

test("a document spelled by hand is saved as the sample says", () => {
  strictEqual(documentText(JSON.parse(read("by-hand.json")), "The document").text, read("by-hand.saved.json"));
});
