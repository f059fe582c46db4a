// `npm start -- --once` as it is called: the table, the words, the exit code; and that it refuses what it cannot do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { exec } from "../../tools/lib/exec.js";
import { ROOT } from "../../tools/lib/toolchain.js";
import { findPdf } from "../../tools/start/find-pdf.js";

const start = (...args) =>
  exec(process.execPath, ["tools/start.js", ...args], { cwd: ROOT, show: false, timeoutMs: 300_000 });

test("--once prints the table and the recommendation and ends with 0", async () => {
  const { ok, output } = await start("--once", "--rounds", "2");
  assert.ok(ok, output);
  for (const what of ["Write PDF", "Read PDF", "Write project", "Read project"]) {
    for (const where of ["IndexedDB", "HF dataset"]) {
      const [time, verdict] = ["[\\d.]+ m?s", "(good|borderline|slow)"];
      assert.match(output, new RegExp(`^${what} +[\\d.]+ [kM]B +${where} +${time} +${time} +2 +${verdict}`, "m"));
    }
  }
  assert.match(output, /Bytes verified: all 12 reads/);
  assert.match(output, /^Recommendation: /m);
  assert.match(output, /await openStore\(\{/);
  assert.match(output, /Measuring with (\/|the built-in sample)/);
});

test("a run that fails ends with another code", async () => {
  const { ok, output } = await start("--once", "--pdf", "README-that-is-missing.pdf");
  assert.equal(ok, false);
  assert.match(output, /The headless run failed: .*README-that-is-missing\.pdf/);
});

test("arguments that make no sense are named", async () => {
  for (const args of [["--port", "x"], ["--rounds", "0"], ["--rounds", "99"], ["--onc"]]) {
    const { ok, output } = await start(...args);
    assert.equal(ok, false);
    assert.match(output, new RegExp(`${args[0]}`));
  }
});

test("it goes on serving after the table, and Ctrl-C ends it", async () => {
  const child = spawn(process.execPath, ["tools/start.js", "--rounds", "1"], { cwd: ROOT });
  let output = "";
  const ended = new Promise((resolve) => child.once("close", resolve));
  const address = await new Promise((resolve, reject) => {
    child.once("close", () => reject(new Error(output)));
    child.stdout.on("data", (text) => {
      output += text;
      const found = /The benchmark page: +(\S+)[^]*Ctrl-C/.exec(output);
      if (found) resolve(found[1]);
    });
  });
  assert.match(output, /Recommendation: /);
  assert.match(await (await fetch(address)).text(), /<title>hubstash benchmark<\/title>/);
  child.kill("SIGINT");
  assert.equal(await ended, 130);
  await assert.rejects(fetch(address));
});

test("a PDF of this machine is found by content and size", () => {
  const found = findPdf(null);
  // A machine without any documentation has none; then the built-in sample stands in.
  if (found === null) return;
  assert.match(found.label, /\.pdf(\.gz)? \(\d+\.\d\d MB\)$/);
  found.forget();
  assert.throws(() => findPdf("package.json"), /is not a PDF/);
});
