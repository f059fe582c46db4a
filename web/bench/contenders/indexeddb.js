/** hubstash in `local` mode: the browser's IndexedDB alone. */
import { HubstashContender } from "./hubstash.js";

export class IndexedDbContender extends HubstashContender {
  name = "indexeddb";
  label = "IndexedDB";
  leaves = "the benchmark's data in this browser";

  /**
   * @param {import("./hubstash.js").OpenStore} openStore
   * @param {string} id
   */
  constructor(openStore, id) {
    // A prefix is a store of its own, so that cleaning up cannot touch an app's data.
    super(openStore, { mode: "local", prefix: "bench" }, id);
  }

  async usage() {
    return null; // The network is not involved.
  }

  async cleanup() {
    // Also what an earlier run left when its tab was closed half-way.
    await this.store.clearLocal({ force: true });
  }
}
