// Documents as JSON text, and the check that the text will say exactly what the document says. Properties whose value
// is undefined are left out, and -0 becomes 0, as JSON.stringify has it; everything else that JSON would drop or change
// is refused with its path.
import { invalidArgument } from "./errors.js";

/** How deep arrays and objects may nest. Readers of JSON have such limits too: the engine's is 256. */
export const MAX_DEPTH = 200;

/** @typedef {{path: string, reason: string}} Problem */

/** @param {number | string} key @returns {string} the key as a step of a JSON path */
function step(key) {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Puts `key` before the path of a problem found below it. @param {Problem} problem @param {number | string} key */
function below(problem, key) {
  return { path: step(key) + problem.path, reason: problem.reason };
}

/** @param {string} reason @returns {Problem} */
const here = (reason) => ({ path: "", reason });

/** @param {object} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // Of another frame of the page, which has an Object.prototype of its own.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** @param {unknown[]} value @param {number} depth @param {object[]} above */
function problemInArray(value, depth, above) {
  for (let i = 0; i < value.length; i++) {
    const element = value[i];
    if (element === undefined) return below(here(i in value ? "is undefined" : "is missing (the array is sparse)"), i);
    const problem = problemIn(element, depth + 1, above);
    if (problem) return below(problem, i);
  }
  return null;
}

/** @param {Record<string, unknown>} value @param {number} depth @param {object[]} above */
function problemInObject(value, depth, above) {
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) return here(`has the key ${String(symbol)}`);
  }
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    const problem = problemIn(member, depth + 1, above);
    if (problem) return below(problem, key);
  }
  return null;
}

/**
 * The first thing in `value` that JSON cannot say, or null.
 * @param {unknown} value
 * @param {number} depth of nesting, the document being 1
 * @param {object[]} above the objects around this one; an object that contains itself shows up as too deep
 * @returns {Problem | null}
 */
function problemIn(value, depth, above) {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      return Number.isFinite(value) ? null : here(`is ${value}`);
    case "object":
      break;
    default:
      return here(typeof value === "undefined" ? "is undefined" : `is a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth > MAX_DEPTH) {
    const around = above.slice(1, depth);
    return here(new Set(around).size < around.length ? "contains itself" : `nests deeper than ${MAX_DEPTH} levels`);
  }
  above[depth] = value;
  const isArray = Array.isArray(value);
  if (!isArray && !isPlain(value)) {
    return here(`is a ${value.constructor?.name || "class instance"}; only plain objects and arrays can be stored`);
  }
  if (typeof (/** @type {any} */ (value).toJSON) === "function") return here("has a toJSON function");
  if (isArray) return problemInArray(value, depth, above);
  return problemInObject(/** @type {Record<string, unknown>} */ (value), depth, above);
}

/** One element of a top-level array. @param {unknown} value */
const element = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value));

/**
 * The document's text: one line for each member and for each element of a member that is an array, so that people can
 * read it and a diff shows what changed; everything deeper is compact.
 * @param {Record<string, unknown>} document
 */
function format(document) {
  const lines = [];
  for (const key of Object.keys(document)) {
    const value = document[key];
    if (value === undefined) continue;
    const isList = Array.isArray(value) && value.length > 0;
    const text = isList ? `[\n    ${value.map(element).join(",\n    ")}\n  ]` : JSON.stringify(value);
    lines.push(`  ${JSON.stringify(key)}: ${text}`);
  }
  return `{\n${lines.join(",\n")}\n}\n`;
}

/**
 * @param {unknown} document
 * @param {string} name what the caller calls it, for the message
 * @returns {{id: string, text: string}}
 * @throws {import("./errors.js").StoreError} INVALID_ARGUMENT
 */
export function documentText(document, name) {
  if (typeof document !== "object" || document === null || Array.isArray(document) || !isPlain(document)) {
    throw invalidArgument(`${name} must be a plain object with an "id".`);
  }
  const members = /** @type {Record<string, unknown>} */ (document);
  try {
    if (typeof members.id !== "string") {
      throw invalidArgument(`${name} needs an "id" that is a string; it is ${describe(members.id)}.`);
    }
    const problem = problemIn(members, 1, []);
    if (problem) {
      throw invalidArgument(`${name} cannot be stored as JSON without a change: $${problem.path} ${problem.reason}.`);
    }
    return { id: members.id, text: format(members) };
  } catch (error) {
    if (error instanceof Error && error.name === "StoreError") throw error;
    // A getter or a proxy of the app threw, or the text is longer than a string can be.
    throw invalidArgument(`${name} cannot be read: ${error instanceof Error ? error.message : error}`, error);
  }
}

/** @param {unknown} value */
function describe(value) {
  if (value === undefined) return "missing";
  return value === null ? "null" : `of type ${typeof value}`;
}
