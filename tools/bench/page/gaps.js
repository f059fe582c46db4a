// How long the page could not answer: the longest time between two turns of its event loop.

/**
 * Runs `work` while the page sends messages to itself as fast as it can, which slows the work: it is not timed.
 * `PerformanceObserver` alone would not do, since it tells of tasks from 50 ms on only.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ longestMs: number, longTasks: number }>}
 */
export async function longestGap(work) {
  const { port1, port2 } = new MessageChannel();
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
  observer.observe({ type: "longtask" });
  let longestMs = 0;
  let last = performance.now();
  let running = true;
  const turned = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  };
  port1.onmessage = () => {
    turned();
    if (running) port2.postMessage(null);
  };
  port2.postMessage(null);
  await new Promise((resolve) => setTimeout(resolve, 50));
  longestMs = 0;
  last = performance.now();
  await work();
  turned();
  running = false;
  await new Promise((resolve) => setTimeout(resolve, 0));
  longTasks += observer.takeRecords().length;
  observer.disconnect();
  port1.close();
  return { longestMs, longTasks };
}
