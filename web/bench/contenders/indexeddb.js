/** hubstash in `local` mode: the browser's IndexedDB alone. */
import { Contender } from "./contender.js";
import { create } from "./hubstash.js";

export class IndexedDbContender extends Contender {
  /** @param {import("./index.js").Target} target */
  constructor({ openStore, durability, id }) {
    super({
      name: "indexeddb",
      label: "IndexedDB",
      leaves: "the benchmark's data in this browser",
      id,
      // Its name is a store of its own, so that cleaning up cannot touch an app's data.
      storage: create({ database: "bench", durability, openStore, options: { cache: { memoryBytes: 0 } } }),
    });
  }
}
