// What the tools share: running commands, and keeping two builds out of one folder.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { exec } from "../../tools/lib/exec.js";
import { withLock } from "../../tools/lib/lock.js";

const folder = mkdtempSync(join(tmpdir(), "hubstash-lib-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a command's output and outcome", async () => {
  const run = (script, options) => exec(process.execPath, ["-e", script], { show: false, ...options });
  assert.deepEqual(await run("console.log(process.env.HS_X)", { env: { HS_X: "y" } }), {
    ok: true,
    output: "y\n",
    timedOut: false,
  });
  assert.equal((await run("process.exit(3)")).ok, false);
  const hung = await run("setInterval(() => {}, 1000)", { timeoutMs: 200 });
  assert.deepEqual([hung.ok, hung.timedOut], [false, true]);
  await assert.rejects(exec(join(folder, "no-such-command"), [], { show: false }), { code: "ENOENT" });
});

test("one holder of a lock at a time, in order of arrival or not", async () => {
  const path = join(folder, "a/lock");
  let inside = 0;
  let waited = 0;
  const work = async () => {
    inside += 1;
    assert.equal(inside, 1);
    await sleep(20);
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, work, () => (waited += 1))));
  assert.equal(waited, 2);
  assert.equal(existsSync(path), false);
  await assert.rejects(withLock(path, () => Promise.reject(new Error("no"))), /no/);
  assert.equal(existsSync(path), false, "released after a failure too");
});

test("the lock of a dead process is taken over, that of a living one is waited for", async () => {
  const path = join(folder, "b.lock");
  writeFileSync(path, String(spawnSync(process.execPath, ["-e", ""]).pid));
  assert.equal(await withLock(path, async () => "mine"), "mine");

  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeFileSync(path, String(other.pid));
  let done = false;
  const mine = withLock(path, async () => (done = true));
  await sleep(300);
  assert.equal(done, false);
  other.kill();
  await mine;
  assert.equal(done, true);
});
