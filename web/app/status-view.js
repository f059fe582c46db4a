/** The line that says where the changes are, and the banners above the page. */
import { byId } from "../common/dom.js";
import { problemOf } from "./problem.js";
import { statusText } from "./status-text.js";

/** @param {string} id @param {string} text set only when it changes, since a screen reader says it again otherwise */
function say(id, text) {
  const target = byId(id, HTMLElement);
  if (target.textContent !== text) target.textContent = text;
}

/** @param {Parameters<typeof statusText>} state */
export function showStatus(...state) {
  const { text, tone } = statusText(...state);
  say("status", text);
  byId("status", HTMLElement).dataset["tone"] = tone;
}

/** @param {boolean} isOnline */
export function showOffline(isOnline) {
  byId("offline", HTMLElement).hidden = isOnline;
}

/** @param {unknown} error @param {string} [about] e.g. the name of a file */
export function showProblem(error, about = "") {
  const { title, advice, detail } = problemOf(error);
  byId("problem-title", HTMLElement).textContent = about ? `${about}: ${title}` : title;
  byId("problem-advice", HTMLElement).textContent = advice;
  byId("problem-detail", HTMLElement).textContent = detail;
  byId("problem", HTMLElement).hidden = false;
}

export function wireProblem() {
  byId("problem-close", HTMLButtonElement).addEventListener("click", () => {
    byId("problem", HTMLElement).hidden = true;
    byId("files", HTMLElement).focus();
  });
}
