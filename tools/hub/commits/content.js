/** What git takes as a regular file, and what must go through LFS. */
import { isUtf8 } from "node:buffer";

/** Regular files may be this large and no larger. */
export const REGULAR_MAX = 10 * 1024 * 1024;

/** @param {Buffer} body */
export function isBinary(body) {
  return body.includes(0) || !isUtf8(body);
}

/**
 * The same for the beginning of a file, which may end in the middle of a character.
 * @param {Buffer} sample
 */
export function looksBinary(sample) {
  if (sample.includes(0)) return true;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    return false;
  } catch {
    return true;
  }
}
