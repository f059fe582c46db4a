/**
 * What a project document holds, and how it changes. Pure. Strokes and notes have ids, so hubstash merges those of two
 * devices. A document may come from anybody who can write to the dataset: what is read of it is checked first, and what
 * is not understood stays in it untouched.
 */

/**
 * @typedef {import("hubstash").Document} Document
 * @typedef {{ id: string, page: number, colour: string, width: number, points: number[] }} Stroke points are x, y, x, …
 * @typedef {{ id: string, page: number, x: number, y: number, text: string }} Note
 * @typedef {"strokes" | "notes"} Kind
 */

export const COLOURS = [
  { name: "Blue", value: "#1a56c4" },
  { name: "Red", value: "#c4281a" },
  { name: "Green", value: "#13783a" },
  { name: "Black", value: "#1d1d1b" },
];
const NAME_LENGTH_MAX = 120;
const NOTE_LENGTH_MAX = 500;
const POINTS_MAX = 20_000;

/** Control characters, and those that turn the direction of the text around them. */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** @param {unknown} text @param {number} most @returns {string} what can be shown in one line, perhaps empty */
function oneLine(text, most) {
  return typeof text === "string" ? [...text.replace(UNSHOWABLE, " ").trim()].slice(0, most).join("") : "";
}

/** @param {unknown} name as a person or a file has it @returns {string} */
export const cleanName = (name) => oneLine(name, NAME_LENGTH_MAX);

/** @param {string} fileName @returns {string} */
export const nameOfFile = (fileName) => cleanName(fileName.replace(/\.pdf$/i, "")) || "Untitled";

/**
 * An id that says something to those who look into the dataset, and is nobody else's.
 * @param {string} name
 * @param {string} random some hex digits
 */
export function idFor(name, random) {
  const words = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `${words.join("-").slice(0, 40).replace(/-$/, "") || "pdf"}-${random}`;
}

/**
 * @param {{ id: string, name: string, pdf: string, pageCount: number, createdAt: number }} facts
 * @returns {Document}
 */
export const newProject = (facts) => ({ ...facts, strokes: [], notes: [] });

/** @param {Document} project @returns {string} */
export const nameOf = (project) => cleanName(project.name) || project.id;

/** @param {Document} project @returns {string} id of its PDF */
export const pdfOf = (project) => (typeof project.pdf === "string" && project.pdf ? project.pdf : project.id);

/** @param {Document} project @param {string} name @returns {Document} */
export const renamed = (project, name) => ({ ...project, name: cleanName(name) || nameOf(project) });

/** @param {Document} project @param {Kind} kind @returns {any[]} */
const listOf = (project, kind) => (Array.isArray(project[kind]) ? project[kind] : []);

/** @param {Document} project @param {Kind} kind @param {Stroke | Note} mark @returns {Document} */
export function withMark(project, kind, mark) {
  const others = listOf(project, kind).filter((one) => one?.id !== mark.id);
  return { ...project, [kind]: [...others, mark] };
}

/** @param {Document} project @param {string} id @returns {Document} */
export function withoutMark(project, id) {
  const without = (/** @type {Kind} */ kind) => listOf(project, kind).filter((one) => one?.id !== id);
  return { ...project, strokes: without("strokes"), notes: without("notes") };
}

/** @param {unknown} value @returns {value is number} */
const isFinite = (value) => Number.isFinite(value);

/** @param {any} mark @returns {Stroke | null} */
function strokeFrom(mark) {
  if (typeof mark?.id !== "string" || !Number.isInteger(mark.page) || !/^#[0-9a-f]{6}$/i.test(mark.colour)) return null;
  const { points, width } = mark;
  const drawable = Array.isArray(points) && points.length >= 2 && points.length <= POINTS_MAX && points.every(isFinite);
  if (!drawable || !isFinite(width) || width <= 0 || width > 100) return null;
  return { id: mark.id, page: mark.page, colour: mark.colour, width, points };
}

/** @param {any} mark @returns {Note | null} */
function noteFrom(mark) {
  const text = oneLine(mark?.text, NOTE_LENGTH_MAX);
  if (typeof mark?.id !== "string" || !Number.isInteger(mark.page) || !text) return null;
  return isFinite(mark.x) && isFinite(mark.y) ? { id: mark.id, page: mark.page, x: mark.x, y: mark.y, text } : null;
}

/**
 * What can be shown of it.
 * @param {Document} project
 * @param {number} [page] all pages without it
 * @returns {{ strokes: Stroke[], notes: Note[] }}
 */
export function marksOf(project, page) {
  /** @type {<T extends { page: number }>(marks: (T | null)[]) => T[]} */
  const wanted = (marks) => /** @type {any} */ (marks.filter((mark) => mark && (!page || mark.page === page)));
  return {
    strokes: wanted(listOf(project, "strokes").map(strokeFrom)),
    notes: wanted(listOf(project, "notes").map(noteFrom)),
  };
}

/** @param {Document} project @returns {string} e.g. `3 strokes, 1 note` */
export function describeMarks(project) {
  const { strokes, notes } = marksOf(project);
  const count = (/** @type {number} */ n, /** @type {string} */ what) => `${n} ${what}${n === 1 ? "" : "s"}`;
  return [count(strokes.length, "stroke"), ...(notes.length > 0 ? [count(notes.length, "note")] : [])].join(", ");
}

/**
 * The first page on which two versions differ, since that is what somebody who compares them wants to see.
 * @param {Document} one
 * @param {Document} other
 */
export function firstDifference(one, other) {
  const marks = (/** @type {Document} */ project) => {
    const { strokes, notes } = marksOf(project);
    return new Map([...strokes, ...notes].map((mark) => [JSON.stringify(mark), mark.page]));
  };
  const [a, b] = [marks(one), marks(other)];
  const pages = [...a, ...b].filter(([text]) => !(a.has(text) && b.has(text))).map(([, page]) => page);
  return pages.length > 0 ? Math.max(1, Math.min(...pages)) : 1;
}
