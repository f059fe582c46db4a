/** What is measured, in the order in which a round does it: every read follows the write whose bytes it must return. */

/**
 * @typedef {"writePdf" | "syncPdf" | "readPdf" | "writeProject" | "syncProject" | "readProject"} OperationKey
 * @typedef {object} Operation
 * @property {OperationKey} key
 * @property {string} label
 * @property {"write" | "sync" | "read"} kind
 * @property {import("./matrix.js").Kind} what
 */

/** @type {readonly Operation[]} */
export const OPERATIONS = [
  { key: "writePdf", label: "Write PDF", kind: "write", what: "pdf" },
  { key: "syncPdf", label: "Send PDF", kind: "sync", what: "pdf" },
  { key: "readPdf", label: "Read PDF", kind: "read", what: "pdf" },
  { key: "writeProject", label: "Write project", kind: "write", what: "project" },
  { key: "syncProject", label: "Send project", kind: "sync", what: "project" },
  { key: "readProject", label: "Read project", kind: "read", what: "project" },
];

/**
 * @param {OperationKey} key
 * @returns {Operation}
 */
export function operationOf(key) {
  const found = OPERATIONS.find((one) => one.key === key);
  if (!found) throw new RangeError(`unknown operation ${key}`);
  return found;
}
