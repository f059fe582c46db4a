// Tests that exist but are not run: worth nothing, and worse, trusted.
import { isJs, under } from "../files.js";
import { NODE_TEST_FOLDERS } from "../../testing/folders.js";

const UNIT = "tests/unit/";
const LIST = "tests/unit/tests.cmake";

export const registeredUnitTests = {
  name: "registered-unit-tests",
  about: `every C++ file of tests/unit is listed in ${LIST}, and every listed one exists`,
  *check(files) {
    const list = files.find((file) => file.path === LIST);
    const listed = new Map();
    for (const [index, line] of (list?.lines ?? []).entries()) {
      for (const [name] of line.replace(/#.*/, "").matchAll(/[\w./-]+\.cpp/g)) listed.set(name, index + 1);
    }
    const present = files
      .map((file) => file.path)
      .filter((path) => path.startsWith(UNIT) && path.endsWith(".cpp") && path !== `${UNIT}main.cpp`)
      .map((path) => path.slice(UNIT.length));
    for (const name of present) {
      if (!listed.has(name)) yield { path: UNIT + name, line: 1, message: `never runs, as ${LIST} does not list it` };
    }
    for (const [name, line] of listed) {
      if (!present.includes(name)) yield { path: LIST, line, message: `lists ${name}, which does not exist` };
    }
  },
};

export const registeredNodeTests = {
  name: "registered-node-tests",
  about: "every test for Node is named *.test.js and stands in a folder that tools/test.js runs",
  *check(files) {
    for (const { path, text } of files.filter(isJs)) {
      const named = path.endsWith(".test.js");
      // Helpers may take hooks and `assert`-like things from node:test; what defines tests calls one of these.
      const defines = /from ["']node:test["']/.test(text) && /^(await )?(test|it|describe|suite)\(/m.test(text);
      if ((named || defines) && !under(path, ...NODE_TEST_FOLDERS)) {
        yield { path, line: 1, message: `is in no folder that tools/test.js runs (${NODE_TEST_FOLDERS.join(", ")})` };
      } else if (defines && !named) {
        yield { path, line: 1, message: "has tests but is not named *.test.js, so it never runs" };
      } else if (named && !defines && !/from ["']node:test["']/.test(text)) {
        yield { path, line: 1, message: "is named like a test but imports nothing from node:test" };
      }
    }
  },
};
