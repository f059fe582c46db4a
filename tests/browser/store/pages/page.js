// The page: starts the worker and lets the test call it.
const worker = new Worker("/store/pages/worker.js", { type: "module" });
const waiting = new Map();
let last = 0;

// A message that comes while a module worker still awaits its imports finds no handler and is lost.
const ready = new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));

worker.onmessage = ({ data }) => {
  if (data.ready) return;
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) reject(new Error(data.error));
  else resolve(data.value);
};
worker.onerror = (event) => console.error(`worker: ${event.message}`);

/** Runs one of the worker's tasks. */
globalThis.call = async (task, ...args) => {
  await ready;
  return new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    worker.postMessage({ id: last, task, args });
  });
};
