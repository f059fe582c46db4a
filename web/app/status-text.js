/** The state of the store as a sentence that a person understands. Pure. */

/**
 * @typedef {import("hubstash").StoreStatus} StoreStatus
 * @typedef {"good" | "busy" | "waiting" | "problem"} Tone
 */

/** @param {number} count */
const changes = (count) => (count === 1 ? "1 change" : `${count} changes`);

/** @param {number} at ms since the epoch */
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const SAFE = "safe to close: they stay on this device.";
const SAFE_ONE = "safe to close: it stays on this device.";

/**
 * @param {StoreStatus | null} status null before the store is open
 * @param {{ localOnly?: boolean, online?: boolean, writing?: boolean, conflicts?: number }} [circumstances]
 *   `writing`: a save of this page is under way; `conflicts`: how many PDFs have two versions
 * @returns {{ text: string, tone: Tone }}
 */
export function statusText(status, { localOnly, online = true, writing, conflicts = 0 } = {}) {
  if (!status) return { text: "Opening your PDFs …", tone: "busy" };
  if (writing) return { text: "Saving on this device … please keep this page open.", tone: "busy" };
  if (localOnly) return { text: "Everything is saved, on this device only.", tone: "good" };
  const { pending, phase } = status;
  const waits = pending > 0 ? `${changes(pending)} not on the Hub yet; ${pending === 1 ? SAFE_ONE : SAFE}` : "";
  const isOffline = !online || phase === "offline";
  if (isOffline) return { text: `Offline. ${waits || "What you change stays on this device."}`, tone: "waiting" };
  if (phase === "signed-out") {
    return { text: `Not signed in. ${waits || "Shown is what this device has."}`, tone: "waiting" };
  }
  if (phase === "uploading" || phase === "committing") {
    return { text: `Sending ${changes(Math.max(1, pending))} to the Hub … safe to close.`, tone: "busy" };
  }
  if (phase === "pulling" && pending === 0) return { text: "Looking for changes on the Hub …", tone: "busy" };
  if (phase === "error") {
    return { text: `The Hub has a problem. ${waits || "What you change stays on this device."}`, tone: "problem" };
  }
  if (waits) return { text: `${waits}${nextTry(status)}`, tone: "waiting" };
  if (conflicts > 0) {
    const which = conflicts === 1 ? "1 PDF has" : `${conflicts} PDFs have`;
    return { text: `All changes are on the Hub, but ${which} two versions: choose one in the list.`, tone: "waiting" };
  }
  if (status.synced) return { text: "All changes are on the Hub.", tone: "good" };
  return { text: "Saved on this device.", tone: "waiting" };
}

/** @param {StoreStatus} status */
function nextTry({ waitingFor, nextSyncAt }) {
  if (!nextSyncAt) return "";
  if (waitingFor === "rate-limit") return ` The Hub asks to wait; next try at ${clock(nextSyncAt)}.`;
  if (waitingFor === "backoff") return ` Next try at ${clock(nextSyncAt)}.`;
  return "";
}

/**
 * What the list says of a document, as short words.
 * @param {{ state: string, cached: boolean, localOnly?: boolean }} entry
 * @returns {{ text: string, tone: Tone }[]}
 */
export function stateWords({ state, cached, localOnly = false }) {
  /** @type {{ text: string, tone: Tone }[]} */
  const words = [];
  if (state === "conflict") words.push({ text: "Two versions", tone: "problem" });
  words.push(cached ? { text: "On this device", tone: "good" } : { text: "Not on this device", tone: "busy" });
  if (localOnly) return words;
  const isPending = state === "pending";
  words.push(isPending ? { text: "Not on the Hub yet", tone: "waiting" } : { text: "On the Hub", tone: "good" });
  return words;
}
