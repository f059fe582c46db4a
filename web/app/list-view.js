/** The list of PDFs. A line is kept as long as its entry is there, so that the keyboard's focus stays where it is. */
import { element } from "../bench/dom.js";
import { sizeText, whenText } from "./format.js";
import { stateWords } from "./status-text.js";

/**
 * @typedef {import("./library.js").Entry} Entry
 * @typedef {"open" | "rename" | "delete" | "download" | "free" | "compare"} Action
 */

/** @type {Record<Exclude<Action, "open">, string>} */
const LABELS = {
  compare: "Compare versions",
  rename: "Rename",
  download: "Keep on this device",
  free: "Free space",
  delete: "Delete",
};

/** @param {Entry} entry @param {boolean} localOnly @returns {(keyof typeof LABELS)[]} */
function actionsOf({ state, cached, hasPdf }, localOnly) {
  /** @type {(keyof typeof LABELS)[]} */
  const actions = state === "conflict" ? ["compare", "rename"] : ["rename"];
  if (!localOnly && hasPdf && !cached) actions.push("download");
  if (!localOnly && hasPdf && cached && state === "synced") actions.push("free");
  return [...actions, "delete"];
}

export class ListView {
  #list;
  #onAction;
  /** @type {Map<string, { item: HTMLLIElement, shown: string }>} */
  #lines = new Map();
  localOnly = false;
  /** @type {string | null} the entry that the reader shows */
  openId = null;

  /** @param {HTMLElement} list @param {(action: Action, entry: Entry) => void} onAction */
  constructor(list, onAction) {
    this.#list = list;
    this.#onAction = onAction;
  }

  /** @param {Entry[]} entries */
  show(entries) {
    const ids = new Set(entries.map(({ id }) => id));
    const focused = this.#focusedIndex();
    for (const [id, { item }] of this.#lines) {
      if (ids.has(id)) continue;
      item.remove();
      this.#lines.delete(id);
    }
    entries.forEach((entry, i) => {
      const line = this.#lineOf(entry);
      if (this.#list.children[i] !== line) this.#list.insertBefore(line, this.#list.children[i] ?? null);
    });
    this.#restoreFocus(focused);
  }

  /** @param {Entry} entry */
  #lineOf(entry) {
    const line = this.#lines.get(entry.id) ?? { item: element("li", { class: "entry" }), shown: "" };
    this.#lines.set(entry.id, line);
    const isOpen = entry.id === this.openId;
    const shown = JSON.stringify([entry, isOpen, this.localOnly]);
    if (line.shown === shown) return line.item;
    line.shown = shown;
    const action = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset["action"];
    const hadFocus = line.item.contains(document.activeElement);
    line.item.replaceChildren(...this.#contents(entry, isOpen));
    line.item.classList.toggle("open", isOpen);
    if (hadFocus) this.#button(line.item, action ?? "open")?.focus();
    return line.item;
  }

  /** @param {Element} item @param {string} action @returns {HTMLElement | null} */
  #button = (item, action) => item.querySelector(`[data-action="${action}"]`) ?? item.querySelector("button");

  /** @param {Entry} entry @param {boolean} isOpen */
  #contents(entry, isOpen) {
    const pages = entry.pageCount > 0 ? [`${entry.pageCount} ${entry.pageCount === 1 ? "page" : "pages"}`] : [];
    const facts = [sizeText(entry.size), ...pages, whenText(entry.modified)];
    const words = stateWords({ ...entry, localOnly: this.localOnly });
    if (!entry.hasPdf) words[0] = { text: "PDF is missing", tone: "problem" };
    const chips = words.map(({ text, tone }) => element("span", { class: `chip ${tone}` }, text));
    return [
      this.#action("open", entry, entry.name, { class: "entry-name", ...(isOpen ? { "aria-current": "true" } : {}) }),
      element("p", { class: "hint" }, facts.join(" · ")),
      element("p", { class: "chips" }, ...chips),
      element(
        "p",
        { class: "entry-actions" },
        ...actionsOf(entry, this.localOnly).map((action) =>
          this.#action(action, entry, LABELS[action], { "aria-label": `${LABELS[action]}: ${entry.name}` }),
        ),
      ),
    ];
  }

  /** @param {Action} action @param {Entry} entry @param {string} label @param {Record<string, string>} attributes */
  #action(action, entry, label, attributes) {
    const button = element("button", { type: "button", "data-action": action, ...attributes }, label);
    button.addEventListener("click", () => this.#onAction(action, entry));
    return button;
  }

  #focusedIndex() {
    return [...this.#list.children].findIndex((item) => item.contains(document.activeElement));
  }

  /** The line with the focus is gone: it goes on to the next one, not to the top of the page. @param {number} index */
  #restoreFocus(index) {
    if (index < 0 || this.#focusedIndex() >= 0) return;
    const next = this.#list.children[Math.min(index, this.#list.children.length - 1)];
    if (next) this.#button(next, "open")?.focus();
    else document.getElementById("files")?.focus();
  }
}
