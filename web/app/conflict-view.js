/** Two versions of a document side by side, and the choice between them. */
import { byId, element } from "../common/dom.js";
import { conflictsOf, endConflict } from "./conflicts.js";
import { whenText } from "./format.js";
import { PageView } from "./page-view.js";
import { describeMarks, firstDifference, nameOf } from "./project.js";

/** @typedef {import("./conflicts.js").Conflict} Conflict */

const TITLES = { current: "The version in your list", other: "The other version" };
const BUTTONS = { current: "Keep this one", other: "Use the other" };

/** @param {Conflict} conflict @param {"current" | "other"} which */
function origin({ side, modified }, which) {
  const when = whenText(modified);
  const isCopyOfDevice = side === "local";
  if (which === "other") return isCopyOfDevice ? `Saved on a device, ${when}` : `Was on the Hub, ${when}`;
  return isCopyOfDevice ? "Was on the Hub first" : "Saved on a device";
}

export class ConflictView {
  /** The open one. @type {import("hubstash").Store} */
  store = /** @type {any} */ (null);
  #onProblem;
  #onEnd;
  /** @type {import("./library.js").Entry | null} */
  #entry = null;
  /** @type {Conflict | null} */
  #conflict = null;
  /** @type {import("./pdf-file.js").PdfFile[]} */
  #pdfs = [];
  #page = 1;
  /** Counts what was opened and closed, so that an answer is known to come too late. */
  #opened = 0;

  /**
   * @param {(error: unknown) => void} onProblem
   * @param {(choice: import("./conflicts.js").Choice | null) => void} onEnd is to close this; null: there is nothing to
   *   choose any more
   */
  constructor(onProblem, onEnd) {
    this.#onProblem = onProblem;
    this.#onEnd = onEnd;
  }

  /** @param {import("./library.js").Entry} entry */
  async open(entry) {
    const closing = this.close();
    const opened = this.#opened;
    const isOpen = () => opened === this.#opened;
    this.#entry = entry;
    try {
      await closing;
      await this.#open(entry, isOpen);
    } catch (error) {
      // What fails because it was closed meanwhile is no problem of anybody's.
      if (isOpen()) throw error;
    }
  }

  /** @param {import("./library.js").Entry} entry @param {() => boolean} isOpen nothing else was opened meanwhile */
  async #open(entry, isOpen) {
    const conflicts = await conflictsOf(this.store, entry);
    if (!isOpen()) return;
    const conflict = conflicts[0];
    if (!conflict) return this.#onEnd(null);
    this.#conflict = conflict;
    const more = conflicts.length > 1 ? ` There are ${conflicts.length} other versions; this is the first.` : "";
    byId("conflict-about", HTMLElement).textContent =
      `Two devices changed “${entry.name}” in ways that cannot be put together. ` +
      `Nothing is lost: choose what stays.${more}`;
    const { PdfFile } = await import("./pdf-file.js");
    const openPdf = async (/** @type {string} */ id) => {
      const file = await this.store.openPdf(id);
      const pdf = file && (await PdfFile.open(file));
      if (isOpen()) this.#pdfs.push(...(pdf ? [pdf] : []));
      else await pdf?.close();
      return pdf;
    };
    const { current, other } = conflict;
    const one = await openPdf(current.pdf);
    const two = other.pdf === current.pdf ? one : await openPdf(other.pdf);
    if (!isOpen()) return;
    this.#page = firstDifference(current.project, other.project);
    byId("versions", HTMLElement).replaceChildren(this.#side(conflict, "current"), this.#side(conflict, "other"));
    await this.#show(conflict, one, two);
    if (!isOpen()) return;
    byId("conflict-page", HTMLElement).textContent = `Shown is page ${this.#page}, the first that differs.`;
    byId("conflict-title", HTMLElement).focus();
  }

  /** @param {Conflict} conflict @param {"current" | "other"} which */
  #side(conflict, which) {
    const { project } = conflict[which];
    const button = element("button", { type: "button", "data-choice": which }, BUTTONS[which]);
    button.addEventListener("click", () => void this.choose(which));
    return element(
      "section",
      { class: "version", "data-version": which, "aria-label": TITLES[which] },
      element("h3", {}, TITLES[which]),
      element("p", { class: "version-name" }, nameOf(project)),
      element("p", { class: "hint" }, `${describeMarks(project)} · ${origin(conflict, which)}`),
      element(
        "div",
        { class: "sheet-frame", role: "img", "aria-label": `${TITLES[which]}: ${describeMarks(project)}` },
        element("div", { class: "sheet" }, element("canvas", {}), element("canvas", { class: "ink" })),
      ),
      button,
    );
  }

  /**
   * @param {Conflict} conflict
   * @param {import("./pdf-file.js").PdfFile | null} one
   * @param {import("./pdf-file.js").PdfFile | null} two
   */
  async #show(conflict, one, two) {
    for (const [which, pdf] of /** @type {const} */ ([["current", one], ["other", two]])) {
      const section = document.querySelector(`[data-version="${which}"]`);
      const frame = section?.querySelector(".sheet-frame");
      const [canvas, ink] = section?.querySelectorAll("canvas") ?? [];
      if (!pdf || !canvas || !ink || !(frame instanceof HTMLElement)) continue;
      const page = Math.min(this.#page, pdf.pageCount);
      const view = new PageView(frame, canvas, ink);
      await view.show(pdf, page);
      view.showMarks(conflict[which].project, page);
    }
  }

  /** @param {import("./conflicts.js").Choice} choice */
  async choose(choice) {
    const [conflict, entry, opened] = [this.#conflict, this.#entry, this.#opened];
    if (!conflict || !entry) return;
    // A second press while the first is carried out is no second choice.
    this.#conflict = null;
    try {
      await endConflict(this.store, conflict, choice);
      const left = await conflictsOf(this.store, entry);
      // Who has opened something else from the list meanwhile stays there.
      if (opened !== this.#opened) return;
      if (left.length > 0) return void (await this.open(entry));
      this.#onEnd(choice);
    } catch (error) {
      if (opened === this.#opened) this.#conflict = conflict;
      this.#onProblem(error);
    }
  }

  async close() {
    this.#opened += 1;
    const pdfs = this.#pdfs;
    this.#conflict = null;
    this.#pdfs = [];
    byId("conflict-page", HTMLElement).textContent = "";
    byId("versions", HTMLElement).replaceChildren();
    for (const pdf of pdfs) await pdf.close();
  }
}
