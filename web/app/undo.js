/** What can be undone in the open project: marks that were added or removed here, newest last. Pure. */
import { withMark, withoutMark } from "./project.js";

/**
 * @typedef {import("./project.js").Kind} Kind
 * @typedef {import("./project.js").Stroke | import("./project.js").Note} Mark
 * @typedef {{ type: "added" | "removed", kind: Kind, mark: Mark }} Step
 */

const STEPS_MAX = 100;

export class UndoStack {
  /** @type {Step[]} */
  #steps = [];

  get isEmpty() {
    return this.#steps.length === 0;
  }

  /** @param {Step} step */
  push(step) {
    this.#steps.push(step);
    if (this.#steps.length > STEPS_MAX) this.#steps.shift();
  }

  /** @returns {{ step: Step, change: (project: import("hubstash").Document) => import("hubstash").Document } | null} */
  pop() {
    const step = this.#steps.pop();
    if (!step) return null;
    const { type, kind, mark } = step;
    return {
      step,
      change: (project) => (type === "added" ? withoutMark(project, mark.id) : withMark(project, kind, mark)),
    };
  }
}
