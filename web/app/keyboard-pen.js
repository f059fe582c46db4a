/** A pen for the keyboard: arrow keys move a cross over the page, Enter puts the pen down and lifts it. Pure. */

const STEP = 10;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class KeyboardPen {
  #size;
  #onStroke;
  x;
  y;
  /** @type {number[] | null} of the stroke that is being drawn */
  points = null;

  /** @param {{ width: number, height: number }} size of the page @param {(points: number[]) => void} onStroke */
  constructor(size, onStroke) {
    this.#size = size;
    this.#onStroke = onStroke;
    this.x = size.width / 2;
    this.y = size.height / 3;
  }

  /** @param {{ key: string, shiftKey: boolean }} event @returns {boolean} whether the key was for the pen */
  key({ key, shiftKey }) {
    const move = MOVES[/** @type {keyof typeof MOVES} */ (key)];
    if (move && (shiftKey || this.points)) {
      const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, value));
      this.x = within(this.x + move[0] * STEP, this.#size.width);
      this.y = within(this.y + move[1] * STEP, this.#size.height);
      this.points?.push(this.x, this.y);
      return true;
    }
    if (key === "Enter" || key === " ") {
      const points = this.points;
      this.points = points ? null : [this.x, this.y];
      if (points && points.length >= 4) this.#onStroke(points);
      return true;
    }
    if (key === "Escape" && this.points) {
      this.points = null;
      return true;
    }
    return false;
  }
}
