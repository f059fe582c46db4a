/** The check boxes of "What is measured". */
import { byId, element } from "../common/dom.js";
import { formatBytes } from "../common/format.js";
import { CONTENDERS } from "./contenders/index.js";
import { DURABILITIES, ITEMS, PDFS, PROJECTS, TEMPERATURES, USUAL } from "./matrix.js";

const HINTS = {
  warm: "Warm: the store is open",
  cold: "Cold: opened anew before each step, nothing in memory",
  strict: "Strict: acknowledged when on disk",
  relaxed: "Relaxed: when the browser has taken it",
};

const GROUPS = /** @type {const} */ (["contenders", "pdfs", "projects", "temperatures", "durabilities", "items"]);

/** @typedef {typeof GROUPS[number]} Group */

/** @param {number} bytes a round number */
const sizeWords = (bytes) => formatBytes(bytes).replace(".0", "");

export class SelectionView {
  #libraries;
  /** Called when a tick has changed. */
  onChange = () => {};

  /** @param {import("./libraries.js").Libraries} libraries */
  constructor(libraries) {
    this.#libraries = libraries;
    this.#show("contenders", CONTENDERS.map(({ name, label, hint, library }) => {
      const missing = library !== undefined && !libraries.bundles.has(library);
      return { value: name, text: label, hint: missing ? "not served with this page" : hint, missing };
    }), USUAL.contenders);
    const sizes = (/** @type {readonly import("./matrix.js").Load[]} */ loads) =>
      loads.map(({ key, bytes }) => ({ value: key, text: bytes === null ? "The PDF above" : sizeWords(bytes) }));
    this.#show("pdfs", sizes(PDFS), USUAL.pdfs);
    this.#show("projects", sizes(PROJECTS), USUAL.projects);
    this.#show("temperatures", TEMPERATURES.map((value) => ({ value, text: HINTS[value] })), USUAL.temperatures);
    this.#show("durabilities", DURABILITIES.map((value) => ({ value, text: HINTS[value] })), USUAL.durabilities);
    const itemsText = (/** @type {number} */ count) => (count === 0 ? "Empty" : `${count.toLocaleString("en")} items`);
    const items = ITEMS.map((count) => ({ value: String(count), text: itemsText(count) }));
    this.#show("items", items, USUAL.items.map(String));
  }

  /** @returns {import("./matrix.js").Selection} */
  get selection() {
    const ticked = (/** @type {Group} */ group) =>
      this.#boxes(group).filter((one) => one.checked).map((one) => one.value);
    return {
      contenders: ticked("contenders"),
      pdfs: ticked("pdfs"),
      projects: ticked("projects"),
      temperatures: /** @type {import("./matrix.js").Setting["temperature"][]} */ (ticked("temperatures")),
      durabilities: /** @type {import("./matrix.js").Setting["durability"][]} */ (ticked("durabilities")),
      items: ticked("items").map(Number),
    };
  }

  get versions() {
    return this.#libraries.versions;
  }

  /** @param {boolean} locked */
  lock(locked) {
    for (const group of GROUPS) {
      for (const box of this.#boxes(group)) box.disabled = locked || box.dataset.missing !== undefined;
    }
  }

  /** In a few words, what is ticked, for those who leave the section closed. @param {string} text */
  summary(text) {
    byId("matrix-summary", HTMLSpanElement).textContent = text;
  }

  /** @param {Group} group */
  #boxes(group) {
    return [...byId(`choose-${group}`, HTMLElement).querySelectorAll("input")];
  }

  /**
   * @param {Group} group
   * @param {{ value: string, text: string, hint?: string, missing?: boolean }[]} choices
   * @param {string[]} usual
   */
  #show(group, choices, usual) {
    const rows = choices.map(({ value, text, hint, missing = false }) => {
      const id = `${group}-${value}`;
      const box = element("input", { type: "checkbox", id, value });
      box.checked = usual.includes(value);
      box.disabled = missing;
      if (missing) box.dataset.missing = "";
      box.addEventListener("change", () => this.onChange());
      const label = element("label", { for: id }, text);
      if (hint) label.append(" ", element("span", { class: "hint" }, hint));
      return element("p", { class: "check" }, box, label);
    });
    byId(`choose-${group}`, HTMLElement).replaceChildren(...rows);
  }
}
