/** hubstash in `remote` mode: each call goes to the Hub, each write is a commit, nothing is kept in the browser. */
import { HubstashContender, codeOf } from "./hubstash.js";

export class DatasetContender extends HubstashContender {
  name = "dataset";
  label = "HF dataset";
  leaves = "the benchmark's files in the dataset";

  /**
   * @param {import("./hubstash.js").OpenStore} openStore
   * @param {{ token: string, hubUrl: string, dataset: string, createDataset: boolean }} target
   * @param {string} id
   */
  constructor(openStore, { token, hubUrl, dataset, createDataset }, id) {
    super(openStore, { mode: "remote", token, hubUrl, dataset, createDataset, prefix: "bench" }, id);
    this.createDataset = createDataset;
  }

  async open() {
    await super.open();
    try {
      // Opening does not wait for the network. This asks the Hub, so that a bad token, a missing dataset or a dead
      // connection shows before anything is written or timed.
      await this.store.listPdfs();
    } catch (error) {
      // The first write, which is not measured, creates it.
      if (this.createDataset && codeOf(error) === "DATASET_NOT_FOUND") return;
      throw error;
    }
  }
}
