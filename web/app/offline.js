/** The page's own files without a network (service worker), and new versions of them. */

const NOT_KEPT = "does not keep the app's own files: without a network it will not start.";

/**
 * @param {{ onUpdate: (takeOver: () => void) => void, onUnavailable: (why: string) => void }} handlers
 */
export async function keepOwnFiles({ onUpdate, onUnavailable }) {
  const workers = navigator.serviceWorker;
  if (!workers) return onUnavailable(`This browser ${NOT_KEPT}`);
  let isControlled = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    // Another version's files are served from now on: this page's own must not be mixed with them.
    if (isControlled) location.reload();
    isControlled = true;
  });
  try {
    const registration = await workers.register("service-worker.js", { updateViaCache: "none" });
    const offer = (/** @type {ServiceWorker | null} */ waiting) => {
      if (waiting && workers.controller) onUpdate(() => waiting.postMessage("take-over"));
    };
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => worker.state === "installed" && offer(worker));
    });
  } catch {
    onUnavailable(`This browser ${NOT_KEPT}`);
  }
}
