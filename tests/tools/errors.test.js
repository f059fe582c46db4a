// The table of errors and what derives from it: both must say the same, or apps would read about other codes than
// they get.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { errorsMarkdown, errorsModule } from "../../tools/errors/outputs.js";
import { parseErrors } from "../../tools/errors/parse.js";
import { ERROR_CODES } from "../../web/src/error-codes.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const table = readFileSync(join(root, "include/hubstash/errors.def"), "utf8");
const scratch = mkdtempSync(join(tmpdir(), "hubstash-errors-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the generator of the tree under `folder`. */
function generate(folder, ...options) {
  return spawnSync(process.execPath, [join(folder, "tools/errors/generate.js"), ...options], { encoding: "utf8" });
}

/** A copy of what the generator reads and writes, to be spoilt. */
function copyTree(name) {
  const folder = join(scratch, name);
  for (const path of ["tools/errors", "include/hubstash/errors.def", "web/src/error-codes.js", "docs/ERRORS.md"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  return folder;
}

test("the committed files are what the table yields", () => {
  const { status, stderr } = generate(root, "--check");
  assert.equal(stderr, "");
  assert.equal(status, 0);
});

test("the module has every code of the table, in its order, and cannot be changed", () => {
  const rows = parseErrors(table);
  assert.deepEqual(Object.keys(ERROR_CODES), rows.map((row) => row.name));
  for (const { name, retry, sentence } of rows) assert.deepEqual(ERROR_CODES[name], { retry, sentence });
  assert.equal(Object.isFrozen(ERROR_CODES), true);
});

test("the declared types name the same codes", () => {
  const types = readFileSync(join(root, "web/src/types.d.ts"), "utf8");
  const union = /export type ErrorCode =([^;]*);/.exec(types)?.[1] ?? "";
  const declared = [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]);
  assert.deepEqual(declared.sort(), Object.keys(ERROR_CODES).sort());
});

test("a stale file fails the check, which changes nothing; writing repairs it", () => {
  const folder = copyTree("stale");
  const path = join(folder, "docs/ERRORS.md");
  writeFileSync(path, "old");
  const check = generate(folder, "--check");
  assert.equal(check.status, 1);
  assert.match(check.stderr, /docs\/ERRORS\.md is stale/);
  assert.doesNotMatch(check.stderr, /error-codes/);
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.equal(generate(folder).status, 0);
  assert.equal(generate(folder, "--check").status, 0);
});

test("a missing file is stale too, and an unknown argument is refused", () => {
  const folder = copyTree("missing");
  rmSync(join(folder, "web/src/error-codes.js"));
  assert.equal(generate(folder, "--check").status, 1);
  assert.equal(generate(folder, "--chekc").status, 2);
});

test("rows that the generator does not understand are refused, not skipped", () => {
  const good = 'HS_ERROR(A, 1, kNever, "One.")\n';
  assert.deepEqual(parseErrors(`// note\n\n${good}`), [{ name: "A", number: 1, retry: "never", sentence: "One." }]);
  const bad = [
    "",
    "HS_ERROR(A, 1, kNever)",
    'HS_ERROR(a, 1, kNever, "One.")',
    'HS_ERROR(A, x, kNever, "One.")',
    'HS_ERROR(A, 1, kMaybe, "One.")',
    'HS_ERROR(A, 1, kNever, "One \\"two\\".")',
    `${good}HS_ERROR(A, 2, kNever, "Two.")`,
    `${good}HS_ERROR(B, 1, kNever, "Two.")`,
    `${good}#include "more.def"`,
  ];
  for (const text of bad) assert.throws(() => parseErrors(text), /errors\.def/, text);
});

test("sentences survive as they are: long ones, quotes' kin and table bars", () => {
  const sentence = `It's ${"very ".repeat(60)}long | and has a bar.`;
  const row = { name: "A", number: 1, retry: "never", sentence };
  const module = errorsModule([row]).replace("export const ERROR_CODES", "result");
  const evaluated = /Object\.freeze\(([\s\S]*)\);/.exec(module)[1];
  const joined = [...evaluated.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`));
  assert.equal(joined.slice(1).join(""), sentence);
  for (const line of errorsModule([row]).split("\n")) assert.ok(line.length <= 120, line);
  assert.match(errorsMarkdown([row]), /long \\\| and has a bar/);
});
