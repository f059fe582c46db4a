/** hubstash in `remote` mode: each call goes to the Hub, each write is a commit, nothing is kept in the browser. */
import { Contender, Written } from "./contender.js";
import { codeOf, create } from "./hubstash.js";

/** The folder in the dataset; what is beside it is nobody's business here. */
const PREFIX = "bench";

export class DatasetContender extends Contender {
  uploads = true;
  #target;
  #written = new Written((error) => this.storage.mayHaveStored?.(error) ?? true);

  /** @param {import("./index.js").Target} target */
  constructor(target) {
    super({
      name: "dataset",
      label: "HF dataset",
      leaves: "the benchmark's files in the dataset",
      id: target.id,
      storage: create({ ...hubstashOnHub(target, PREFIX), options: { ...hubOptions(target), mode: "remote" } }),
    });
    this.#target = target;
  }

  async open() {
    await super.open();
    try {
      // Opening does not wait for the network. This asks the Hub, so that a bad token, a missing dataset or a dead
      // connection shows before anything is written or timed.
      const ids = (await this.storage.list?.()) ?? [];
      for (const id of ids) if (id.startsWith(`${this.id}-`)) this.#written.fillers.add(id);
      // What an earlier run left is not written over unseen: that would make conflict copies of it.
      if (ids.includes(this.id)) await this.storage.remove?.(this.id);
      await this.storage.removePdf?.(this.id);
    } catch (error) {
      // The first write, which is not measured, creates it.
      if (this.#target.createDataset && codeOf(error) === "DATASET_NOT_FOUND") return;
      throw error;
    }
  }

  /**
   * A store that has just been opened has not seen what it would write over; once it has looked, it is as warm as it
   * was before.
   * @param {"write" | "read"} next
   */
  async reopen(next) {
    if (next === "read") await super.reopen(next);
  }

  /** @param {import("./storage.js").File} file @param {AbortSignal} [signal] */
  writePdf(file, signal) {
    return this.#written.note("pdf", super.writePdf(file, signal));
  }

  /** @param {import("./storage.js").Item} item */
  writeProject(item) {
    return this.#written.note("project", super.writeProject(item));
  }

  /** @param {import("./storage.js").Item[]} items */
  async fill(items) {
    for (const { id } of items) this.#written.fillers.add(id);
    await this.#inOneCommit(async (store) => store.saveMany?.(items));
  }

  async cleanup() {
    const { pdf, project, fillers } = this.#written;
    if (pdf) await this.storage.removePdf?.(this.id);
    this.#written.pdf = false;
    if (project) await this.storage.remove?.(this.id);
    this.#written.project = false;
    if (fillers.size === 0) return;
    await this.#inOneCommit(async (store) => {
      await store.sync?.();
      for (const id of fillers) await store.remove?.(id);
    });
    fillers.clear();
  }

  /**
   * In this mode a thousand items would be a thousand commits; in `hybrid` mode they are one.
   * @param {(store: ReturnType<typeof create>) => Promise<unknown>} work
   */
  async #inOneCommit(work) {
    const store = create({ ...hubstashOnHub(this.#target, PREFIX), options: hubOptions(this.#target) });
    await store.open();
    try {
      await work(store);
      await store.sync();
    } finally {
      await store.clear();
      await store.close();
    }
  }
}

/**
 * @param {import("./index.js").Target} target
 * @param {string} prefix
 */
export const hubstashOnHub = ({ openStore, durability, hubUrl, token, dataset }, prefix) => ({
  database: prefix,
  durability,
  openStore,
  hub: { url: hubUrl, token, dataset },
});

/** @param {import("./index.js").Target} target */
export const hubOptions = ({ createDataset, workerUrl }) => ({
  createDataset,
  workerUrl,
  cache: { memoryBytes: 0 },
});
