#!/usr/bin/env node
// The style that a machine can check, so that no review has to. `npm run tidy`, and first of all in `npm test`.
// Prints one line for each finding, `path:line: rule: message`. `--fix` lets clang-format rewrite the C++ files.
import { fileURLToPath } from "node:url";
import { listFiles } from "./files.js";
import { RULES } from "./rules.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs all rules. Returns the number of rules that passed and that failed. */
export function tidy({ root = ROOT, fix = false, print = console.log } = {}) {
  const files = listFiles(root);
  let failed = 0;
  for (const rule of RULES) {
    const findings = [...rule.check(files, { root, fix })];
    for (const { path, line, message } of findings) print(`${path}:${line}: ${rule.name}: ${message}`);
    if (findings.length > 0) failed += 1;
  }
  print(`tidy: ${files.length} files, ${RULES.length} rules, ${failed} broken`);
  return { passed: RULES.length - failed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = tidy({ fix: process.argv.includes("--fix") }).failed > 0 ? 1 : 0;
}
