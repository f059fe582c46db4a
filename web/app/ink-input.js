/** Turns what a pen, a mouse or a finger does on the canvas into strokes. */
import { drawStroke } from "./ink.js";

/**
 * @typedef {object} InkHandlers
 * @property {() => { tool: "pen" | "eraser" | "hand", colour: string, width: number }} tool
 * @property {() => number} scale pixels of the canvas a point of the page
 * @property {(points: number[]) => void} onStroke
 * @property {(x: number, y: number) => void} onErase
 */

export class InkInput {
  #canvas;
  #handlers;
  /** @type {number[] | null} */
  #points = null;
  #pointer = -1;

  /** @param {HTMLCanvasElement} canvas @param {InkHandlers} handlers */
  constructor(canvas, handlers) {
    this.#canvas = canvas;
    this.#handlers = handlers;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => (this.#points = null));
  }

  /** @param {PointerEvent} event @returns {[x: number, y: number]} in points of the page */
  #place(event) {
    const { left, top, width } = this.#canvas.getBoundingClientRect();
    const ratio = this.#canvas.width / width / this.#handlers.scale();
    return [(event.clientX - left) * ratio, (event.clientY - top) * ratio];
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const { tool } = this.#handlers.tool();
    if (tool === "hand" || event.button !== 0 || this.#points) return;
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#points = this.#place(event);
    if (tool === "eraser") this.#handlers.onErase(...this.#place(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#points || event.pointerId !== this.#pointer) return;
    const { tool, colour, width } = this.#handlers.tool();
    if (tool === "eraser") return this.#handlers.onErase(...this.#place(event));
    // A pen reports more often than the screen is drawn; where the browser does not tell, its one event has to do.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) this.#points.push(...this.#place(one));
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    drawStroke(context, { points: this.#points.slice(-6), colour, width });
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#points || event.pointerId !== this.#pointer) return;
    const points = this.#points;
    this.#points = null;
    if (this.#handlers.tool().tool === "pen") this.#handlers.onStroke(points);
  }
}
