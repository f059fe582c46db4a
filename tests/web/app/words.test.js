// Goal: every state of the store is a sentence that a person understands, every error code says what to do, sizes and
// times are short, and the activity log stays small.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { ActivityLog } from "../../../web/app/activity.js";
import { shareText, sizeText, whenText } from "../../../web/app/format.js";
import { AppError, problemOf } from "../../../web/app/problem.js";
import { stateWords, statusText } from "../../../web/app/status-text.js";
import { ERROR_CODES } from "../../../web/src/error-codes.js";

const idle = { phase: "idle", pending: 0, synced: true, waitingFor: null, nextSyncAt: null };
const pending = (count) => ({ ...idle, phase: "waiting", pending: count, synced: false });

test("the status line", () => {
  const cases = [
    [null, {}, /^Opening/],
    [idle, {}, /^All changes are on the Hub\.$/],
    [idle, { conflicts: 1 }, /1 PDF has two versions: choose one in the list\.$/],
    [idle, { localOnly: true }, /^Everything is saved, on this device only\.$/],
    [idle, { writing: true }, /keep this page open/],
    [pending(3), {}, /^3 changes not on the Hub yet; safe to close: they stay on this device\.$/],
    [pending(1), {}, /^1 change not on the Hub yet; safe to close: it stays on this device\.$/],
    [pending(3), { online: false }, /^Offline\. 3 changes not on the Hub yet; safe to close/],
    [{ ...idle, phase: "offline" }, {}, /^Offline\. What you change stays on this device\.$/],
    [{ ...idle, phase: "signed-out", pending: 2 }, {}, /^Not signed in\. 2 changes not on the Hub yet; safe to close/],
    [{ ...idle, phase: "signed-out" }, {}, /^Not signed in\. Shown is what this device has\.$/],
    [{ ...idle, phase: "committing", pending: 2 }, {}, /^Sending 2 changes to the Hub … safe to close\.$/],
    [{ ...idle, phase: "pulling" }, {}, /^Looking for changes on the Hub …$/],
    [{ ...idle, phase: "error", pending: 2 }, {}, /^The Hub has a problem\. 2 changes not on the Hub yet; safe/],
    [{ ...pending(1), waitingFor: "rate-limit", nextSyncAt: 1 }, {}, /asks to wait; next try at \d/],
  ];
  for (const [status, circumstances, expected] of cases) match(statusText(status, circumstances).text, expected);
});

test("the words of a line in the list", () => {
  const words = (entry) => stateWords(entry).map(({ text }) => text);
  deepStrictEqual(words({ state: "synced", cached: true }), ["On this device", "On the Hub"]);
  deepStrictEqual(words({ state: "pending", cached: true }), ["On this device", "Not on the Hub yet"]);
  deepStrictEqual(words({ state: "remote-only", cached: false }), ["Not on this device", "On the Hub"]);
  deepStrictEqual(words({ state: "conflict", cached: true }), ["Two versions", "On this device", "On the Hub"]);
  deepStrictEqual(words({ state: "pending", cached: true, localOnly: true }), ["On this device"]);
});

test("every error that a person can meet has a title and says what to do", () => {
  // Those of calls that the app does not make, or that it would have made wrongly.
  const others = ["INVALID_ARGUMENT", "INVALID_ID", "ABORTED", "CLOSED", "BAD_BACKUP", "INTERNAL"];
  for (const code of Object.keys(ERROR_CODES)) {
    const { title, advice, detail } = problemOf(Object.assign(new Error("why"), { code }));
    strictEqual(title === "Something went wrong", others.includes(code), code);
    ok(advice.endsWith(".") && detail.includes("why"), code);
  }
  deepStrictEqual(problemOf(new AppError("No", "Do this.")), { title: "No", advice: "Do this.", detail: "" });
  match(problemOf(undefined).detail, /undefined/);
  ok(problemOf(new Error("x".repeat(9999))).detail.length <= 500);
});

test("sizes and times", () => {
  deepStrictEqual([sizeText(12), sizeText(561_000), sizeText(10_737_400_000)], ["12 B", "561 kB", "10.7 GB"]);
  const now = new Date(2026, 4, 3, 12).getTime();
  match(whenText(now - 60_000, now), /^today, /);
  match(whenText(now - 90_000_000, now), /2026/);
});

test("the activity log keeps the newest 200, and leaves out what nobody did", () => {
  const log = new ActivityLog({ now: () => 5 });
  for (let i = 0; i < 300; i++) log.metric({ operation: "save.project", ms: i, ok: true });
  log.metric({ operation: "list.project", ms: 1, ok: true });
  strictEqual(log.entries.length, 200);
  deepStrictEqual(log.entries[0], { at: 5, text: "Saved a project on this device", ms: 299, ok: true });
  log.synced({
    commit: null, pushed: 2, pulled: 1, deleted: 0, conflicts: 1,
    requests: 4, bytesSent: 900, bytesReceived: 2100, ms: 9,
  });
  strictEqual(log.entries[0].text, "Synced: 2 sent, 1 received, 1 changed on both sides (4 requests, 3 kB)");
});

test("a share of the space is never called more than it is", () => {
  const texts = [0, 1, 9_999_999_999, 10_000_000_000, 999_999_999_999, 1_000_000_000_000].map((used) =>
    shareText(used, 1_000_000_000_000),
  );
  deepStrictEqual(texts, ["less than 1 %", "less than 1 %", "less than 1 %", "1 %", "99 %", "100 %"]);
});
