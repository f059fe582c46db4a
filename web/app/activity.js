/** The activity log: what happened, and how long it took; the newest entries only. Pure. */

/** @typedef {{ at: number, text: string, ms: number | null, ok: boolean }} Entry */

const ENTRIES_MAX = 200;

/** @type {Record<string, string>} */
const OPERATIONS = {
  "save.project": "Saved a project on this device",
  "save.pdf": "Saved a PDF on this device",
  "load.pdf": "Read a whole PDF",
  "open.pdf": "Opened a PDF",
  "delete.project": "Deleted a project",
  "delete.pdf": "Deleted a PDF",
};

export class ActivityLog {
  /** @type {Entry[]} */
  #entries = [];
  #onChange;
  #now;

  /** @param {{ onChange?: () => void, now?: () => number }} [options] */
  constructor({ onChange = () => {}, now = Date.now } = {}) {
    this.#onChange = onChange;
    this.#now = now;
  }

  /** Newest first. @returns {readonly Entry[]} */
  get entries() {
    return this.#entries;
  }

  /** @param {string} text @param {number | null} [ms] @param {boolean} [ok] */
  add(text, ms = null, ok = true) {
    this.#entries = [{ at: this.#now(), text, ms, ok }, ...this.#entries].slice(0, ENTRIES_MAX);
    this.#onChange();
  }

  /** One timed call of the store; what a person does not think of as a deed is left out. */
  metric = (/** @type {{ operation: string, ms: number, ok: boolean }} */ { operation, ms, ok }) => {
    const text = OPERATIONS[operation];
    if (text) this.add(text, ms, ok);
  };

  /** @param {import("hubstash").SyncReport} report */
  synced({ pushed, pulled, deleted, conflicts, requests, bytesSent, bytesReceived, ms }) {
    const bytes = Math.round((bytesSent + bytesReceived) / 1000);
    const parts = [`${pushed} sent`, `${pulled} received`];
    if (deleted > 0) parts.push(`${deleted} deleted`);
    if (conflicts > 0) parts.push(`${conflicts} changed on both sides`);
    this.add(`Synced: ${parts.join(", ")} (${requests} requests, ${bytes} kB)`, ms);
  }
}
