/** What the browser is like, where it matters to the figures. */

/**
 * The smallest step of `performance.now()`: 0.1 ms in most pages, 0.005 ms in isolated ones, 1 ms or more where the
 * browser guards against fingerprinting.
 * @returns {number} ms
 */
export function clockStep() {
  let least = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    let next = start;
    while (next === start) next = performance.now();
    least = Math.min(least, next - start);
  }
  return least;
}

/**
 * An id of this browser: the next run writes over what a run that was cut off has left, and then removes it, while
 * two devices with one dataset stay out of each other's way.
 * @returns {string}
 */
export function benchmarkId() {
  const key = "hubstash-bench-id";
  const fresh = `bench-${crypto.randomUUID().slice(0, 8)}`;
  try {
    const known = localStorage.getItem(key);
    if (known && /^bench-[0-9a-f]{8}$/.test(known)) return known;
    localStorage.setItem(key, fresh);
  } catch {
    // Storage is blocked; the run itself will say so.
  }
  return fresh;
}

/**
 * Two runs at a time would measure each other.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request("hubstash-bench", { ifAvailable: true }, (lock) => {
    if (!lock) throw new Error("Another tab is running the benchmark. Wait for it, or close it.");
    return work();
  });
}
