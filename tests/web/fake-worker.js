// A worker of which the test plays the part: it records what is sent and says what it is told to say.

export class FakeWorker {
  sent = [];
  terminated = 0;
  /** Thrown by the next postMessage. */
  failNext = null;
  #listeners = new Map();

  addEventListener(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  postMessage(message) {
    const error = this.failNext;
    this.failNext = null;
    if (error) throw error;
    this.sent.push(message);
    this.onMessage?.(message);
  }

  terminate() {
    this.terminated += 1;
  }

  emit(type, event) {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }

  say(header, body = null, blob = null) {
    this.emit("message", { data: { header, body, blob } });
  }

  reply(request, value = null, body = null, blob = null) {
    this.say({ type: "reply", request, ok: true, value }, body, blob);
  }

  refuse(request, error) {
    this.say({ type: "reply", request, ok: false, error });
  }

  progress(request, loaded) {
    this.say({ type: "progress", request, phase: "upload", loaded, total: 10, item: "a" });
  }
}

/** "pending", "resolved" or "rejected", after everything that can run has run. */
export async function settlement(promise) {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    () => (state = "rejected"),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return state;
}
