/**
 * What is written in each round. The bytes differ from round to round and from run to run: the Hub keeps a large file
 * by its hash and asks for no upload of one that it has, so that writing the same PDF twice would measure nothing.
 */
import { ITEM_BYTES } from "./matrix.js";
import { seededRandom } from "./random.js";
import { pdfOfSize } from "./sample-pdf.js";

/** About what one stroke takes as JSON. */
const STROKE_BYTES = 850;
const POINTS = 40;
const USUAL_PROJECT_BYTES = 102_000;

/**
 * @typedef {{ [key: string]: import("../src/types.d.ts").Json }} Project a project document without its id
 *
 * @typedef {object} LoadData what one write writes: `pdf` or `project`, as the load says
 * @property {import("./contenders/storage.js").File} pdf
 * @property {import("./contenders/storage.js").Item} project
 * @property {string} sha256 of what is written
 * @property {number} bytes
 */

/**
 * @param {object} what
 * @param {Uint8Array<ArrayBuffer>} what.pdf the one that was picked, or the sample
 * @param {string} what.id of the project
 * @param {string} what.run tells this run's bytes from those of any other
 * @param {number} what.seed
 * @returns {(round: number, load: import("./matrix.js").Load, variant: string) => Promise<LoadData>} the one made last
 *   is kept, as those who share it ask one after the other
 */
export function workload({ pdf, id, run, seed }) {
  /** Large ones take a while to make, and only their end differs. @type {Map<number, Uint8Array<ArrayBuffer>>} */
  const made = new Map();
  const pdfOf = (/** @type {number | null} */ size) => {
    if (size === null) return pdf;
    const bytes = made.get(size) ?? pdfOfSize(size);
    made.set(size, bytes);
    return bytes;
  };
  const nothing = { id, document: { id }, bytes: new Uint8Array() };
  const last = { key: "", data: /** @type {Promise<LoadData> | null} */ (null) };
  return (round, load, variant) => {
    const key = `${round} ${load.key} ${variant}`;
    if (last.key !== key || !last.data) Object.assign(last, { key, data: make(round, load, variant) });
    return /** @type {Promise<LoadData>} */ (last.data);
  };

  /** @param {number} round @param {import("./matrix.js").Load} load @param {string} variant */
  async function make(round, load, variant) {
    const mark = `${run} round ${round}${variant && `, ${variant}`}`;
    if (load.kind === "pdf") {
      const bytes = marked(pdfOf(load.bytes), mark);
      const file = { bytes, blob: new Blob([bytes], { type: "application/pdf" }) };
      return { pdf: file, project: nothing, sha256: await hashBytes(bytes), bytes: bytes.length };
    }
    const document = { ...makeProject(mark, round, seed, load.bytes ?? USUAL_PROJECT_BYTES), id };
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const project = { id, document, bytes };
    const file = { bytes: new Uint8Array(), blob: new Blob() };
    return { pdf: file, project, sha256: await hashProject(document), bytes: bytes.length };
  }
}

/**
 * Viewers look for the end mark in the last kilobyte, so a comment behind it leaves a valid PDF.
 * @param {Uint8Array<ArrayBuffer>} pdf
 * @param {string} mark
 */
function marked(pdf, mark) {
  const comment = new TextEncoder().encode(`\n% benchmark ${mark}\n`);
  const bytes = new Uint8Array(pdf.length + comment.length);
  bytes.set(pdf);
  bytes.set(comment, pdf.length);
  return bytes;
}

/**
 * Annotations as a drawing app stores them: JSON, most of it numbers.
 * @param {string} mark of the run and the round
 * @param {number} round
 * @param {number} seed
 * @param {number} wantedBytes about as much text
 * @returns {Project}
 */
export function makeProject(mark, round, seed, wantedBytes) {
  const random = seededRandom(seed + round);
  const coordinate = () => Math.round(random() * 60_000) / 100;
  const count = Math.max(1, Math.round(wantedBytes / STROKE_BYTES));
  const strokes = Array.from({ length: count }, (_, index) => ({
    key: `stroke-${index}`,
    page: 1 + (index % 6),
    color: `#${Math.floor(random() * 0x1000000).toString(16).padStart(6, "0")}`,
    width: Math.round(random() * 40) / 10,
    points: Array.from({ length: POINTS }, () => [coordinate(), coordinate(), Math.round(random() * 100) / 100]),
  }));
  return { name: "Benchmark project", mark, round, strokes, notes: ["Grüße – 数学 ✓", ""], archived: false, due: null };
}

/**
 * What lies beside that which is measured, where a full store is wanted.
 * @param {string} id of the project that is measured; the others' begin with it
 * @param {number} count
 * @param {number} seed
 * @returns {import("./contenders/storage.js").Item[]}
 */
export function fillerItems(id, count, seed) {
  return Array.from({ length: count }, (_, index) => {
    const own = `${id}-${String(index).padStart(4, "0")}`;
    const document = { ...makeProject("beside", index, seed, ITEM_BYTES), id: own };
    return { id: own, document, bytes: new TextEncoder().encode(JSON.stringify(document)) };
  });
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>} SHA-256, lower-case hex
 */
export async function hashBytes(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A store may give the fields back in another order, or the bytes of the text; that is the same document.
 * @param {unknown} project
 * @returns {Promise<string>}
 */
export async function hashProject(project) {
  if (project instanceof Uint8Array) return hashProject(JSON.parse(new TextDecoder().decode(project)));
  return hashBytes(new TextEncoder().encode(JSON.stringify(withSortedKeys(project))));
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function withSortedKeys(value) {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, withSortedKeys(member)]),
  );
}

/**
 * Which fraction of the bytes gzip leaves; the first megabytes tell.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<number>}
 */
export async function gzipRatio(bytes) {
  const part = bytes.subarray(0, 4 << 20);
  const zipped = new Blob([part]).stream().pipeThrough(new CompressionStream("gzip"));
  const { byteLength } = await new Response(zipped).arrayBuffer();
  return part.length === 0 ? 1 : byteLength / part.length;
}
