/** One page on the screen: what pdf.js draws, and the ink above it. */
import { drawMarks, drawStroke } from "./ink.js";
import { marksOf } from "./project.js";

/** @param {HTMLElement} container @param {number} zoom @returns {number} width of the sheet in CSS pixels */
function sheetWidth(container, zoom) {
  const style = getComputedStyle(container);
  const room = container.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(120, Math.min(room, 900)) * zoom;
}

export class PageView {
  #container;
  #canvas;
  #ink;
  #latest = 0;
  scale = 1;

  /** @param {HTMLElement} container @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} ink */
  constructor(container, canvas, ink) {
    this.#container = container;
    this.#canvas = canvas;
    this.#ink = ink;
  }

  /** Nothing is shown any more, so that no page of one PDF stands under the name of another. */
  clear() {
    this.#latest += 1;
    for (const canvas of [this.#canvas, this.#ink]) canvas.width = canvas.height = 0;
  }

  /** The size of the page in its own points. */
  get size() {
    return { width: this.#ink.width / this.scale, height: this.#ink.height / this.scale };
  }

  /**
   * @param {import("./pdf-file.js").PdfFile} pdf
   * @param {number} page
   * @param {number} [zoom]
   * @returns {Promise<boolean>} false where another page was asked for meanwhile
   */
  async show(pdf, page, zoom = 1) {
    const request = (this.#latest += 1);
    const width = sheetWidth(this.#container, zoom);
    const buffer = document.createElement("canvas");
    const { scale } = await pdf.draw(page, buffer, width * (globalThis.devicePixelRatio || 1));
    if (request !== this.#latest) return false;
    this.scale = scale;
    for (const canvas of [this.#canvas, this.#ink]) {
      canvas.width = buffer.width;
      canvas.height = buffer.height;
      canvas.style.width = `${width}px`;
    }
    this.#canvas.getContext("2d")?.drawImage(buffer, 0, 0);
    return true;
  }

  /**
   * @param {import("hubstash").Document} project
   * @param {number} page
   * @param {{ x: number, y: number, points: number[] | null, colour: string, width: number } | null} [pen] the
   *   keyboard's
   */
  showMarks(project, page, pen = null) {
    const context = this.#ink.getContext("2d");
    if (!context) return;
    drawMarks(context, marksOf(project, page), this.scale);
    if (!pen) return;
    if (pen.points && pen.points.length >= 4) drawStroke(context, { ...pen, points: pen.points });
    for (const [colour, width] of /** @type {const} */ ([["#ffffff", 5], ["#1d1d1b", 2]])) {
      const [x, y] = [pen.x, pen.y];
      const cross = (/** @type {number[]} */ points) => drawStroke(context, { points, colour, width });
      cross([x - 12, y, x + 12, y]);
      cross([x, y - 12, x, y + 12]);
    }
  }
}
