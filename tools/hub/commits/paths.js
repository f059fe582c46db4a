/** Which paths a commit may name. */
import { HubError } from "../http/replies.js";

const MAX_LENGTH = 1000;

/**
 * Refuses everything that could leave the repository or enter its `.git` folder on somebody's disk.
 * @param {unknown} path
 * @returns {string}
 */
export function checkPath(path) {
  const good =
    typeof path === "string" &&
    path.length > 0 &&
    path.length <= MAX_LENGTH &&
    !/[\0-\x1f\x7f\\]/.test(path) &&
    path
      .split("/")
      .every((segment) => segment !== "" && segment !== "." && segment !== ".." && !/^\.git$/i.test(segment)) &&
    path.isWellFormed?.() !== false;
  if (!good) throw new HubError(422, `Invalid path in commit: ${JSON.stringify(path)?.slice(0, 200)}`);
  return path;
}
