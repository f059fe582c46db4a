// Goal: strokes are stored with as few points as show the same line, are found where they lie, and can be drawn with
// keys alone.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { strokeAt, thinned } from "../../../web/app/ink.js";
import { KeyboardPen } from "../../../web/app/keyboard-pen.js";

test("points that nobody sees are left out; the first and the last stay", () => {
  const line = Array.from({ length: 200 }, (_, i) => [i * 0.1, 5]).flat();
  const thin = thinned(line);
  ok(thin.length < line.length / 3, `${thin.length} numbers`);
  deepStrictEqual([thin.slice(0, 2), thin.slice(-2)], [[0, 5], [19.9, 5]]);
  deepStrictEqual(thinned([1.04, 2, 1.06, 2]), [1, 2, 1.1, 2]);
});

test("the eraser finds the topmost stroke within its reach", () => {
  const strokes = [
    { id: "a", page: 1, colour: "#000000", width: 2, points: [0, 0, 100, 0] },
    { id: "b", page: 1, colour: "#000000", width: 2, points: [50, -50, 50, 50] },
    { id: "dot", page: 1, colour: "#000000", width: 2, points: [200, 200, 200, 200] },
  ];
  strictEqual(strokeAt(strokes, 50, 1, 3)?.id, "b");
  strictEqual(strokeAt(strokes, 20, 3.5, 3)?.id, "a");
  strictEqual(strokeAt(strokes, 20, 4.5, 3), null);
  strictEqual(strokeAt(strokes, 201, 201, 3)?.id, "dot");
});

test("the keyboard's pen: moves with Shift, draws between two Enters, stays on the page", () => {
  const drawn = [];
  const pen = new KeyboardPen({ width: 100, height: 90 }, (points) => drawn.push(points));
  const key = (name, shiftKey = false) => pen.key({ key: name, shiftKey });
  strictEqual(key("ArrowLeft"), false, "without Shift it turns the page");
  ok(key("ArrowLeft", true));
  deepStrictEqual([pen.x, pen.y], [40, 30]);
  ok(key("Enter") && key("ArrowRight") && key("ArrowDown") && key(" "));
  deepStrictEqual(drawn, [[40, 30, 50, 30, 50, 40]]);
  ok(key("Enter") && key("Enter"));
  strictEqual(drawn.length, 1, "a stroke of one point is none");
  ok(key("Enter") && key("ArrowUp") && key("Escape"));
  strictEqual(key("Escape"), false);
  for (let i = 0; i < 20; i++) key("ArrowLeft", true);
  strictEqual(pen.x, 0);
});
