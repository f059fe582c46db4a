/** hubstash in `remote` mode: each call goes to the Hub, each write is a commit, nothing is kept in the browser. */
import { Contender } from "./contender.js";
import { codeOf, create } from "./hubstash.js";

export class DatasetContender extends Contender {
  /** @param {import("./index.js").Target} target */
  constructor({ openStore, token, hubUrl, dataset, createDataset, id }) {
    super({
      name: "dataset",
      label: "HF dataset",
      leaves: "the benchmark's files in the dataset",
      id,
      storage: create({
        database: "bench",
        durability: "strict",
        openStore,
        options: { mode: "remote", createDataset, cache: { memoryBytes: 0 } },
        hub: { url: hubUrl, token, dataset },
      }),
    });
    this.createDataset = createDataset;
  }

  async open() {
    await super.open();
    try {
      // Opening does not wait for the network. This asks the Hub, so that a bad token, a missing dataset or a dead
      // connection shows before anything is written or timed.
      await this.storage.list?.();
    } catch (error) {
      // The first write, which is not measured, creates it.
      if (this.createDataset && codeOf(error) === "DATASET_NOT_FOUND") return;
      throw error;
    }
  }
}
