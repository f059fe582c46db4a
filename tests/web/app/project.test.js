// Goal: what stands in a project document is shown only where it can be, changed without losing the rest, and named so
// that neither a path nor a hidden character gets into an id or a line of the list.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import {
  cleanName, describeMarks, firstDifference, idFor, marksOf, nameOf, nameOfFile, newProject, pdfOf, renamed, withMark,
  withoutMark,
} from "../../../web/app/project.js";
import { UndoStack } from "../../../web/app/undo.js";

const stroke = (id, more = {}) => ({ id, page: 1, colour: "#c4281a", width: 3, points: [1, 1, 2, 2], ...more });
const project = newProject({ id: "a", name: "A", pdf: "p", pageCount: 3, createdAt: 1 });

test("names lose what cannot be shown, and never all of themselves", () => {
  strictEqual(nameOfFile("Thesis.PDF"), "Thesis");
  strictEqual(nameOfFile(".pdf"), "Untitled");
  strictEqual(cleanName("  a\nb\u202ecod.exe\u0000 "), "a b cod.exe");
  strictEqual([...cleanName("🖍".repeat(500))].length, 120);
  strictEqual(nameOf({ id: "x", name: 7 }), "x");
  strictEqual(renamed(project, " \n").name, "A");
  strictEqual(pdfOf({ id: "x", pdf: "" }), "x");
});

test("ids have letters, digits and hyphens only", () => {
  strictEqual(idFor("../Ünï & <b>co</b>.pdf", "0a1b"), "uni-b-co-b-pdf-0a1b");
  strictEqual(idFor("漢字", "0a1b"), "pdf-0a1b");
  strictEqual(idFor("a".repeat(99), "0a1b").length, 45);
});

test("marks of the wrong shape are not shown, and stay in the document", () => {
  const odd = [null, {}, stroke(1), stroke("b", { colour: "url(x)" }), stroke("c", { points: [1] }), stroke("d")];
  const document = { ...project, strokes: odd, notes: "none" };
  deepStrictEqual(marksOf(document, 1), { strokes: [stroke("d")], notes: [] });
  strictEqual(withMark(document, "strokes", stroke("e")).strokes.length, odd.length + 1);
  deepStrictEqual(withMark(document, "notes", { id: "n", page: 2, x: 1, y: 2, text: "hi" }).notes.length, 1);
});

test("a mark is added once, deleted by id, counted in words", () => {
  const two = ["a", "b", "a"].reduce((all, id) => withMark(all, "strokes", stroke(id)), project);
  strictEqual(describeMarks(two), "2 strokes");
  strictEqual(describeMarks(withoutMark(two, "a")), "1 stroke");
});

test("two versions differ first on the page of the first mark that only one has", () => {
  const one = withMark(project, "strokes", stroke("a", { page: 5 }));
  const other = withMark(one, "notes", { id: "n", page: 3, x: 1, y: 1, text: "x" });
  strictEqual(firstDifference(one, other), 3);
  strictEqual(firstDifference(one, one), 1);
});

test("undo takes the last step back, in the document as it is by then", () => {
  const undo = new UndoStack();
  strictEqual(undo.pop(), null);
  undo.push({ type: "added", kind: "strokes", mark: stroke("a") });
  undo.push({ type: "removed", kind: "strokes", mark: stroke("b") });
  const fromElsewhere = withMark(withMark(project, "strokes", stroke("a")), "strokes", stroke("z"));
  const back = undo.pop().change(fromElsewhere);
  deepStrictEqual(back.strokes.map(({ id }) => id), ["a", "z", "b"]);
  deepStrictEqual(undo.pop().change(back).strokes.map(({ id }) => id), ["z", "b"]);
  strictEqual(undo.isEmpty, true);
});
