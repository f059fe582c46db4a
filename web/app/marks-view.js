/** The strokes and notes of a page as a list, so that they can be found and deleted without a pointer. */
import { element } from "../common/dom.js";
import { COLOURS } from "./project.js";

/**
 * @param {HTMLElement} list
 * @param {{ strokes: import("./project.js").Stroke[], notes: import("./project.js").Note[] }} marks
 * @param {(id: string) => void} onDelete
 */
export function showMarks(list, { strokes, notes }, onDelete) {
  const hadFocus = list.contains(document.activeElement);
  const index = [...list.children].findIndex((item) => item.contains(document.activeElement));
  const colourName = (/** @type {string} */ value) => COLOURS.find((one) => one.value === value)?.name ?? "Coloured";
  const lines = [
    ...strokes.map(({ id, colour }, i) => ({ id, text: `${colourName(colour)} stroke ${i + 1}` })),
    ...notes.map(({ id, text }) => ({ id, text: `Note: ${text}` })),
  ];
  list.replaceChildren(
    ...lines.map(({ id, text }) => {
      const button = element("button", { type: "button", class: "link", "aria-label": `Delete: ${text}` }, "Delete");
      button.addEventListener("click", () => onDelete(id));
      return element("li", {}, element("span", {}, text), button);
    }),
  );
  if (lines.length === 0) list.append(element("li", { class: "hint" }, "Nothing yet."));
  if (!hadFocus) return;
  const next = list.querySelectorAll("button")[Math.min(index, lines.length - 1)];
  (next ?? document.getElementById("note-text"))?.focus();
}
