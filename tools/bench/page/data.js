// What is stored: projects as a drawing app has them, and PDFs. The same seed gives the same bytes in every browser.
import { seededRandom } from "../../../web/bench/random.js";
import { samplePdf } from "../../../web/bench/sample-pdf.js";

/** Projects of one size share this many drawings, since making a fresh one for each of 10,000 would take minutes. */
const DRAWINGS = 32;
const PDF_PAGE_BYTES = 168_200;
const COLOURS = ["#1f2937", "#dc2626", "#2563eb", "#16a34a", "#f59e0b"];

const encoder = new TextEncoder();
/** @type {Map<string, string>} JSON text of the strokes by size and number */
const drawings = new Map();

/** A pen's way: x, y and pressure of each point, in steps as a hand makes them. */
function stroke(random) {
  const points = [];
  let [x, y] = [random() * 1600, random() * 1200];
  const count = 12 + Math.floor(random() * 60);
  for (let i = 0; i < count; i++) {
    x += (random() - 0.5) * 14;
    y += (random() - 0.5) * 14;
    points.push(Number(x.toFixed(2)), Number(y.toFixed(2)), Number((0.3 + random() * 0.6).toFixed(3)));
  }
  return { tool: "pen", color: COLOURS[Math.floor(random() * 5)], width: 1 + Math.floor(random() * 6), points };
}

/** JSON text of a list of strokes, of about `bytes`. */
function drawing(number, bytes) {
  const key = `${bytes}/${number}`;
  const known = drawings.get(key);
  if (known) return known;
  const random = seededRandom(number * 7919 + bytes);
  const parts = [];
  for (let length = 0; length < bytes; ) {
    const text = JSON.stringify(stroke(random));
    if (length + text.length > bytes) break;
    parts.push(text);
    length += text.length + 1;
  }
  const text = `[${parts.join(",")}]`;
  drawings.set(key, text);
  return text;
}

const idOf = (kind, index) => `${kind}-${String(index).padStart(6, "0")}`;

/** @returns {string} the JSON text of project `index`; `version` makes another content under the same id */
function projectText({ kind = "project", index, bytes, version = 0 }) {
  const id = idOf(kind, index);
  const head = `{"id":"${id}","name":"Drawing ${index}","version":${version},"strokes":`;
  const room = Math.max(64, bytes - head.length - 32);
  const body = drawing((index * 31 + version * 17) % DRAWINGS, room);
  const left = bytes - head.length - body.length - `,"notes":""}`.length;
  return `${head}${body},"notes":"${"n".repeat(Math.max(0, left))}"}`;
}

/**
 * @param {{ kind?: string, index: number, bytes: number, version?: number }} wanted
 * @returns {import("../../../web/bench/contenders/storage.js").Item}
 */
export function project(wanted) {
  const text = projectText(wanted);
  return { id: idOf(wanted.kind ?? "project", wanted.index), document: JSON.parse(text), bytes: encoder.encode(text) };
}

/** Throws unless what was loaded is that project, to the last byte. */
export function verifyProject(loaded, wanted) {
  const text = loaded instanceof Uint8Array ? new TextDecoder().decode(loaded) : JSON.stringify(loaded);
  if (text !== projectText(wanted)) {
    const id = idOf(wanted.kind ?? "project", wanted.index);
    throw new Error(`${id} came back with other content: ${text?.slice(0, 80)}`);
  }
}

/** @returns {Uint8Array<ArrayBuffer>} a PDF of about that size, at least a page */
export const pdfBytes = ({ index, bytes }) =>
  samplePdf({ pages: Math.max(1, Math.round(bytes / PDF_PAGE_BYTES)), seed: 1_000_003 * (index + 1) + bytes });

export const pdfId = ({ index, bytes }) => idOf(`pdf-${bytes}`, index);

/** Throws unless both have the same bytes. */
export function verifyBytes(loaded, expected, what) {
  if (!(loaded instanceof Uint8Array)) throw new Error(`${what} came back as ${typeof loaded}`);
  if (loaded.length !== expected.length) throw new Error(`${what} came back with ${loaded.length} bytes`);
  // Eight bytes at a time where both allow it; a 40 MB comparison by single bytes would hold the page for long.
  const view = (bytes) => new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
  const [a, b] = [loaded, expected].map((bytes) => view(bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()));
  const differs = a.some((word, index) => word !== b[index]);
  const tail = expected.length & ~7;
  if (differs || loaded.subarray(tail).some((byte, index) => byte !== expected[tail + index])) {
    throw new Error(`${what} came back with other bytes`);
  }
}
