/** hubstash as apps use it: saved in the browser, sent to the Hub afterwards, by a step of its own here. */
import { Contender, Written } from "./contender.js";
import { hubOptions, hubstashOnHub } from "./dataset.js";
import { create } from "./hubstash.js";

export class HybridContender extends Contender {
  uploads = true;
  syncs = true;
  #written = new Written(() => true);

  /** @param {import("./index.js").Target} target */
  constructor(target) {
    super({
      name: "hubstash",
      label: "hubstash",
      leaves: "the benchmark's files in the dataset or its data in this browser",
      id: target.id,
      storage: create({ ...hubstashOnHub(target, "bench-hybrid"), options: hubOptions(target) }),
    });
  }

  /**
   * It reads as a new device does: it knows what is on the Hub, and has nothing of it. It does not write as one, since
   * to write over what one has not seen is a conflict.
   * @param {"write" | "read"} next
   */
  async reopen(next) {
    if (next === "write") {
      await super.reopen(next);
      if (this.#written.pdf) await this.storage.loadPdf(this.id);
      if (this.#written.project) await this.storage.load(this.id);
      return;
    }
    await this.storage.clear?.();
    await super.reopen(next);
    await this.sync();
  }

  /** @param {import("./storage.js").Item[]} items */
  async fill(items) {
    for (const { id } of items) this.#written.fillers.add(id);
    await super.fill(items);
    await this.sync();
  }

  /** @param {import("./storage.js").File} file @param {AbortSignal} [signal] */
  writePdf(file, signal) {
    return this.#written.note("pdf", super.writePdf(file, signal));
  }

  /** @param {import("./storage.js").Item} item */
  writeProject(item) {
    return this.#written.note("project", super.writeProject(item));
  }

  async cleanup() {
    const { pdf, project, fillers } = this.#written;
    if (pdf) await this.storage.removePdf?.(this.id);
    if (project) await this.storage.remove?.(this.id);
    for (const id of fillers) await this.storage.remove?.(id);
    if (this.#written.anything) await this.storage.sync?.();
    this.#written = new Written(() => true);
    await super.cleanup();
  }
}
