// What tabs of one browser tell each other: which items changed, and which conflicts one of them met. A tab that misses
// it reads the same database all the same; this only saves it from showing an old list.

/** @typedef {import("./types.js").ChangeDetail} ChangeDetail */
/** @typedef {import("./types.js").ConflictDetail} ConflictDetail */

/** What tells one store of this origin from another. @param {import("./types.js").StoreOptions} options */
export const storeName = ({ mode = "hybrid", hubUrl = "", dataset = "", branch = "main", prefix = "" }) =>
  mode === "local" ? ["local", prefix] : [hubUrl, dataset, branch, prefix];

/**
 * Where the automatic backups of a store lie: apart from its data, one database for each account's.
 * @param {import("./types.js").StoreOptions} options @param {string} place
 */
export const backupDatabase = (options, place) => `hubstash-backups:${JSON.stringify([...storeName(options), place])}`;

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;

  #options;
  /** @type {(data: any) => void} */
  #hear = () => {};
  #closed = new AbortController();

  /** @param {import("./types.js").StoreOptions} options checked; they name the store */
  constructor(options) {
    this.#options = options;
    this.moveTo("");
  }

  /** The store goes over to another account's data, and to the tabs that show it. @param {string} place */
  moveTo(place) {
    this.#leave();
    // In remote mode every tab reads from the Hub and there is no database to share.
    if (this.#options.mode === "remote" || typeof BroadcastChannel === "undefined") return;
    try {
      this.#channel = new BroadcastChannel(`hubstash:${JSON.stringify([...storeName(this.#options), place])}`);
      this.#channel.addEventListener("message", ({ data }) => this.#hear(data));
    } catch {
      // Frames without an origin of their own may not have one; they have no database either.
    }
  }

  /** @param {ChangeDetail} change that this tab has made or fetched */
  tell({ collection, ids, source }) {
    this.#channel?.postMessage({ collection, ids, source: source === "local" ? "tab" : source });
  }

  /** @param {ConflictDetail} conflict that this tab's synchronisation decided */
  tellConflict({ collection, id, outcome, copyId }) {
    this.#channel?.postMessage({ conflict: { collection, id, outcome, copyId } });
  }

  /** What waits on this device, or lies on it, may have changed. */
  tellStatus() {
    this.#channel?.postMessage({ status: true });
  }

  /**
   * @param {(change: ChangeDetail) => void} onChange
   * @param {(conflict: ConflictDetail) => void} onConflict
   * @param {() => void} onStatus
   * @param {() => void} onReturn the page was kept for "back" and has not heard what others said meanwhile; one that
   *   was frozen in its tab hears it all when it goes on
   */
  listen(onChange, onConflict, onStatus, onReturn) {
    this.#hear = (data) => {
      if (data.status) onStatus();
      else if (data.conflict) onConflict(data.conflict);
      else onChange(data);
    };
    const { signal } = this.#closed;
    globalThis.addEventListener?.("pageshow", ({ persisted }) => void (persisted && onReturn()), { signal });
  }

  close() {
    this.#closed.abort();
    this.#leave();
  }

  #leave() {
    this.#channel?.close();
    this.#channel = null;
  }
}
