// All rules of tidy. A rule has a name, a sentence about it, and check(files, {root, fix}), which yields
// {path, line, message}; each has tests of its own in tests/tools/tidy.test.js.
import { banned, commentedCode } from "./rules/banned.js";
import { clangFormat } from "./rules/format.js";
import { confinedHeaders, includeArrows, pragmaOnce } from "./rules/includes.js";
import { oneTitle } from "./rules/markdown.js";
import { registeredNodeTests, registeredUnitTests } from "./rules/tests.js";
import { fileLength, lineLength, whitespace } from "./rules/text.js";

export const RULES = [
  whitespace,
  lineLength,
  fileLength,
  pragmaOnce,
  includeArrows,
  confinedHeaders,
  banned,
  commentedCode,
  registeredUnitTests,
  registeredNodeTests,
  oneTitle,
  clangFormat,
];
