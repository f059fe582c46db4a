/** What is measured, in the order in which a round does it: every read follows the write whose bytes it must return. */

/**
 * @typedef {"writePdf" | "readPdf" | "writeProject" | "readProject"} OperationKey
 * @typedef {{ key: OperationKey, label: string, kind: "write" | "read", what: "PDF" | "project" }} Operation
 */

/** @type {readonly Operation[]} */
export const OPERATIONS = [
  { key: "writePdf", label: "Write PDF", kind: "write", what: "PDF" },
  { key: "readPdf", label: "Read PDF", kind: "read", what: "PDF" },
  { key: "writeProject", label: "Write project", kind: "write", what: "project" },
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
