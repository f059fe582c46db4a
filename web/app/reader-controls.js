/** Buttons, fields and keys of the reader. */
import { byId } from "../common/dom.js";

/** @param {import("./reader.js").Reader} reader */
export function wireReader(reader) {
  const on = (/** @type {string} */ id, /** @type {() => unknown} */ act) =>
    byId(id, HTMLButtonElement).addEventListener("click", () => void act());
  on("previous", () => reader.goTo(reader.page - 1));
  on("next", () => reader.goTo(reader.page + 1));
  on("zoom-out", () => reader.zoom(-1));
  on("zoom-in", () => reader.zoom(1));
  on("undo", () => reader.undo());
  const number = byId("page-number", HTMLInputElement);
  number.addEventListener("change", () => void reader.goTo(Number(number.value)));
  byId("text-panel", HTMLDetailsElement).addEventListener("toggle", () => void reader.showText());

  const text = byId("note-text", HTMLInputElement);
  byId("note-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    reader.addNote(text.value);
    text.value = "";
  });

  const ink = byId("ink-canvas", HTMLCanvasElement);
  const showTool = () => (ink.dataset["tool"] = selectedTool());
  for (const radio of document.querySelectorAll('input[name="tool"]')) radio.addEventListener("change", showTool);
  showTool();

  byId("page", HTMLElement).addEventListener("keydown", (event) => {
    if (reader.openId && onKey(reader, event)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (!reader.openId || isTyping || !(event.ctrlKey || event.metaKey) || event.key !== "z") return;
    event.preventDefault();
    reader.undo();
  });
}

const selectedTool = () =>
  /** @type {HTMLInputElement} */ (document.querySelector('input[name="tool"]:checked')).value;

/** @param {import("./reader.js").Reader} reader @param {KeyboardEvent} event @returns {boolean} whether it was used */
function onKey(reader, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (reader.penKey(event)) return true;
  /** @type {Record<string, () => unknown>} */
  const keys = {
    ArrowLeft: () => reader.goTo(reader.page - 1),
    PageUp: () => reader.goTo(reader.page - 1),
    ArrowRight: () => reader.goTo(reader.page + 1),
    PageDown: () => reader.goTo(reader.page + 1),
    Home: () => reader.goTo(1),
    End: () => reader.goTo(reader.pageCount),
    "+": () => reader.zoom(1),
    "=": () => reader.zoom(1),
    "-": () => reader.zoom(-1),
    0: () => reader.zoom(0),
    Delete: () => reader.deleteLast(),
    Backspace: () => reader.deleteLast(),
    n: () => byId("note-text", HTMLInputElement).focus(),
  };
  const act = keys[event.key];
  if (act) void act();
  return act !== undefined;
}
