/** Questions to the person, as modal dialogs: the focus stays in them and goes back where it was. */
import { byId } from "../common/dom.js";

/**
 * @param {HTMLDialogElement} dialog with a form of method "dialog", whose buttons have values
 * @returns {Promise<string>} the value of the button; empty when it was dismissed
 */
function ask(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}

/** @param {{ title: string, text: string, action: string }} question @returns {Promise<boolean>} */
export async function confirmed({ title, text, action }) {
  byId("confirm-title", HTMLHeadingElement).textContent = title;
  byId("confirm-text", HTMLParagraphElement).textContent = text;
  byId("confirm-yes", HTMLButtonElement).textContent = action;
  return (await ask(byId("confirm", HTMLDialogElement))) === "yes";
}

/** @param {string} name as it is @returns {Promise<string | null>} the new one, or null */
export async function askName(name) {
  const input = byId("rename-input", HTMLInputElement);
  input.value = name;
  const asking = ask(byId("rename", HTMLDialogElement));
  input.select();
  const isMeant = (await asking) === "yes" && input.value.trim() !== "" && input.value !== name;
  return isMeant ? input.value : null;
}
