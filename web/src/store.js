// The store as apps have it: collections, short names for the common calls, and what concerns the store as a whole.
import { LazyBackups } from "./backups.js";
import { isBlob } from "./blob-input.js";
import { BlobCollection } from "./blobs.js";
import { DocumentCollection } from "./documents.js";
import { invalidArgument, notInThisVersion } from "./errors.js";
import { checkId } from "./ids.js";
import { Memory } from "./memory.js";
import { StatusReader, persist } from "./status.js";
import { checkTransferOptions } from "./transfer-options.js";

/** @typedef {import("./types.js").TransferOptions} TransferOptions */
/** @typedef {Omit<import("./types.js").Store, keyof EventTarget | "collection">} Contract */

/** @implements {Contract} */
export class Store extends EventTarget {
  #client;
  #status = new StatusReader();
  /** @type {Map<string, {kind: "json" | "blob", collection: any}>} */
  #collections = new Map();

  #tabs;
  #memory;
  /** What of the last status concerns the lists of other tabs. @type {string | undefined} */
  #told;
  #backups;
  #closed = new AbortController();

  /**
   * @param {(onNotice: (header: any) => void) => import("./client.js").Client} connect
   * @param {import("./tabs.js").Tabs} [tabs] the other tabs that have this store open
   * @param {import("./memory.js").Memory<any>} [memory]
   */
  constructor(connect, tabs, memory = new Memory(0)) {
    super();
    this.#tabs = tabs;
    this.#memory = memory;
    tabs?.listen(
      (change) => this.#changed(change),
      (conflict) => this.#conflict(conflict),
      () => this.#memory.dropLists(),
      () => this.#changedAll(),
    );
    // What the other tabs told a frozen page reaches it a little after its own timers.
    const { signal } = this.#closed;
    globalThis.document?.addEventListener("resume", () => this.#memory.clear(), { signal });
    this.#client = connect((header) => this.#notice(header));
    this.#backups = new LazyBackups(this.#client, memory, {
      events: this,
      collections: () => [...this.#collections].map(([collection, { kind }]) => ({ collection, kind })),
    });
    /** @type {DocumentCollection} */
    this.projects = this.collection("projects", "json");
    /** @type {BlobCollection} */
    this.pdfs = this.collection("pdfs", "blob");
  }

  /**
   * @template {"json" | "blob"} K
   * @param {string} name
   * @param {K} kind
   * @returns {K extends "json" ? DocumentCollection : BlobCollection} the same one for the same name
   */
  collection(name, kind) {
    if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
      throw invalidArgument(
        `"${name}" cannot name a collection: 1 to 32 of a-z, 0-9 and "-", beginning with a letter.`,
      );
    }
    if (kind !== "json" && kind !== "blob") throw invalidArgument(`The kind of "${name}" must be "json" or "blob".`);
    let entry = this.#collections.get(name);
    if (!entry) {
      const collection =
        kind === "json"
          ? new DocumentCollection(this.#client, name, this.#memory)
          : new BlobCollection(this.#client, name, this.#memory);
      this.#collections.set(name, (entry = { kind, collection }));
    }
    if (entry.kind !== kind)
      throw invalidArgument(`The collection "${name}" has the kind "${entry.kind}", not "${kind}".`);
    return entry.collection;
  }

  /** @param {import("./types.js").Document} project */
  saveProject(project) {
    return this.projects.save(project);
  }
  /** @param {string} id */
  loadProject(id) {
    return this.projects.load(id);
  }
  listProjects() {
    return this.projects.list();
  }
  /** @param {string} id */
  deleteProject(id) {
    return this.projects.delete(id);
  }
  /** @param {string} id @param {import("./types.js").BlobInput} data @param {TransferOptions} [options] */
  savePdf(id, data, options) {
    return this.pdfs.save(id, data, options);
  }
  /** @param {string} id @param {TransferOptions} [options] */
  loadPdf(id, options) {
    return this.pdfs.load(id, options);
  }
  /** @param {string} id */
  openPdf(id) {
    return this.pdfs.open(id);
  }
  listPdfs() {
    return this.pdfs.list();
  }
  /** @param {string} id */
  deletePdf(id) {
    return this.pdfs.delete(id);
  }

  /**
   * @param {{signal?: AbortSignal, onProgress?: (p: import("./types.js").Progress) => void}} [options]
   * @returns {Promise<import("./types.js").SyncReport>}
   */
  sync(options) {
    return this.#client.run("sync", async () => {
      const { signal, onProgress } = checkTransferOptions(options);
      try {
        return (await this.#client.call({ call: "sync" }, { signal, onProgress })).value;
      } finally {
        // The notice of what is on the Hub now comes a little later than the answer.
        this.#memory.dropLists();
      }
    });
  }

  /** @returns {Promise<import("./types.js").StoreStatus>} */
  status() {
    return this.#client.run("status", async () => {
      const status = await this.#client.status();
      // A list that is asked for next must not be older than this answer.
      this.#memory.dropLists();
      return this.#status.completeAnew(status);
    });
  }

  /** See types.d.ts; of the moment, so that a "beforeunload" listener can ask. */
  get safeToClose() {
    return this.#client.safeToClose;
  }

  /** @returns {Promise<import("./types.js").Metrics>} */
  async metrics() {
    const operations = this.#client.operations();
    const { network, cache, compression } = await this.#client.status();
    return {
      operations,
      cache: { ...cache, hits: cache.hits + this.#memory.hits, memoryBytes: this.#memory.bytes },
      compression,
      network,
    };
  }

  /** @returns {Promise<boolean>} */
  persist() {
    return this.#client.run("persist", persist);
  }

  /** @param {{force?: boolean}} [options] @returns {Promise<void>} */
  clearLocal({ force = false } = {}) {
    return this.#client.run("clearLocal", async () => {
      if (typeof force !== "boolean") throw invalidArgument("options.force must be true or false.");
      this.#memory.clear();
      const { backupDatabase } = this.#client;
      await this.#client.call({ call: "clear", force }, { isWrite: true });
      this.#memory.clear();
      await this.#backups.clear(backupDatabase);
    });
  }

  /** @returns {Promise<void>} */
  close() {
    this.#tabs?.close();
    this.#closed.abort();
    this.#memory.clear();
    return this.#client.close();
  }

  /** @param {TransferOptions} [options] @returns {Promise<Blob>} */
  exportBackup(options) {
    return this.#client.run("exportBackup", async () => {
      const { signal, onProgress } = checkTransferOptions(options);
      return (await this.#backups.load()).export({ signal, onProgress });
    });
  }

  /**
   * @param {Blob} zip
   * @param {TransferOptions & {mode?: "merge" | "replace"}} [options]
   * @returns {Promise<import("./types.js").ImportReport>}
   */
  importBackup(zip, options) {
    return this.#client.run("importBackup", async () => {
      const { signal, onProgress } = checkTransferOptions(options);
      const mode = options?.mode;
      if (mode !== undefined && mode !== "merge" && mode !== "replace") {
        throw invalidArgument('options.mode must be "merge" or "replace".');
      }
      if (!isBlob(zip)) throw invalidArgument("importBackup needs the zip as a Blob, e.g. a File that the user chose.");
      return (await this.#backups.load()).import(zip, { signal, onProgress, mode });
    });
  }

  /** @returns {Promise<import("./types.js").BackupInfo[]>} */
  listBackups() {
    return this.#client.run("listBackups", async () => (await this.#backups.load()).list());
  }

  /** @param {string} id @returns {Promise<import("./types.js").ImportReport>} */
  restoreBackup(id) {
    return this.#client.run("restoreBackup", async () => {
      checkId(id);
      return (await this.#backups.load()).restore(id);
    });
  }

  /** @returns {Promise<never>} */
  async migrateLegacy() {
    throw notInThisVersion("migrateLegacy()");
  }
  /** @returns {Promise<never>} */
  async hubUsage() {
    throw notInThisVersion("hubUsage()");
  }
  /** @returns {Promise<never>} */
  async compactHistory() {
    throw notInThisVersion("compactHistory()");
  }
  /** @returns {Promise<never>} */
  async trace() {
    throw notInThisVersion("trace()");
  }

  /** @param {any} header a notice of c_api.h; of an error, `error` is a StoreError already */
  async #notice({ type, ...content }) {
    if (type === "change") {
      this.#tabs?.tell(content);
      this.#changed(content);
    } else if (type === "moved") await this.#moved(content.place, content.account);
    else if (type === "conflict") {
      this.#tabs?.tellConflict(content);
      this.#conflict(content);
    } else if (type === "error") {
      // The worker or the data may have gone.
      this.#memory.clear();
      this.#emit("error", content.error);
    } else if (type === "status") {
      // What waited may be on the Hub now.
      this.#memory.dropLists();
      this.#tellStatus(content.status);
      this.#emit("status", await this.#status.completeSoon(content.status));
    }
  }

  /**
   * Tells the other tabs, unless their lists are as before: a page that is kept for "back" is dropped when it is told.
   * @param {any} status of the engine
   */
  #tellStatus({ pending, lastCommit, cache }) {
    const news = JSON.stringify([pending, lastCommit, cache?.evictions]);
    if (this.#told !== undefined && this.#told !== news) this.#tabs?.tellStatus();
    this.#told = news;
  }

  /**
   * The data is another account's: whoever shows a list has to show that one.
   * @param {string} place @param {string} account
   */
  #moved(place, account) {
    this.#tabs?.moveTo(place);
    this.#memory.clear();
    this.#emit("account", { account });
    return this.#changedAll();
  }

  /** @param {import("./types.js").ChangeDetail} change */
  #changed(change) {
    // This tab's own saves know what they have written.
    if (change.source !== "local") this.#memory.drop(change.collection, change.ids);
    else this.#memory.dropLists();
    this.#emit("change", change);
  }

  /** @param {import("./types.js").ConflictDetail} conflict */
  #conflict(conflict) {
    this.#memory.drop(conflict.collection, [conflict.id]);
    this.#emit("conflict", conflict);
  }

  /** Anything may have changed: every list is to be shown anew. */
  async #changedAll() {
    this.#memory.clear();
    for (const [collection, { collection: items }] of this.#collections) {
      const listed = await items.list().catch(() => []);
      const ids = listed.map((/** @type {import("./types.js").ItemInfo} */ { id }) => id);
      this.#emit("change", { collection, ids, source: "tab" });
    }
  }

  /** @param {string} type @param {any} detail */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
