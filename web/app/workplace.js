/** The open store and everything on the page that shows it. */
import { openStore } from "hubstash";
import { byId } from "../common/dom.js";
import { storeOptions } from "./account.js";
import { addFiles } from "./adding.js";
import { ConflictView } from "./conflict-view.js";
import { askName, confirmed } from "./dialogs.js";
import { sizeText } from "./format.js";
import { Library } from "./library.js";
import { ListView } from "./list-view.js";
import { Reader } from "./reader.js";
import { wireReader } from "./reader-controls.js";
import { showOffline, showProblem, showStatus } from "./status-view.js";
import { showStorage } from "./storage-view.js";

/**
 * @typedef {import("./library.js").Entry} Entry
 * @typedef {"list" | "reader" | "conflict"} View what a narrow screen shows; a wide one has the list beside it
 */

/** Errors of the background that mend themselves are in the status line already. */
const NEEDS_PERSON = new Set(["after-user", "after-sign-in"]);

export class Workplace {
  /** @type {import("hubstash").Store} */
  #store = /** @type {any} */ (null);
  /** What a person does before it is open waits for it. */
  #opening = Promise.resolve();
  #library = new Library();
  #log;
  #list;
  #reader;
  #conflict;
  #localOnly = true;
  /** @type {import("hubstash").StoreStatus | null} */
  #status = null;
  /** @type {Entry[]} */
  #entries = [];
  /** The listing that is under way. @type {Promise<void> | null} */
  #listing = null;
  #listAgain = false;
  /** @type {string | null} */
  #lastCommit = null;

  /** @param {import("./activity.js").ActivityLog} log */
  constructor(log) {
    this.#log = log;
    this.#library.onWriting = () => this.showStatus();
    this.#list = new ListView(byId("list", HTMLElement), (action, entry) => {
      void this.#try(() => this.#act(action, entry));
    });
    this.#reader = new Reader({ library: this.#library, log, onProblem: showProblem });
    this.#conflict = new ConflictView(showProblem, (choice) => void this.#try(() => this.#conflictEnded(choice)));
    wireReader(this.#reader);
    const on = (/** @type {string} */ id, /** @type {() => Promise<unknown>} */ act) =>
      byId(id, HTMLButtonElement).addEventListener("click", () => void this.#try(act));
    on("sync-now", () => this.sync());
    on("back", () => this.#backToList());
    on("keep-both", () => this.#conflict.choose("both"));
    on("later", () => this.#backToList());
    on("persist", () => this.#persist());
    on("free-all", () => this.#freeAll());
    addEventListener("online", () => this.showStatus());
    addEventListener("offline", () => this.showStatus());
    addEventListener("beforeunload", (event) => {
      // What is saved here survives the page; only a save that is under way does not.
      if (this.#library.isWriting) event.preventDefault();
    });
  }

  /** Opens the account's data in the place of what was open. @param {import("./account.js").Account} account */
  open(account) {
    this.#opening = this.#open(account);
    return this.#opening;
  }

  /** @param {import("./account.js").Account} account */
  async #open(account) {
    const started = performance.now();
    if (this.#store) {
      await this.#backToList();
      await this.#store.close();
    }
    this.#store = await openStore({ ...storeOptions(account), onMetric: this.#log.metric });
    this.#log.add("Opened the data on this device", performance.now() - started);
    this.#localOnly = account.place?.mode !== "hybrid";
    this.#list.localOnly = this.#localOnly;
    this.#library.use(this.#store);
    this.#conflict.store = this.#store;
    this.#status = null;
    this.#listen();
    await this.refresh();
    this.#showStatusOf(await this.#store.status());
  }

  #listen() {
    const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) =>
      this.#store.addEventListener(type, listener);
    on("status", ({ detail }) => this.#showStatusOf(detail));
    on("change", ({ detail }) => this.#changed(detail));
    on("conflict", ({ detail }) => {
      this.#log.add(detail.copyId ? "Two devices changed the same; both are kept" : "Merged with another device");
      void this.refresh();
    });
    on("account", () => void this.refresh());
    on("error", ({ detail }) => {
      this.#log.add(`Background sync: ${detail.message}`, null, false);
      if (NEEDS_PERSON.has(detail.retry) || detail.code === "WORKER_DIED") showProblem(detail);
    });
  }

  /** @param {{ collection: string, ids: string[], source: string }} change */
  #changed({ ids, source }) {
    void this.refresh();
    const { openId } = this.#reader;
    if (source !== "local" && openId && ids.includes(openId)) void this.#try(() => this.#reader.refresh());
  }

  /** Lists anew, and resolves when the list shows what there is now; calls that come meanwhile are one more listing. */
  refresh() {
    this.#listAgain = true;
    this.#listing ??= this.#listAll();
    return this.#listing;
  }

  async #listAll() {
    try {
      while (this.#listAgain) {
        this.#listAgain = false;
        this.#entries = await this.#library.list();
        this.#showList();
        this.showStatus();
      }
    } catch (error) {
      showProblem(error);
    } finally {
      this.#listing = null;
    }
  }

  #showList() {
    this.#list.openId = this.#reader.openId;
    this.#list.show(this.#entries);
    byId("empty", HTMLElement).hidden = this.#entries.length > 0;
    const canFree = this.#entries.some(({ cached, state }) => cached && state === "synced");
    byId("free-all", HTMLButtonElement).hidden = this.#localOnly || !canFree;
  }

  /** @param {import("hubstash").StoreStatus} status */
  #showStatusOf(status) {
    const isNewCommit = status.lastCommit !== this.#lastCommit && this.#status !== null;
    if (isNewCommit && status.lastCommit) this.#log.add(`The Hub is at commit ${status.lastCommit.slice(0, 7)}`);
    this.#lastCommit = status.lastCommit;
    if (this.#status && this.#status.pending !== status.pending) void this.refresh();
    this.#status = status;
    this.showStatus();
    showStorage(status);
  }

  showStatus() {
    const online = navigator.onLine;
    const conflicts = this.#entries.filter(({ state }) => state === "conflict").length;
    showStatus(this.#status, { localOnly: this.#localOnly, online, writing: this.#library.isWriting, conflicts });
    showOffline(this.#localOnly || (online && this.#status?.phase !== "offline"));
  }

  /** Whether it opened; why it did not has been shown. */
  async #isOpen() {
    await this.#opening.catch(() => {});
    return this.#store !== null;
  }

  /** @param {() => Promise<unknown> | unknown} work */
  async #try(work) {
    if (!(await this.#isOpen())) return;
    try {
      await work();
    } catch (error) {
      showProblem(error);
    }
  }

  async sync() {
    const button = byId("sync-now", HTMLButtonElement);
    if (button.getAttribute("aria-disabled") === "true") return;
    // It keeps the focus, which a disabled button would lose.
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Syncing …";
    try {
      this.#log.synced(await this.#store.sync());
    } catch (error) {
      this.#log.add("Sync", null, false);
      throw error;
    } finally {
      button.removeAttribute("aria-disabled");
      button.textContent = "Sync now";
      await this.refresh();
      this.#showStatusOf(await this.#store.status());
    }
  }

  /** @param {File[]} files */
  async add(files) {
    if (!(await this.#isOpen())) return;
    byId("problem", HTMLElement).hidden = true;
    const ids = await addFiles(files, this.#library, showProblem);
    await this.refresh();
    const only = ids.length === 1 ? this.#entries.find(({ id }) => id === ids[0]) : undefined;
    if (only) await this.#try(() => this.#act("open", only));
  }

  /** @param {import("./list-view.js").Action} action @param {Entry} entry */
  async #act(action, entry) {
    switch (action) {
      case "open":
        return this.#openReader(entry);
      case "compare":
        return this.#compare(entry);
      case "rename":
        return this.#rename(entry);
      case "delete":
        return this.#delete(entry);
      case "download":
        return this.#download(entry);
      case "free":
        await this.#library.free(entry.pdf);
        return this.refresh();
    }
  }

  /** @param {Entry} entry */
  async #openReader({ id }) {
    this.#show("reader");
    const opening = this.#reader.open(id);
    byId("page", HTMLElement).focus({ preventScroll: true });
    try {
      await Promise.all([opening, this.#conflict.close()]);
    } finally {
      this.#showList();
    }
  }

  /** @param {Entry} entry */
  async #compare(entry) {
    this.#show("conflict");
    await Promise.all([this.#conflict.open(entry), this.#reader.close()]);
  }

  /** @param {Entry} entry */
  async #rename({ id, name }) {
    const wanted = await askName(name);
    if (wanted === null) return;
    await this.#library.rename(id, wanted);
    await this.refresh();
    await this.#reader.refresh();
  }

  /** @param {Entry} entry */
  async #delete({ id, name }) {
    const where = this.#localOnly ? "on this device" : "on this device, on the Hub and on your other devices";
    const text = `“${name}” and everything drawn on it will be deleted ${where}.`;
    if (!(await confirmed({ title: "Delete this PDF?", text, action: "Delete" }))) return;
    if (this.#reader.openId === id) await this.#backToList();
    await this.#library.delete(id);
    await this.refresh();
  }

  /** @param {Entry} entry */
  async #download({ name, pdf }) {
    const news = byId("adding", HTMLElement);
    const onProgress = (/** @type {import("hubstash").Progress} */ { loaded, total }) => {
      news.textContent = `Fetching ${name}: ${sizeText(loaded)}${total ? ` of ${sizeText(total)}` : ""} …`;
    };
    try {
      await this.#library.download(pdf, { onProgress });
    } finally {
      news.textContent = "";
      await this.refresh();
    }
  }

  async #persist() {
    const isKept = await this.#store.persist();
    this.#showStatusOf(await this.#store.status());
    byId("persist-news", HTMLElement).textContent = isKept
      ? "Done: your data stays on this device."
      : "The browser did not agree. Bookmark or install this page, use it a while, then ask again.";
  }

  async #freeAll() {
    const text = "PDFs that are on the Hub leave this device. They are fetched again when you open them.";
    if (!(await confirmed({ title: "Free space on this device?", text, action: "Free space" }))) return;
    await this.#backToList();
    const count = await this.#library.freeAll();
    this.#log.add(`Freed the space of ${count} ${count === 1 ? "PDF" : "PDFs"}`);
    await this.refresh();
    this.#showStatusOf(await this.#store.status());
  }

  /** @param {import("./conflicts.js").Choice | null} choice */
  async #conflictEnded(choice) {
    this.#log.add(choice === null ? "The versions are one again" : "A conflict was decided");
    await this.#backToList();
    await this.refresh();
  }

  async #backToList() {
    const { openId } = this.#reader;
    this.#show("list");
    const closing = Promise.all([this.#reader.close(), this.#conflict.close()]);
    this.#showList();
    const index = Math.max(0, this.#entries.findIndex(({ id }) => id === openId));
    const line = byId("list", HTMLElement).children[index];
    (line?.querySelector("button") ?? byId("files", HTMLElement)).focus();
    await closing;
  }

  /**
   * Whoever leads elsewhere shows it at once and closes the rest after it: while something is being closed, a person
   * may have opened the next, which must stay.
   * @param {View} view
   */
  #show(view) {
    byId("workplace", HTMLElement).dataset["view"] = view;
    byId("reader", HTMLElement).hidden = view !== "reader";
    byId("conflict", HTMLElement).hidden = view !== "conflict";
    byId("nothing-open", HTMLElement).hidden = view !== "list";
  }

  /** Takes this store's data off the device; refused where something is only here. */
  async forget() {
    await this.#store.clearLocal();
    await this.#store.close();
  }
}
