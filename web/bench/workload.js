/**
 * What is written in each round. The bytes differ from round to round and from run to run: the Hub keeps a large file
 * by its hash and asks for no upload of one that it has, so that writing the same PDF twice would measure nothing.
 */
import { seededRandom } from "./random.js";

const STROKES = 120;
const POINTS = 40;

/**
 * @typedef {{ [key: string]: import("../src/types.d.ts").Json }} Project a project document without its id
 *
 * @typedef {object} RoundData
 * @property {import("./contenders/storage.js").File} pdf
 * @property {string} pdfSha256
 * @property {import("./contenders/storage.js").Item} project
 * @property {string} projectSha256
 */

/**
 * @param {object} what
 * @param {Uint8Array<ArrayBuffer>} what.pdf
 * @param {string} what.id of the project
 * @param {string} what.run tells this run's bytes from those of any other
 * @param {number} what.seed
 * @returns {(round: number) => Promise<RoundData>}
 */
export function workload({ pdf, id, run, seed }) {
  return async (round) => {
    // Viewers look for the end mark in the last kilobyte, so a comment behind it leaves a valid PDF.
    const mark = new TextEncoder().encode(`\n% benchmark ${run} round ${round}\n`);
    const bytes = new Uint8Array(pdf.length + mark.length);
    bytes.set(pdf);
    bytes.set(mark, pdf.length);
    const document = { ...makeProject(run, round, seed), id };
    return {
      pdf: { bytes, blob: new Blob([bytes], { type: "application/pdf" }) },
      pdfSha256: await hashBytes(bytes),
      project: { id, document, bytes: new TextEncoder().encode(JSON.stringify(document)) },
      projectSha256: await hashProject(document),
    };
  };
}

/**
 * Annotations as a drawing app stores them: about 100 kB of JSON, most of it numbers.
 * @param {string} run
 * @param {number} round
 * @param {number} seed
 * @returns {Project}
 */
export function makeProject(run, round, seed) {
  const random = seededRandom(seed + round);
  const coordinate = () => Math.round(random() * 60_000) / 100;
  const strokes = Array.from({ length: STROKES }, (_, index) => ({
    key: `stroke-${index}`,
    page: 1 + (index % 6),
    color: `#${Math.floor(random() * 0x1000000).toString(16).padStart(6, "0")}`,
    width: Math.round(random() * 40) / 10,
    points: Array.from({ length: POINTS }, () => [coordinate(), coordinate(), Math.round(random() * 100) / 100]),
  }));
  return { name: "Benchmark project", run, round, strokes, notes: ["Grüße – 数学 ✓", ""], archived: false, due: null };
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
