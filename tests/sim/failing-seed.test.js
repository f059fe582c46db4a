// A seed that fails prints itself, its trace and one command, which replays it. It fails by a planted bug.
import { match, ok, strictEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const simulator = fileURLToPath(new URL("../../tools/sim.js", import.meta.url));

/** @param {string[]} options @returns {Promise<{ code: number, text: string }>} */
const sim = (options) =>
  new Promise((resolve) => {
    const told = { maxBuffer: 1 << 28 };
    execFile(process.execPath, [simulator, ...options], told, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
    });
  });

test("a failing seed is told with its trace, and its command replays it", async () => {
  const first = await sim(["--plant", "1", "--first-seed", "1", "--seeds", "20"]);
  strictEqual(first.code, 1);
  const [, seed, what] = /^seed (\d+) fails: (.+)$/m.exec(first.text);
  const [, options] = /^The whole story: npm run sim -- (.+)$/m.exec(first.text);
  const story = first.text.slice(first.text.indexOf(what) + what.length, first.text.indexOf("The whole story"));
  const told = story.split("\n").filter((line) => /^ *\d+ /.test(line));
  ok(told.length >= 20, `the trace has ${told.length} lines`);

  const again = await sim(options.split(" "));
  strictEqual(again.code, 1);
  ok(again.text.length > story.length, "the whole trace is longer than its end");
  for (const line of told) ok(again.text.includes(line), `not in the replay: ${line}`);
  match(again.text, new RegExp(`"seed":"${seed}"`));
  ok(again.text.includes(JSON.stringify(what)), "it fails by the same");
});

test("a planted bug that there is not is refused, with those that there are", async () => {
  const { code, text } = await sim(["--plant", "99", "--first-seed", "1", "--seeds", "1"]);
  strictEqual(code, 1);
  match(text, /^sim: --plant 99: there are 1 to 11 /m);
});
