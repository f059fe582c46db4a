// What the page tells the worker of its own accord: the network's and the page's state. Both are hints; the engine
// never takes "online" for a promise.
import { SIGNALS } from "./protocol.js";

/** @returns {boolean} false only where the browser is sure that there is no network */
export const isOnline = () => navigator.onLine !== false;
/** @returns {boolean} */
export const isVisible = () => globalThis.document?.visibilityState !== "hidden";

/**
 * Reports changes until the returned function is called.
 * @param {(signal: number, value: boolean) => void} report
 * @returns {() => void}
 */
export function watchPage(report) {
  const stop = new AbortController();
  const { signal } = stop;
  const { document } = globalThis;
  globalThis.addEventListener("online", () => report(SIGNALS.online, true), { signal });
  globalThis.addEventListener("offline", () => report(SIGNALS.online, false), { signal });
  // A page may go by any of these without the others; being told twice does no harm.
  globalThis.addEventListener("pagehide", () => report(SIGNALS.visible, false), { signal });
  globalThis.addEventListener("pageshow", () => report(SIGNALS.visible, isVisible()), { signal });
  document?.addEventListener("visibilitychange", () => report(SIGNALS.visible, isVisible()), { signal });
  // Chromium's "freeze" is not listened to: the page was hidden before, and what is begun in that moment would stand
  // still in mid-transaction and keep the other tabs from the database.
  document?.addEventListener("resume", () => report(SIGNALS.visible, isVisible()), { signal });
  return () => stop.abort();
}
