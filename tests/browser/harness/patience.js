// Waiting that ends. What a browser or a process never answers must not hold a run for ever: the test runner would end
// it from outside, and what had gone wrong would go with it.

const ENDED_WITHIN_MS = 30_000;

/** Somebody waited for `what`, in vain. */
export class Hangs extends Error {}

/**
 * @template T
 * @param {number} ms
 * @param {string} what for the error
 * @param {Promise<T>} work
 * @param {AbortSignal} [signal] when it is clear that no answer will come
 * @returns {Promise<T>}
 */
export async function within(ms, what, work, signal) {
  /** @type {() => void} */
  let giveUp = () => {};
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const ended = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Hangs(`${what} has not ended in ${ms} ms`)), ms);
    giveUp = () => reject(new Error(`${what} was given up`));
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * Ends a process at once, as a crash would, and resolves when it is gone. One that has ended by itself is gone already,
 * and would not say so a second time.
 * @param {import("node:child_process").ChildProcess} child
 * @param {{ group?: boolean }} [options] `group`: it leads a process group, all of which ends
 */
export async function endProcess(child, { group = false } = {}) {
  const isGone = child.exitCode !== null || child.signalCode !== null;
  const gone = isGone ? Promise.resolve() : new Promise((resolve) => child.once("exit", resolve));
  try {
    if (group) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
  await within(ENDED_WITHIN_MS, `the end of process ${child.pid}`, gone);
}
