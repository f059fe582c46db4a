/** Who takes part on the page, by name, in the order of the table's rows. */
import { DatasetContender } from "./dataset.js";
import { IndexedDbContender } from "./indexeddb.js";

/**
 * @typedef {"indexeddb" | "dataset"} ContenderName
 * @typedef {object} Target
 * @property {import("./hubstash.js").OpenStore} openStore
 * @property {string} id under which this browser's benchmark stores its files
 * @property {string} token
 * @property {string} hubUrl
 * @property {string} dataset
 * @property {boolean} createDataset
 */

/** @type {Record<ContenderName, (target: Target) => import("./contender.js").Contender>} */
const CONTENDERS = {
  indexeddb: (target) => new IndexedDbContender(target),
  dataset: (target) => new DatasetContender(target),
};

/**
 * @param {readonly ContenderName[]} names
 * @param {Target} target
 * @returns {import("./contender.js").Contender[]}
 */
export function createContenders(names, target) {
  return names.map((name) => CONTENDERS[name](target));
}
