/** hubstash in `local` mode: the browser's IndexedDB alone. */
import { Contender } from "./contender.js";
import { create } from "./hubstash.js";

export class IndexedDbContender extends Contender {
  /** @param {import("./index.js").Target} target */
  constructor({ openStore, id }) {
    super({
      name: "indexeddb",
      label: "IndexedDB",
      leaves: "the benchmark's data in this browser",
      id,
      // Its name is a store of its own, so that cleaning up cannot touch an app's data.
      storage: create({ database: "bench", durability: "strict", openStore, options: { cache: { memoryBytes: 0 } } }),
    });
  }

  async usage() {
    return null; // The network is not involved.
  }

  async cleanup() {
    // Also what an earlier run left when its tab was closed half-way.
    await this.storage.clear?.();
  }
}
