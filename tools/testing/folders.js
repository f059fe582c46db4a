// Where tests for Node stand. tools/test.js runs every *.test.js under these; tools/tidy sees to it that there is
// none elsewhere.
export const NODE_TEST_FOLDERS = [
  "tests/tools", "tests/web", "tests/sim", "tests/hub", "tests/browser", "tests/torture", "tests/bench",
  "tests/engines",
];
