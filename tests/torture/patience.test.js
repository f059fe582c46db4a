// Goal: nothing that never answers holds the torture, or any test with a browser, for ever: it is named, or ended.
import { ok, rejects, strictEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { launch } from "../browser/harness/browser.js";
import { Hangs, endProcess, within } from "../browser/harness/patience.js";

const never = new Promise(() => {});
const LIMIT = { timeout: 60_000 };

test("who waits in vain is told for what", LIMIT, async () => {
  await rejects(within(20, "opening a tab", never), (error) => {
    ok(error instanceof Hangs);
    strictEqual(error.message, "opening a tab has not ended in 20 ms");
    return true;
  });
  strictEqual(await within(10_000, "an answer", Promise.resolve(7)), 7);
});

test("a wait ends when it is clear that no answer will come, also if that was clear before", LIMIT, async () => {
  const gone = new AbortController();
  const waits = rejects(within(50_000, "opening a tab", never, gone.signal), /opening a tab was given up/);
  gone.abort();
  await waits;
  await rejects(within(50_000, "opening a tab", never, gone.signal), /given up/);
});

test("a process is ended, and one that has ended by itself is known to be gone", LIMIT, async () => {
  const busy = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await endProcess(busy);
  strictEqual(busy.signalCode, "SIGKILL");
  const short = spawn(process.execPath, ["-e", ""], { detached: true });
  await once(short, "exit");
  await endProcess(short);
  await endProcess(short, { group: true });
});

test("a browser that has crashed can be killed, started again and closed", LIMIT, async () => {
  const chromium = await launch();
  try {
    const child = chromium.browser.process();
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await chromium.kill();
    await chromium.relaunch();
    strictEqual(await chromium.page.evaluate(() => 6 * 7), 42);
  } finally {
    await chromium.close();
  }
});
