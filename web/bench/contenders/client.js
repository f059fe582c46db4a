/** The official client on the page: `@huggingface/hub` with a folder of its own in the dataset. */
import { Contender, Written } from "./contender.js";

export class ClientContender extends Contender {
  uploads = true;
  #written = new Written(() => true);

  /** @param {import("./index.js").Target} target @param {import("./storage.js").Storage} storage */
  constructor({ id }, storage) {
    super({
      name: "huggingface-hub",
      label: "@huggingface/hub",
      leaves: "the benchmark's files in the dataset",
      id,
      storage: /** @type {import("./contender.js").FullStorage} */ (storage),
    });
  }

  /** It keeps nothing that could be cold. */
  async reopen() {}

  /** @param {import("./storage.js").Item[]} items */
  async fill(items) {
    for (const { id } of items) this.#written.fillers.add(id);
    await super.fill(items);
  }

  /** @param {import("./storage.js").File} file */
  writePdf(file) {
    return this.#written.note("pdf", super.writePdf(file));
  }

  /** @param {import("./storage.js").Item} item */
  writeProject(item) {
    return this.#written.note("project", super.writeProject(item));
  }

  async cleanup() {
    if (!this.#written.anything) return;
    const { pdf, project, fillers } = this.#written;
    const projects = [...fillers, ...(project ? [this.id] : [])];
    await this.storage.removeAll?.(projects, pdf ? [this.id] : []);
    this.#written = new Written(() => true);
  }
}
