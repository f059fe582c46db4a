/** Hidden tabs are throttled, so a sample that was taken in one is worth nothing. */
import { unlessAborted } from "./abort.js";

export class Visibility {
  #page;
  #hides = 0;
  #noteHidden = () => {
    if (this.#page.visibilityState === "hidden") this.#hides += 1;
  };

  /** @param {Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">} page */
  constructor(page) {
    this.#page = page;
    page.addEventListener("visibilitychange", this.#noteHidden);
  }

  /** @returns {() => boolean} whether the page has been visible from here on */
  watch() {
    const before = this.#hides;
    const hidden = this.#page.visibilityState === "hidden";
    return () => !hidden && this.#hides === before && this.#page.visibilityState !== "hidden";
  }

  get isHidden() {
    return this.#page.visibilityState === "hidden";
  }

  /** @param {AbortSignal} [signal] */
  async untilVisible(signal) {
    if (!this.isHidden) return;
    /** @type {() => void} */
    let onChange = () => {};
    const visible = new Promise((resolve) => {
      onChange = () => {
        if (!this.isHidden) resolve(undefined);
      };
      this.#page.addEventListener("visibilitychange", onChange);
    });
    try {
      await unlessAborted(visible, signal);
    } finally {
      this.#page.removeEventListener("visibilitychange", onChange);
    }
  }

  close() {
    this.#page.removeEventListener("visibilitychange", this.#noteHidden);
  }
}
