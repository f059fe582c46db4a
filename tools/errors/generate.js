#!/usr/bin/env node
// Writes what derives from the table of errors, include/hubstash/errors.def: web/src/error-codes.js and docs/ERRORS.md.
//
//   node tools/errors/generate.js           writes both
//   node tools/errors/generate.js --check   exits with 1 when one of them is stale
import { readFileSync, writeFileSync } from "node:fs";
import { errorsMarkdown, errorsModule } from "./outputs.js";
import { parseErrors } from "./parse.js";

const SOURCE = "include/hubstash/errors.def";
const OUTPUTS = [
  { path: "web/src/error-codes.js", render: errorsModule },
  { path: "docs/ERRORS.md", render: errorsMarkdown },
];

/** @param {URL} root */
function run(root, check) {
  const errors = parseErrors(readFileSync(new URL(SOURCE, root), "utf8"));
  let stale = 0;
  for (const { path, render } of OUTPUTS) {
    const wanted = render(errors);
    if (readIfThere(new URL(path, root)) === wanted) continue;
    stale += 1;
    if (check) console.error(`${path} is stale; run: node tools/errors/generate.js`);
    else writeFileSync(new URL(path, root), wanted);
  }
  return check && stale > 0 ? 1 : 0;
}

/** @param {URL} url */
function readIfThere(url) {
  try {
    return readFileSync(url, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

const unknown = process.argv.slice(2).filter((argument) => argument !== "--check");
if (unknown.length > 0) {
  console.error(`unknown argument ${unknown[0]}; usage: node tools/errors/generate.js [--check]`);
  process.exitCode = 2;
} else {
  process.exitCode = run(new URL("../../", import.meta.url), process.argv.includes("--check"));
}
