// Conflict copies, the same for documents and blobs: what a conflict left beside an item, until the app says which of
// the two is right. docs/CONFLICTS.md is for apps' developers.
import { invalidArgument } from "./errors.js";
import { checkId } from "./ids.js";

/**
 * @typedef {(call: string, members: object, options?: import("./client.js").ClientCallOptions) =>
 *   Promise<import("./rpc.js").Answer>} Call of one collection
 */

/**
 * @param {Call} call
 * @param {string} [id] only those of this item
 * @returns {Promise<import("./types.js").ConflictCopy[]>}
 */
export async function listCopies(call, id) {
  return (await call("conflicts", { id: id === undefined ? "" : checkId(id) })).value;
}

/**
 * @param {Call} call
 * @param {string} copyId
 * @param {"use-copy" | "discard-copy"} resolution
 */
export async function resolveCopy(call, copyId, resolution) {
  if (resolution !== "use-copy" && resolution !== "discard-copy") {
    throw invalidArgument('The resolution must be "use-copy" or "discard-copy".');
  }
  await call("resolve", { id: checkId(copyId), resolution }, { isWrite: true });
}
