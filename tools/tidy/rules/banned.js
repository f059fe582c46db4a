// Words and calls that do not belong in the tree, one row each.
import { isCode, isCpp, isJs, isMarkdown, under } from "../files.js";

const isEngine = (file) => isCpp(file) && under(file.path, "wasm/base", "wasm/store", "wasm/hub", "wasm/sync");
const isPage = (file) => under(file.path, "web");
const isShipped = (file) => isJs(file) && under(file.path, "web/src");

// Put together, so that a search for leftovers does not find this table.
const LEFTOVERS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|");

const ROWS = [
  {
    pattern: new RegExp(`\\b(${LEFTOVERS})\\b`),
    files: (file) => isCode(file) || isMarkdown(file),
    message: "do it now or open an issue",
  },
  {
    pattern: /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b/,
    files: isPage,
    message: "use textContent",
  },
  { pattern: /\beval\(|\bnew Function\(/, files: isPage, message: "a strict Content-Security-Policy forbids it" },
  { pattern: /\bconsole\.log\b/, files: isShipped, message: "a library does not write to the app's console" },
  { pattern: /\bMath\.random\b/, files: isShipped, message: "use crypto.getRandomValues" },
  { pattern: /\bdebugger;/, files: isJs, message: "left from debugging" },
  { pattern: /\busing namespace std\b/, files: isCpp, message: "name what is used" },
  { pattern: /\b(it|test|describe|suite)\.(only|skip|todo)\(/, files: isJs, message: "a test is switched off" },
  {
    pattern: /\b(only|skip|todo): ?(true|["'`])/,
    files: (file) => isJs(file) && file.path.endsWith(".test.js"),
    message: "a test is switched off",
  },
  { pattern: /TEST_CASE\(.*"[^"]*\[(\.|!mayfail|!shouldfail)/, files: isCpp, message: "a test is switched off" },
  {
    pattern: /\b__EMSCRIPTEN__\b/,
    files: (file) => isCpp(file) && !under(file.path, "wasm/browser"),
    message: "only wasm/browser knows where it runs",
  },
  {
    pattern: /\bstd::(rand|random_device|mt19937\w*|regex|cout|cerr|thread|mutex|chrono::\w+_clock|[fio]+fstream)\b/,
    files: isEngine,
    message: "the engine has no clock, no I/O, no threads and no entropy of its own",
  },
  {
    pattern: /(?<![\w.:>])(std::)?(time|clock|rand|printf|fopen|getenv)\(/,
    files: isEngine,
    message: "the engine has no clock, no I/O, no threads and no entropy of its own",
  },
  {
    pattern: /\b(throw|catch|dynamic_cast|typeid)\b(?= *[(<\w"'])/,
    files: isEngine,
    code: true,
    message: "the module has neither exceptions nor RTTI",
  },
];

/** The line without its comment and strings, roughly: enough to tell a keyword from a word. */
const codeOf = (line) => line.replace(/"(\\.|[^"\\])*"/g, '""').replace(/\/\/.*$/, "").replace(/^\s*\*.*$/, "");

export const banned = {
  name: "banned",
  about: "leftovers, switched-off tests, and calls that have no place where they stand",
  *check(files) {
    for (const row of ROWS) {
      for (const file of files.filter(row.files)) {
        for (const [index, line] of file.lines.entries()) {
          const [found] = row.pattern.exec(row.code ? codeOf(line) : line) ?? [];
          if (found) yield { path: file.path, line: index + 1, message: `${found.trim()}: ${row.message}` };
        }
      }
    }
  },
};

// A comment that reads as a statement: a call, an assignment or a return, up to its semicolon. Examples for the reader
// are indented in their comment, or stand in `///` and `/** */`; this does not look at those.
const STATEMENT = new RegExp(
  "^\\s*// ?(" +
    [
      "return\\b.*;",
      "(const|let|var|auto|if|for|while)\\b.*[;{]",
      "[\\w.:>\\[\\]-]+(\\(.*\\)|\\s*[-+]?=\\s*.+);",
      "}( else.*)?",
    ].join("|") +
    ")\\s*$",
);

export const commentedCode = {
  name: "commented-code",
  about: "no code in comments: git remembers it",
  *check(files) {
    for (const { path, lines } of files.filter((file) => isCpp(file) || isJs(file))) {
      for (const [index, line] of lines.entries()) {
        if (STATEMENT.test(line)) yield { path, line: index + 1, message: "looks like code that was commented out" };
      }
    }
  },
};
