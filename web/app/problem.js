/** Errors as sentences that say what to do. Pure; what a Hub or a file says enters as text. */

/** @typedef {{ title: string, advice: string, detail: string }} Problem */

/** What is wrong with a file or an entry; made by the app itself. */
export class AppError extends Error {
  /** @param {string} title @param {string} advice */
  constructor(title, advice) {
    super(title);
    this.advice = advice;
  }
}

/** @type {Record<string, [title: string, advice: string]>} */
const BY_CODE = {
  UNAUTHORIZED: ["The Hub does not accept your sign-in", "Sign in again. Nothing is lost: changes wait here."],
  FORBIDDEN: [
    "You may not write to this dataset",
    "Use a token with write permission, or a dataset of your own. It may also be that your storage there is full.",
  ],
  DATASET_NOT_FOUND: [
    "The dataset is not there",
    "Check its name under “Account”. The part before the slash must be you, or an organisation where you may write.",
  ],
  PUBLIC_DATASET: [
    "Anyone can read this dataset",
    "Nothing was sent. Make the dataset private in its settings on the Hub, or name another one under “Account”.",
  ],
  OFFLINE: [
    "The Hub cannot be reached",
    "Go on with what is on this device; changes are sent when the connection is back.",
  ],
  TIMEOUT: ["The Hub did not answer in time", "Try again in a while; changes wait on this device."],
  RATE_LIMITED: ["The Hub asks to slow down", "Changes wait on this device and are sent by themselves, in an hour."],
  HUB_ERROR: ["The Hub has a problem", "Changes wait on this device and are sent later by themselves."],
  BAD_RESPONSE: ["This does not look like the Hub", "Check its address under “Account”, and the network's sign-in."],
  CONFLICT: ["Others are changing the dataset", "Nothing is lost; it is tried again by itself."],
  BUSY: ["Too much at once", "Nothing is lost. Try again in a moment."],
  TOO_LARGE: ["The file is too large", "A PDF may have up to 4 GB. Split it, or make it smaller."],
  QUOTA_EXCEEDED: [
    "This browser's storage is full",
    "Nothing was saved of it. Free some space (see “Storage”), delete what you do not need, then try again.",
  ],
  NOT_FOUND: ["It is not there any more", "It may have been deleted on another device."],
  UNSYNCED: ["Some changes are only on this device", "They would be lost. Press “Sync now” first."],
  STORAGE_BLOCKED: ["Another tab is in the way", "Close the other tabs of this app, then reload this one."],
  STORAGE_UNAVAILABLE: [
    "The browser gives this page no storage",
    "Leave the private window, or allow this site to store data, then reload.",
  ],
  STORAGE_CORRUPT: ["A file on this device is damaged", "Go online and open it again: it is fetched anew."],
  INTEGRITY: ["The file arrived damaged", "It is not shown. Try again later."],
  NEWER_FORMAT: ["This app is too old for your data", "Reload the page to get the new version. Nothing was changed."],
  WORKER_DIED: ["The storage stopped", "What was saved is on this device. Reload the page."],
};

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemOf(error) {
  if (error instanceof AppError) return { title: error.message, advice: error.advice, detail: "" };
  const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (Object(error));
  const known = typeof code === "string" ? BY_CODE[code] : undefined;
  const words = typeof message === "string" ? message : String(error);
  const detail = known ? `${code}: ${words}` : words;
  const [title, advice] = known ?? ["Something went wrong", "What was saved is on this device. Reload the page."];
  return { title, advice, detail: detail.slice(0, 500) };
}
