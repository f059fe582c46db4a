/** Strokes and notes on a canvas, and which stroke lies where. Coordinates are points of the page. */

/**
 * @typedef {import("./project.js").Stroke} Stroke
 * @typedef {import("./project.js").Note} Note
 */

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/**
 * Leaves out points that are nearer to their neighbour than anybody sees.
 * @param {number[]} points
 * @param {number} nearest in points of the page
 */
export function thinned(points, nearest = 0.7) {
  const kept = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [round(points[i]), round(points[i + 1])];
    const isLast = i + 2 >= points.length;
    const far = kept.length < 2 || Math.hypot(x - kept[kept.length - 2], y - kept[kept.length - 1]) >= nearest;
    if (far || isLast) kept.push(x, y);
  }
  return kept;
}

/**
 * The stroke under a place, the topmost first.
 * @param {Stroke[]} strokes
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @returns {Stroke | null}
 */
export function strokeAt(strokes, x, y, reach) {
  const hits = (/** @type {Stroke} */ { points, width }) => {
    for (let i = 0; i < points.length; i += 2) {
      const j = Math.min(i + 2, points.length - 2);
      if (distance(x, y, points[i], points[i + 1], points[j], points[j + 1]) <= reach + width / 2) return true;
    }
    return false;
  };
  return strokes.findLast?.(hits) ?? [...strokes].reverse().find(hits) ?? null;
}

/** From (x, y) to the line between two points. */
function distance(/** @type {number[]} */ ...[x, y, ax, ay, bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** @param {CanvasRenderingContext2D} context @param {Omit<Stroke, "id" | "page">} stroke */
export function drawStroke(context, { points, colour, width }) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(points[0], points[1]);
  // Curves through the middles of the pieces look smooth, whatever the pen's rate was.
  for (let i = 2; i < points.length - 2; i += 2) {
    const [mx, my] = [(points[i] + points[i + 2]) / 2, (points[i + 1] + points[i + 3]) / 2];
    context.quadraticCurveTo(points[i], points[i + 1], mx, my);
  }
  context.lineTo(points[points.length - 2], points[points.length - 1]);
  context.stroke();
}

const NOTE = { size: 11, line: 14, padding: 6, width: 180 };

/** @param {CanvasRenderingContext2D} context @param {Note} note */
export function drawNote(context, { x, y, text }) {
  context.font = `${NOTE.size}px system-ui, sans-serif`;
  const lines = wrapped(context, text, NOTE.width);
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 2 * NOTE.padding;
  context.fillStyle = "#fff3b0";
  context.strokeStyle = "#7a5200";
  context.lineWidth = 1;
  context.beginPath();
  context.rect(x, y, width, lines.length * NOTE.line + 2 * NOTE.padding - 2);
  context.fill();
  context.stroke();
  context.fillStyle = "#1d1d1b";
  const baseline = y + NOTE.padding + NOTE.size - 2;
  lines.forEach((line, i) => context.fillText(line, x + NOTE.padding, baseline + i * NOTE.line));
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} width */
function wrapped(context, text, width) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter(Boolean);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ strokes: Stroke[], notes: Note[] }} marks
 * @param {number} scale pixels of the canvas a point
 */
export function drawMarks(context, { strokes, notes }, scale) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  for (const stroke of strokes) drawStroke(context, stroke);
  for (const note of notes) drawNote(context, note);
}
