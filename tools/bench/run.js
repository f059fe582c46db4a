// Runs the rows that are wanted, in one setting, and makes the report of them.
import { machine, versions } from "./machine.js";
import { Setting } from "./setting.js";
import { FILLED_ROWS, filledRows } from "./rows/filled.js";
import { GZIP_ROWS, gzipRows } from "./rows/gzip.js";
import { PDF_ROWS, pdfRows } from "./rows/pdfs.js";
import { MANY_ROWS, PROJECT_ROWS, manyRows, projectRows } from "./rows/projects.js";
import { RANGE_ROWS, rangeRows } from "./rows/range.js";
import { SIZE_ROWS, sizeRows } from "./rows/size.js";
import { SYNC_ROWS, syncRows } from "./rows/sync.js";

/**
 * @typedef {object} Context
 * @property {Setting} setting
 * @property {boolean} quick few repeats and little data, which shows that all works and nothing else
 * @property {number} items how many a full store has
 * @property {(usual: number) => number} repeats
 * @property {(usual: number) => number} warmUps
 * @property {(key: string) => boolean} wants
 * @property {(what: string, part: number) => void} progress
 */

/** Rows that share what they need, in the order in which they run: big stores come after what they would slow. */
const GROUPS = [
  { keys: SIZE_ROWS, run: sizeRows },
  { keys: PROJECT_ROWS, run: projectRows },
  { keys: MANY_ROWS, run: manyRows },
  { keys: PDF_ROWS, run: pdfRows },
  { keys: GZIP_ROWS, run: gzipRows },
  { keys: RANGE_ROWS, run: rangeRows },
  { keys: SYNC_ROWS, run: syncRows },
  { keys: FILLED_ROWS, run: filledRows },
];

export const ROW_KEYS = GROUPS.flatMap(({ keys }) => keys);

/**
 * @param {object} options
 * @param {boolean} options.quick
 * @param {string[] | null} options.only
 * @param {number | null} options.repeat
 * @param {number} options.items
 * @param {string} options.folder for the run's own files, which are removed in the end
 * @param {Setting} options.setting not started yet; the caller closes it
 * @param {(what: string, part: number) => void} options.progress
 */
export async function runBench({ quick, only, repeat, items, folder, setting, progress }) {
  const started = new Date();
  const wants = (key) => only === null || only.includes(key);
  const repeats = (usual) => repeat ?? (quick ? 2 : usual);
  const warmUps = (usual) => (quick ? Math.min(usual, 1) : usual);
  progress("starting the browser", 0);
  await setting.start(folder);
  const context = { setting, quick, items, repeats, warmUps, wants, progress };
  const rows = [];
  const groups = [];
  for (const { keys, run } of GROUPS) {
    if (!keys.some(wants)) continue;
    const begun = performance.now();
    rows.push(...(await run(context)).filter(({ key }) => wants(key)));
    groups.push({ rows: keys.filter(wants), seconds: Math.round((performance.now() - begun) / 100) / 10 });
  }
  return {
    format: 1,
    started: started.toISOString(),
    seconds: Math.round((Date.now() - started.getTime()) / 100) / 10,
    options: { quick, only, repeat, items },
    machine: machine(),
    versions: versions(setting.browserVersion),
    rows,
    groups,
    complaints: setting.complaints(),
  };
}
