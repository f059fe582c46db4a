// The part of an id's check that must happen before the id becomes UTF-8; the engine has the rest of the rules.
import { StoreError, invalidArgument } from "./errors.js";

/** @param {string} text */
function isWellFormed(text) {
  const modern = /** @type {{isWellFormed?: () => boolean}} */ (/** @type {unknown} */ (text));
  if (modern.isWellFormed) return modern.isWellFormed();
  // A surrogate without its other half matches \p{Surrogate} in a regular expression of code points.
  return !/\p{Surrogate}/u.test(text);
}

/**
 * @param {unknown} id
 * @returns {string} the id
 * @throws {StoreError} INVALID_ARGUMENT, or INVALID_ID where encoding it would lose something
 */
export function checkId(id) {
  if (typeof id !== "string") {
    throw invalidArgument(`The id must be a string; it is ${id === null ? "null" : `of type ${typeof id}`}.`);
  }
  if (!isWellFormed(id)) {
    throw new StoreError(
      "INVALID_ID",
      "The id is not valid Unicode: it has half of a surrogate pair. Choose another id.",
    );
  }
  return id;
}
