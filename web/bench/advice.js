/** What to tell the person when a run fails: what happened, what to do, and the store's own words. */
import { formatSeconds } from "../common/format.js";
import { codeOf } from "./contenders/hubstash.js";

/**
 * @typedef {{ title: string, advice: string, detail: string }} Advice
 * @typedef {{ hubUrl: string, dataset: string, createDataset: boolean, online: boolean }} Circumstances
 */

/** @type {Record<string, (c: Circumstances) => [title: string, advice: string]>} */
const BY_CODE = {
  UNAUTHORIZED: (c) => [
    "The Hub refused the token (401)",
    `The token is wrong, expired or revoked for ${c.hubUrl}. Copy it again, or make a new one with write permission ` +
      "under Settings → Access Tokens.",
  ],
  FORBIDDEN: (c) => [
    "The token may not write here (403)",
    `Use a token with write permission for ${c.dataset}. The Hub also answers so when the account's storage is full.`,
  ],
  DATASET_NOT_FOUND: (c) => [
    `There is no dataset “${c.dataset}” (404)`,
    c.createDataset
      ? "It could not be created. Check the name's owner: the token's account must be it, or may write there."
      : "Check the name, or tick “Create it when missing”. A private dataset that the token cannot see looks the same.",
  ],
  PUBLIC_DATASET: (c) => [
    "The dataset is public",
    `Anyone could read what is written to ${c.dataset}. Make it private in its settings, or name another one.`,
  ],
  OFFLINE: (c) => [
    `No connection to the Hub at ${c.hubUrl}`,
    c.online
      ? "Check the address and the connection; a blocker or a proxy may be in between. A local Hub must be running."
      : "This device is offline. Connect it, then run again; “IndexedDB” works without a network.",
  ],
  TIMEOUT: () => [
    "The Hub did not answer in time",
    "Try again; if it happens again, the connection is too slow for this file.",
  ],
  RATE_LIMITED: () => [
    "The Hub asks to slow down (429)",
    "An account has about 128 commits an hour and 1,000 requests in five minutes. Wait up to an hour, or use fewer " +
      "rounds.",
  ],
  HUB_ERROR: () => ["The Hub failed", "Try again in a few minutes; status.huggingface.co tells of known problems."],
  BAD_RESPONSE: (c) => [
    "This does not look like a Hub",
    `Something at ${c.hubUrl} answers in another way. Check the address.`,
  ],
  TOO_LARGE: () => ["The file is too large", "Pick a smaller PDF."],
  QUOTA_EXCEEDED: () => ["The browser's storage is full", "Free some space, or pick a smaller PDF."],
  STORAGE_BLOCKED: () => ["Another tab holds the database", "Close the other tabs of this page, then run again."],
  STORAGE_UNAVAILABLE: () => [
    "The browser gives this page no storage",
    "Leave private mode, or allow this site to store data.",
  ],
  INTEGRITY: () => [
    "The bytes that came back are damaged",
    "They were not used. Try again; a proxy may have changed them.",
  ],
};

/** @type {Record<string, string>} */
const STEP_NAMES = {
  open: "opening",
  fill: "storing items beside",
  syncPdf: "sending the PDF",
  syncProject: "sending the project",
  writePdf: "writing the PDF",
  readPdf: "reading the PDF",
  writeProject: "writing the project",
  readProject: "reading the project",
};

/**
 * @param {unknown} error a StepError, or whatever was thrown
 * @param {Circumstances} circumstances
 * @returns {Advice}
 */
export function adviceFor(error, circumstances) {
  const step = error instanceof Error && "operation" in error ? STEP_NAMES[String(error.operation)] : undefined;
  const contender = error instanceof Error && "contender" in error ? `${error.contender}, ` : "";
  const cause = step !== undefined && error instanceof Error ? error.cause : error;
  const known = BY_CODE[codeOf(cause)];
  const [title, advice] = known
    ? known(circumstances)
    : ["The run stopped", "Run it again. If it happens again, please report the message below."];
  const detail = [step && `${contender}${step}`, detailOf(cause)].filter(Boolean).join(": ");
  return { title, advice, detail: [detail, ...leftoversOf(error)].join(" ") };
}

/**
 * @param {unknown} error
 * @returns {string[]} what the run could not clean up
 */
export function leftoversOf(error) {
  const list = error instanceof Error && "leftovers" in error ? error.leftovers : [];
  return Array.isArray(list) ? list.map(String) : [];
}

/** @param {unknown} cause */
function detailOf(cause) {
  if (!(cause instanceof Error)) return String(cause);
  const facts = [codeOf(cause)];
  if ("status" in cause && cause.status) facts.push(`HTTP ${cause.status}`);
  if ("requestId" in cause && cause.requestId) facts.push(`request ${cause.requestId}`);
  const list = facts.filter(Boolean).join(", ");
  return list ? `${cause.message} (${list})` : cause.message;
}

/**
 * @param {number} stepMs of the page's clock
 * @returns {string}
 */
export function clockNote(stepMs) {
  const step = stepMs >= 100 ? formatSeconds(stepMs) : `${Number(stepMs.toPrecision(1))} ms`;
  return (
    `The page's clock ticks in steps of ${step}; differences below a few steps mean nothing. ` +
    "Keep this tab in front: hidden tabs are throttled."
  );
}
