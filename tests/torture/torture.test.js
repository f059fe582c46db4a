// Goal: nothing that was acknowledged is lost by two browsers with three tabs each while browsers, tabs and the Hub
// are killed and fail at random; a minute of it. `npm run torture` does the same for longer.
import { deepStrictEqual } from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { repository } from "../browser/harness/emscripten.js";
import { Torture } from "./torture.js";

const SECONDS = 50;

test("both profiles and the dataset hold exactly what was acknowledged", { timeout: 300_000 }, async (t) => {
  const seed = Date.now() % 1_000_000;
  const folder = path.join(repository, "build/torture", String(seed));
  const { failures, report } = await new Torture({ seed, seconds: SECONDS, folder }).run();
  for (const line of report.split("\n")) t.diagnostic(line);
  const again = `npm run torture -- --seed ${seed} --seconds ${SECONDS}; journal: ${folder}/journal.jsonl`;
  deepStrictEqual(failures, [], again);
});
