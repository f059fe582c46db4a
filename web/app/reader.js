/** The open PDF: its pages, and drawing on them. Each mark is saved at once. */
import { byId } from "../common/dom.js";
import { InkInput } from "./ink-input.js";
import { strokeAt, thinned } from "./ink.js";
import { KeyboardPen } from "./keyboard-pen.js";
import { showMarks } from "./marks-view.js";
import { PageView } from "./page-view.js";
import { cleanName, marksOf, nameOf, pdfOf, withMark, withoutMark } from "./project.js";
import { currentTool } from "./tools.js";
import { UndoStack } from "./undo.js";

/**
 * @typedef {import("hubstash").Document} Document
 * @typedef {import("./project.js").Kind} Kind
 * @typedef {(project: Document) => Document} Change
 * @typedef {{ library: import("./library.js").Library, log: import("./activity.js").ActivityLog,
 *   onProblem: (error: unknown) => void }} Surroundings
 */

const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3];
const FITS = ZOOMS.indexOf(1);

export class Reader {
  #around;
  #view = new PageView(
    byId("page", HTMLElement), byId("page-canvas", HTMLCanvasElement), byId("ink-canvas", HTMLCanvasElement),
  );
  /** @type {Document | null} */
  #project = null;
  /** @type {import("./pdf-file.js").PdfFile | null} */
  #pdf = null;
  /** @type {KeyboardPen | null} */
  #pen = null;
  #undo = new UndoStack();
  #page = 1;
  #zoom = FITS;
  #saving = 0;
  #opened = 0;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
    const ink = byId("ink-canvas", HTMLCanvasElement);
    new InkInput(ink, {
      tool: currentTool,
      scale: () => this.#view.scale,
      onStroke: (points) => this.addStroke(points),
      onErase: (x, y) => this.#eraseAt(x, y),
    });
    let width = 0;
    new ResizeObserver(([{ contentRect }]) => {
      if (Math.abs(contentRect.width - width) < 1) return;
      width = contentRect.width;
      if (this.#pdf) void this.goTo(this.#page);
    }).observe(byId("page", HTMLElement));
  }

  get openId() {
    return this.#project?.id ?? null;
  }

  get page() {
    return this.#page;
  }

  get pageCount() {
    return this.#pdf?.pageCount ?? 0;
  }

  /** @param {string} id of a project */
  async open(id) {
    const started = performance.now();
    const closing = this.close();
    const opened = this.#opened;
    await closing;
    if (opened !== this.#opened) return;
    const project = await this.#around.library.load(id);
    if (opened !== this.#opened) return;
    this.#project = project;
    this.#undo = new UndoStack();
    this.#zoom = FITS;
    this.#showTitle();
    this.#news("Opening …");
    try {
      const { PdfFile } = await import("./pdf-file.js");
      const pdf = await PdfFile.open(await this.#around.library.open(pdfOf(project)));
      if (opened !== this.#opened) return void pdf.close();
      this.#pdf = pdf;
      await this.goTo(1);
    } catch (error) {
      if (opened !== this.#opened) return;
      this.#news("This PDF cannot be shown now.");
      throw error;
    }
    this.#around.log.add(`First page of “${nameOf(project)}” shown`, performance.now() - started);
  }

  async close() {
    this.#opened += 1;
    const pdf = this.#pdf;
    this.#pdf = null;
    this.#project = null;
    this.#pen = null;
    this.#view.clear();
    this.#news("");
    byId("marks", HTMLElement).replaceChildren();
    await pdf?.close();
  }

  /** @param {number} page */
  async goTo(page) {
    const pdf = this.#pdf;
    if (!pdf || !this.#project) return;
    const number = Math.max(1, Math.min(pdf.pageCount, Math.round(page) || 1));
    const isOther = number !== this.#page;
    this.#page = number;
    if (isOther) this.#pen = null;
    try {
      if (!(await this.#view.show(pdf, number, ZOOMS[this.#zoom]))) return;
    } catch (error) {
      if (pdf !== this.#pdf) return;
      this.#news("This page cannot be shown now. Open the PDF again.");
      return this.#around.onProblem(error);
    }
    this.#showMarks();
    byId("page-number", HTMLInputElement).value = String(number);
    byId("page-number", HTMLInputElement).max = String(pdf.pageCount);
    byId("page-count", HTMLElement).textContent = `of ${pdf.pageCount}`;
    byId("previous", HTMLButtonElement).disabled = number === 1;
    byId("next", HTMLButtonElement).disabled = number === pdf.pageCount;
    this.#news(`Page ${number} of ${pdf.pageCount}`);
    const label = `Page ${number} of ${pdf.pageCount}, ${nameOf(this.#project)}`;
    byId("page", HTMLElement).setAttribute("aria-label", label);
    await this.showText();
  }

  /** @param {-1 | 0 | 1} direction 0: as wide as the window */
  async zoom(direction) {
    this.#zoom = direction === 0 ? FITS : Math.max(0, Math.min(ZOOMS.length - 1, this.#zoom + direction));
    byId("zoom-level", HTMLElement).textContent = `${ZOOMS[this.#zoom] * 100} %`;
    await this.goTo(this.#page);
  }

  async showText() {
    const panel = byId("text-panel", HTMLDetailsElement);
    const pdf = this.#pdf;
    if (!panel.open || !pdf) return;
    const text = await pdf.text(this.#page).catch(() => "");
    byId("page-text", HTMLElement).textContent = text || "This page has no text, perhaps it is a picture.";
  }

  /** @param {number[]} points */
  addStroke(points) {
    if (!this.#pdf) return;
    const { colour, width } = currentTool();
    const thin = thinned(points.length < 4 ? [...points, points[0] + 0.5, points[1]] : points);
    const mark = { id: crypto.randomUUID(), page: this.#page, colour, width, points: thin };
    this.#undo.push({ type: "added", kind: "strokes", mark });
    this.#change((project) => withMark(project, "strokes", mark));
  }

  /** @param {string} text */
  addNote(text) {
    const clean = cleanName(text);
    if (!this.#project || !this.#pdf || !clean) return;
    const { width, height } = this.#view.size;
    const { notes } = marksOf(this.#project, this.#page);
    const place = { x: this.#pen?.x ?? width * 0.1, y: this.#pen?.y ?? Math.min(height - 40, 40 + notes.length * 40) };
    const mark = { id: crypto.randomUUID(), page: this.#page, ...place, text: clean };
    this.#undo.push({ type: "added", kind: "notes", mark });
    this.#change((project) => withMark(project, "notes", mark));
  }

  /** @param {string} id */
  deleteMark(id) {
    if (!this.#project) return;
    const { strokes, notes } = marksOf(this.#project);
    const stroke = strokes.find((one) => one.id === id);
    const mark = stroke ?? notes.find((one) => one.id === id);
    if (!mark) return;
    this.#undo.push({ type: "removed", kind: stroke ? "strokes" : "notes", mark });
    this.#change((project) => withoutMark(project, id));
  }

  deleteLast() {
    if (!this.#project) return;
    const { strokes, notes } = marksOf(this.#project, this.#page);
    const last = strokes.at(-1) ?? notes.at(-1);
    if (last) this.deleteMark(last.id);
  }

  undo() {
    const undone = this.#undo.pop();
    if (!undone) return this.#news("Nothing to undo.");
    const what = undone.step.kind === "notes" ? "note" : "stroke";
    this.#change(undone.change);
    this.#news(undone.step.type === "added" ? `Undone: the ${what} is gone.` : `Undone: the ${what} is back.`);
  }

  /** A key on the page that moves or uses the keyboard's pen. @param {KeyboardEvent} event */
  penKey(event) {
    if (!this.#pdf) return false;
    this.#pen ??= new KeyboardPen(this.#view.size, (points) => this.addStroke(points));
    const wasDown = this.#pen.points !== null;
    const used = this.#pen.key(event);
    if (!used) return false;
    this.#showInk();
    const isDown = this.#pen.points !== null;
    if (isDown !== wasDown) this.#news(isDown ? "Pen down: arrow keys draw, Enter lifts it." : "Pen up.");
    return true;
  }

  /** The project was changed elsewhere. */
  async refresh() {
    const id = this.openId;
    if (!id || this.#saving > 0) return;
    const project = await this.#around.library.load(id);
    if (this.openId !== id || this.#saving > 0) return;
    this.#project = project;
    this.#showTitle();
    this.#showMarks();
  }

  /** Shows a change at once, and saves it. @param {Change} change */
  #change(change) {
    const project = /** @type {Document} */ (this.#project);
    this.#project = change(project);
    this.#showMarks();
    this.#saving += 1;
    void this.#around.library
      .update(project.id, change)
      .catch((error) => this.#around.onProblem(error))
      .finally(() => {
        this.#saving -= 1;
        void this.refresh().catch((error) => this.#around.onProblem(error));
      });
  }

  #eraseAt(/** @type {number} */ x, /** @type {number} */ y) {
    if (!this.#project) return;
    const hit = strokeAt(marksOf(this.#project, this.#page).strokes, x, y, 6);
    if (hit) this.deleteMark(hit.id);
  }

  #showInk() {
    if (!this.#project) return;
    const { colour, width } = currentTool();
    const pen = this.#pen && { x: this.#pen.x, y: this.#pen.y, points: this.#pen.points, colour, width };
    this.#view.showMarks(this.#project, this.#page, pen);
  }

  #showMarks() {
    if (!this.#project || !this.#pdf) return;
    this.#showInk();
    showMarks(byId("marks", HTMLElement), marksOf(this.#project, this.#page), (id) => this.deleteMark(id));
    byId("undo", HTMLButtonElement).setAttribute("aria-disabled", String(this.#undo.isEmpty));
  }

  #showTitle() {
    if (this.#project) byId("reader-title", HTMLElement).textContent = nameOf(this.#project);
  }

  #news(/** @type {string} */ text) {
    byId("reader-news", HTMLElement).textContent = text;
  }
}
