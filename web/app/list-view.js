/** The list of PDFs. A line is kept as long as its entry is there, so that the keyboard's focus stays where it is. */
import { element } from "../common/dom.js";
import { sizeText, whenText } from "./format.js";
import { stateWords } from "./status-text.js";

/**
 * @typedef {import("./library.js").Entry} Entry
 * @typedef {{ item: HTMLLIElement, name: HTMLButtonElement, facts: HTMLElement, chips: HTMLElement,
 *   actions: HTMLElement, entry: Entry, shown: string }} Line `shown`: what it shows, as text
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
  /** @type {Map<string, Line>} */
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
    const active = focused < 0 ? null : /** @type {HTMLElement} */ (document.activeElement);
    for (const [id, { item }] of this.#lines) {
      if (ids.has(id)) continue;
      item.remove();
      this.#lines.delete(id);
    }
    entries.forEach((entry, i) => {
      const line = this.#lineOf(entry);
      if (this.#list.children[i] !== line) this.#list.insertBefore(line, this.#list.children[i] ?? null);
    });
    // A line that moves up loses the focus, but is still there.
    if (active?.isConnected) active.focus({ preventScroll: true });
    else this.#restoreFocus(focused);
  }

  /** @param {Entry} entry */
  #lineOf(entry) {
    const line = this.#lines.get(entry.id) ?? this.#newLine(entry);
    this.#lines.set(entry.id, line);
    line.entry = entry;
    const isOpen = entry.id === this.openId;
    const shown = JSON.stringify([entry, isOpen, this.localOnly]);
    if (line.shown === shown) return line.item;
    line.shown = shown;
    line.item.classList.toggle("open", isOpen);
    line.name.textContent = entry.name;
    if (isOpen) line.name.setAttribute("aria-current", "true");
    else line.name.removeAttribute("aria-current");
    const pages = entry.pageCount > 0 ? [`${entry.pageCount} ${entry.pageCount === 1 ? "page" : "pages"}`] : [];
    line.facts.textContent = [sizeText(entry.size), ...pages, whenText(entry.modified)].join(" · ");
    const words = stateWords({ ...entry, localOnly: this.localOnly });
    if (!entry.hasPdf) words[0] = { text: "PDF is missing", tone: "problem" };
    line.chips.replaceChildren(...words.map(({ text, tone }) => element("span", { class: `chip ${tone}` }, text)));
    this.#showActions(line);
    return line.item;
  }

  /** @param {Entry} entry @returns {Line} */
  #newLine(entry) {
    const name = element("button", { type: "button", class: "entry-name", "data-action": "open" });
    const facts = element("p", { class: "hint" });
    const chips = element("p", { class: "chips" });
    const actions = element("p", { class: "entry-actions" });
    const item = element("li", { class: "entry" }, name, facts, chips, actions);
    const line = { item, name, facts, chips, actions, entry, shown: "" };
    name.addEventListener("click", () => this.#onAction("open", line.entry));
    return line;
  }

  /** A button stays as long as its action does, so that no click and no focus is lost to a change of state. */
  #showActions(/** @type {Line} */ line) {
    const wanted = actionsOf(line.entry, this.localOnly);
    const hadFocus = line.actions.contains(document.activeElement);
    const buttons = wanted.map((action) => {
      const old = line.actions.querySelector(`[data-action="${action}"]`);
      const button = old ?? element("button", { type: "button", class: "link", "data-action": action }, LABELS[action]);
      if (!old) button.addEventListener("click", () => this.#onAction(action, line.entry));
      button.setAttribute("aria-label", `${LABELS[action]}: ${line.entry.name}`);
      return button;
    });
    for (const child of [...line.actions.children]) if (!buttons.includes(child)) child.remove();
    buttons.forEach((button, i) => {
      if (line.actions.children[i] !== button) line.actions.insertBefore(button, line.actions.children[i] ?? null);
    });
    if (hadFocus && !line.actions.contains(document.activeElement)) line.name.focus();
  }

  #focusedIndex() {
    return [...this.#list.children].findIndex((item) => item.contains(document.activeElement));
  }

  /** The line with the focus is gone: it goes on to the next one, not to the top of the page. @param {number} index */
  #restoreFocus(index) {
    if (index < 0 || this.#focusedIndex() >= 0) return;
    const next = this.#list.children[Math.min(index, this.#list.children.length - 1)];
    if (next) next.querySelector("button")?.focus();
    else document.getElementById("files")?.focus();
  }
}
