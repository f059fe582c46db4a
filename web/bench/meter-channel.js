/** Between the page, which counts, and hubstash's worker, which makes the requests: a channel of this run's own. */

/** @param {string} run */
export const channelName = (run) => `hubstash-bench-${run}`;

/**
 * The worker's side.
 * @param {string} run
 * @returns {Pick<import("./meter.js").Gate, "ask" | "ended">}
 */
export function askThePage(run) {
  const channel = new BroadcastChannel(channelName(run));
  const worker = crypto.randomUUID();
  /** @type {Map<number, (granted: boolean) => void>} */
  const waiting = new Map();
  let last = 0;
  channel.onmessage = ({ data }) => {
    if (data.type !== "answer" || data.worker !== worker) return;
    waiting.get(data.number)?.(data.granted);
    waiting.delete(data.number);
  };
  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting.set((last += 1), resolve);
        channel.postMessage({ type: "ask", worker, number: last, request });
      }),
    ended: (exchange) => channel.postMessage({ type: "ended", exchange }),
  };
}

/**
 * The page's side.
 * @param {string} run
 * @param {Pick<import("./meter.js").Gate, "ask" | "ended">} gate
 * @returns {{ close: () => void }}
 */
export function answerWorkers(run, gate) {
  const channel = new BroadcastChannel(channelName(run));
  channel.onmessage = ({ data }) => {
    if (data.type === "ended") gate.ended(data.exchange);
    if (data.type !== "ask") return;
    void gate.ask(data.request).then((granted) => {
      channel.postMessage({ type: "answer", worker: data.worker, number: data.number, granted });
    });
  };
  return { close: () => channel.close() };
}
