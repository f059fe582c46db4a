// What collections of documents and of blobs do alike: how a call reaches the engine, and the calls that do not care
// what an item is. docs/CONFLICTS.md tells apps' developers what conflict copies are.
import { invalidArgument } from "./errors.js";
import { checkId } from "./ids.js";
import { operationName } from "./metrics.js";

export class CollectionCalls {
  #client;
  #name;
  #kind;
  #memory;

  /**
   * @param {import("./client.js").Client} client
   * @param {string} name of the collection
   * @param {"json" | "blob"} kind
   * @param {import("./memory.js").Memory<any>} memory
   */
  constructor(client, name, kind, memory) {
    this.#client = client;
    this.#name = name;
    this.#kind = kind;
    this.#memory = memory;
  }

  /**
   * Does an operation of the API, which the metrics count under its verb and the collection's name.
   * @template T
   * @param {string} verb
   * @param {() => Promise<T>} work
   */
  run(verb, work) {
    return this.#client.run(operationName(verb, this.#name), work);
  }

  /**
   * Asks the engine.
   * @param {string} call
   * @param {object} members
   * @param {import("./client.js").ClientCallOptions} [options]
   */
  async ask(call, members, options) {
    try {
      return await this.#client.call({ call, collection: this.#name, kind: this.#kind, ...members }, options);
    } finally {
      if (options?.isWrite) this.#memory.dropLists();
    }
  }

  /** @returns {Promise<import("./types.js").ItemInfo[]>} */
  list() {
    return this.run("list", () => this.#memory.recallList(this.#name, async () => (await this.ask("list", {})).value));
  }

  /** @param {string} id @returns {Promise<void>} */
  delete(id) {
    return this.run("delete", () => this.#dropAndAsk("delete", id));
  }

  /** @param {string} id @returns {Promise<void>} */
  evict(id) {
    return this.run("evict", () => this.#dropAndAsk("evict", id));
  }

  /** @param {string} [id] only those of this item @returns {Promise<import("./types.js").ConflictCopy[]>} */
  conflicts(id) {
    return this.run("conflicts", async () => {
      return (await this.ask("conflicts", { id: id === undefined ? "" : checkId(id) })).value;
    });
  }

  /** @param {string} copyId @param {"use-copy" | "discard-copy"} resolution @returns {Promise<void>} */
  resolve(copyId, resolution) {
    return this.run("resolve", async () => {
      this.#memory.clear();
      if (resolution !== "use-copy" && resolution !== "discard-copy") {
        throw invalidArgument('The resolution must be "use-copy" or "discard-copy".');
      }
      await this.ask("resolve", { id: checkId(copyId), resolution }, { isWrite: true });
    });
  }

  /** @param {string} call @param {string} id */
  async #dropAndAsk(call, id) {
    this.#memory.drop(this.#name, [checkId(id)]);
    await this.ask(call, { id }, { isWrite: true });
  }
}
