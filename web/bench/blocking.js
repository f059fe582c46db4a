/**
 * How long the page could not answer meanwhile: the longest time without a turn of its event loop. A timer looks, which
 * costs next to nothing; a page that sent itself messages without a pause would see finer and slow what it measures.
 */

/** Nested timers come every 4 ms at best, so a shorter gap says nothing. */
export const FINEST_MS = 8;

/** @typedef {{ longestMs: number, longTasks: number | null }} Blocking `longTasks` null: the browser does not tell */

/** @returns {boolean} */
export const tellsLongTasks = () => globalThis.PerformanceObserver?.supportedEntryTypes?.includes("longtask") ?? false;

/**
 * @returns {() => Blocking} ends the watch
 */
export function watchBlocking() {
  let longestMs = 0;
  let last = performance.now();
  const turned = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  };
  let timer = setTimeout(function tick() {
    turned();
    timer = setTimeout(tick, 0);
  }, 0);
  let longTasks = 0;
  const observer = tellsLongTasks() ? new PerformanceObserver((list) => (longTasks += list.getEntries().length)) : null;
  observer?.observe({ type: "longtask" });
  return () => {
    clearTimeout(timer);
    turned();
    longTasks += observer?.takeRecords().length ?? 0;
    observer?.disconnect();
    return { longestMs, longTasks: observer ? longTasks : null };
  };
}
