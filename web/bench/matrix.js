/** What is measured: each size of each kind, in each setting that was chosen. Pure. */

/**
 * @typedef {"project" | "pdf"} Kind
 *
 * @typedef {object} Load one thing that is written and read
 * @property {string} key e.g. `pdf-1MB`, or `pdf-picked`
 * @property {Kind} kind
 * @property {number | null} bytes null: the file that was picked, or the sample
 *
 * @typedef {object} Setting how it is stored
 * @property {"warm" | "cold"} temperature
 * @property {"strict" | "relaxed"} durability
 * @property {number} items stored beside what is measured
 *
 * @typedef {object} Selection
 * @property {string[]} projects keys of PROJECTS
 * @property {string[]} pdfs keys of PDFS
 * @property {Setting["temperature"][]} temperatures
 * @property {Setting["durability"][]} durabilities
 * @property {number[]} items
 * @property {string[]} contenders names
 */

const SIZES = [
  ["2kB", 2_000],
  ["100kB", 100_000],
  ["1MB", 1_000_000],
  ["10MB", 10_000_000],
  ["40MB", 40_000_000],
];

/** @param {Kind} kind @returns {Load[]} */
const loadsOf = (kind) =>
  SIZES.map(([name, bytes]) => ({ key: `${kind}-${name}`, kind, bytes: /** @type {number} */ (bytes) }));

/** @type {readonly Load[]} */
export const PROJECTS = loadsOf("project");
/** @type {readonly Load[]} */
export const PDFS = [{ key: "pdf-picked", kind: "pdf", bytes: null }, ...loadsOf("pdf")];
export const TEMPERATURES = /** @type {const} */ (["warm", "cold"]);
export const DURABILITIES = /** @type {const} */ (["strict", "relaxed"]);
export const ITEMS = /** @type {const} */ ([0, 1000]);
/** Of the items that are stored beside what is measured. */
export const ITEM_BYTES = 2_000;

/** Ticked at the start: a small matrix, which a person need not think about. @type {Selection} */
export const USUAL = {
  contenders: ["indexeddb", "dataset"],
  projects: ["project-100kB"],
  pdfs: ["pdf-picked"],
  temperatures: ["warm"],
  durabilities: ["strict"],
  items: [0],
};

/**
 * @param {Pick<Selection, "projects" | "pdfs">} selection
 * @returns {Load[]} PDFs first
 */
export function loadsFor({ projects, pdfs }) {
  return [...PDFS.filter(({ key }) => pdfs.includes(key)), ...PROJECTS.filter(({ key }) => projects.includes(key))];
}

/**
 * @param {Pick<Selection, "temperatures" | "durabilities" | "items">} selection
 * @returns {Setting[]}
 */
export function settingsOf({ temperatures, durabilities, items }) {
  return items.flatMap((count) =>
    durabilities.flatMap((durability) =>
      temperatures.map((temperature) => ({ temperature, durability, items: count })),
    ),
  );
}

/**
 * Only what differs is measured: a store that cannot be asked for durability takes part once.
 * @template {{ durable: boolean }} T
 * @param {readonly T[]} contenders
 * @param {Setting} setting
 * @param {readonly Setting[]} settings all of the run
 * @returns {T[]}
 */
export function takingPart(contenders, setting, settings) {
  return contenders.filter((one) => one.durable || setting.durability === settings[0]?.durability);
}

/** @param {Setting} setting @returns {string} */
export function settingWords({ temperature, durability, items }) {
  return `${temperature}, ${durability}, ${items === 0 ? "empty" : `${items.toLocaleString("en")} items stored`}`;
}

/**
 * @param {Selection} selection
 * @returns {string | null} what is missing
 */
export function selectionProblem(selection) {
  if (selection.contenders.length === 0) return "Tick at least one store to measure.";
  if (selection.projects.length + selection.pdfs.length === 0) return "Tick at least one size.";
  if (selection.temperatures.length === 0) return "Tick warm or cold.";
  if (selection.durabilities.length === 0) return "Tick strict or relaxed.";
  if (selection.items.length === 0) return "Tick how many items are stored.";
  return null;
}

/**
 * What is ticked, in a few words.
 * @param {Selection} selection
 * @param {(contender: string) => string} labelOf
 * @returns {string}
 */
export function selectionWords(selection, labelOf) {
  const stores = selection.contenders.map(labelOf).join(", ") || "no store";
  const loads = loadsFor(selection).length;
  const settings = settingsOf(selection);
  const [only] = settings;
  const where = settings.length === 1 && only ? settingWords(only) : `${settings.length} settings`;
  return `${stores}; ${loads} ${loads === 1 ? "size" : "sizes"}; ${where}`;
}
