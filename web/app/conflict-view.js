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

  /**
   * @param {(error: unknown) => void} onProblem
   * @param {(choice: import("./conflicts.js").Choice | null) => void} onEnd null: there is nothing to choose any more
   */
  constructor(onProblem, onEnd) {
    this.#onProblem = onProblem;
    this.#onEnd = onEnd;
  }

  /** @param {import("./library.js").Entry} entry */
  async open(entry) {
    await this.close();
    this.#entry = entry;
    const conflicts = await conflictsOf(this.store, entry);
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
      return file ? PdfFile.open(file) : null;
    };
    const { current, other } = conflict;
    const one = await openPdf(current.pdf);
    const two = other.pdf === current.pdf ? one : await openPdf(other.pdf);
    this.#pdfs = [one, two].filter((pdf) => pdf !== null);
    this.#page = firstDifference(current.project, other.project);
    byId("versions", HTMLElement).replaceChildren(this.#side("current"), this.#side("other"));
    await this.#show(one, two);
    byId("conflict-title", HTMLElement).focus();
  }

  /** @param {"current" | "other"} which */
  #side(which) {
    const conflict = /** @type {Conflict} */ (this.#conflict);
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

  /** @param {import("./pdf-file.js").PdfFile | null} one @param {import("./pdf-file.js").PdfFile | null} two */
  async #show(one, two) {
    const conflict = /** @type {Conflict} */ (this.#conflict);
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
    byId("conflict-page", HTMLElement).textContent = `Shown is page ${this.#page}, the first that differs.`;
  }

  /** @param {import("./conflicts.js").Choice} choice */
  async choose(choice) {
    const [conflict, entry] = [this.#conflict, this.#entry];
    if (!conflict || !entry) return;
    try {
      await endConflict(this.store, conflict, choice);
      const left = await conflictsOf(this.store, entry);
      if (left.length > 0) return void (await this.open(entry));
      await this.close();
      this.#onEnd(choice);
    } catch (error) {
      this.#onProblem(error);
    }
  }

  async close() {
    const pdfs = new Set(this.#pdfs);
    this.#conflict = null;
    this.#pdfs = [];
    byId("conflict-page", HTMLElement).textContent = "";
    byId("versions", HTMLElement).replaceChildren();
    for (const pdf of pdfs) await pdf.close();
  }
}
