// tidy's own tests. Each rule is given samples that it must notice, and samples that it must let pass: a rule that
// notices nothing is worse than none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sourceFile } from "../../tools/tidy/files.js";
import { tidy } from "../../tools/tidy/main.js";
import { RULES } from "../../tools/tidy/rules.js";
import { SAMPLES } from "./tidy-samples.js";

const ruleNamed = (name) => RULES.find((rule) => rule.name === name);

/** @param {Record<string, string>} tree path -> text */
const findings = (rule, tree) => [
  ...rule.check(Object.entries(tree).map(([path, text]) => sourceFile(path, text)), { root: "." }),
];

for (const [name, { bad, good }] of Object.entries(SAMPLES)) {
  for (const [index, tree] of bad.entries()) {
    test(`${name} notices sample ${index + 1}`, () => {
      const found = findings(ruleNamed(name), tree);
      assert.ok(found.length > 0, `nothing found in ${JSON.stringify(tree)}`);
      for (const { path, line, message } of found) {
        assert.ok(path in tree && line >= 1 && message.length > 0, JSON.stringify({ path, line, message }));
      }
    });
  }
  test(`${name} lets good files pass`, () => {
    for (const tree of good) assert.deepEqual(findings(ruleNamed(name), tree), [], JSON.stringify(tree));
  });
}

test("every rule has samples", () => {
  // clang-format reads files, not texts; it has the test below.
  const names = RULES.map((rule) => rule.name).filter((name) => name !== "clang-format");
  assert.deepEqual(Object.keys(SAMPLES).sort(), names.sort());
});

function withCheckout(files, body) {
  const root = mkdtempSync(join(tmpdir(), "hubstash-tidy-"));
  try {
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
    body(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const FORMAT = { ".clang-format": "BasedOnStyle: Google\n" };

test("clang-format notices a file that is set otherwise, and --fix sets it", () => {
  withCheckout({ ...FORMAT, "a.h": "#pragma once\nint   f( );\n" }, (root) => {
    const printed = [];
    const run = (fix) => tidy({ root, fix, print: (line) => printed.push(line) });
    assert.deepEqual(run(false), { passed: RULES.length - 1, failed: 1 });
    assert.match(printed[0], /^a\.h:2: clang-format: is not formatted/);
    run(true);
    assert.deepEqual(run(false), { passed: RULES.length, failed: 0 });
  });
});

test("untracked files are looked at, ignored and binary ones are not", () => {
  withCheckout({ ".gitignore": "ignored.js\n", "ignored.js": "\t\n", "new.js": "\t\n", "b.js": "\t\0\n" }, (root) => {
    const printed = [];
    tidy({ root, print: (line) => printed.push(line) });
    assert.deepEqual(printed.filter((line) => line.includes("has a tab")), ["new.js:1: whitespace: has a tab"]);
  });
});
