/** What the toolbar is set to. */
import { byId, element } from "../common/dom.js";
import { COLOURS } from "./project.js";

export function buildColours() {
  byId("colours", HTMLElement).append(
    ...COLOURS.map(({ name, value }, i) =>
      element(
        "label",
        { class: "swatch", "data-colour": name.toLowerCase() },
        element("input", { type: "radio", name: "colour", value, ...(i === 0 ? { checked: "" } : {}) }),
        element("span", { class: "visually-hidden" }, name),
      ),
    ),
  );
}

/** @param {string} name @returns {string} */
const chosen = (name) =>
  /** @type {HTMLInputElement} */ (document.querySelector(`input[name="${name}"]:checked`)).value;

/** @returns {{ tool: "pen" | "eraser" | "hand", colour: string, width: number }} */
export const currentTool = () => ({
  tool: /** @type {any} */ (chosen("tool")),
  colour: chosen("colour"),
  width: Number(byId("width", HTMLSelectElement).value),
});
