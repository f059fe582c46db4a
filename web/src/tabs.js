// What tabs of one browser tell each other: which items changed, and which conflicts one of them met. A tab that misses
// it reads the same database all the same; this only saves it from showing an old list.

/** @typedef {import("./types.js").ChangeDetail} ChangeDetail */
/** @typedef {import("./types.js").ConflictDetail} ConflictDetail */

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;

  /** @param {import("./types.js").StoreOptions} options checked; they name the store */
  constructor({ mode = "hybrid", hubUrl = "", dataset = "", branch = "main", prefix = "" }) {
    // In remote mode every tab reads from the Hub and there is no database to share.
    if (mode === "remote" || typeof BroadcastChannel === "undefined") return;
    const name = mode === "local" ? ["local", prefix] : [hubUrl, dataset, branch, prefix];
    try {
      this.#channel = new BroadcastChannel(`hubstash:${JSON.stringify(name)}`);
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

  /** @param {(change: ChangeDetail) => void} onChange @param {(conflict: ConflictDetail) => void} onConflict */
  listen(onChange, onConflict) {
    this.#channel?.addEventListener("message", ({ data }) => {
      if (data.conflict) onConflict(data.conflict);
      else onChange(data);
    });
  }

  close() {
    this.#channel?.close();
    this.#channel = null;
  }
}
