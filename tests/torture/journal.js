// What the torture did and what it was told: one line of JSON each, written before and after every call, so that a
// failing run can be read and checked again (`npm run torture -- --check <folder>`).
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";

/**
 * @typedef {{marks: string[], hash: string, damage?: string}} Content of a document or a PDF, as far as it matters
 * @typedef {object} Op one call; a saveMany is one for each of its documents
 * @property {string} profile
 * @property {string} tab
 * @property {string} kind load, save, delete, use-copy, discard-copy, …
 * @property {string} [key] collection and id, e.g. "projects/p1"
 * @property {string} [copyKey] of the conflict copy that a resolution is about
 * @property {number} startAt ms
 * @property {number} endAt of the answer, or when it was clear that there will be none
 * @property {"ok"|"error"|"lost"} outcome `lost`: its tab, browser or machine went away; either may have happened
 * @property {string} [code] of an error
 * @property {Content | null} [write] what the item becomes; null is a deletion
 * @property {string[]} [seen] marks of the version from which the write was made
 * @property {Content | null} [result] of a load
 */

/** Names of members in a fixed order: a merge may order them otherwise, which is no difference. */
const canonical = (value) =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** @param {any} document deflated, or null @returns {Content | null} */
export function documentContent(document) {
  if (document === null) return null;
  const marks = document.marks.map((mark) => String(mark?.id));
  if (document.title) marks.push(`title=${document.title}`);
  const hash = createHash("sha256").update(canonical(document)).digest("hex").slice(0, 16);
  return { marks, hash, ...(document.damage ? { damage: document.damage } : {}) };
}

/** @param {{mark: string | null, sha256: string} | null} pdf @returns {Content | null} */
export function pdfContent(pdf) {
  if (pdf === null) return null;
  return { marks: [String(pdf.mark)], hash: pdf.sha256, ...(pdf.mark ? {} : { damage: "no mark at its end" }) };
}

export class Journal {
  /** @type {Op[]} */
  ops = [];
  #began = 0;

  /** @param {string} file */
  constructor(file) {
    this.file = file;
  }

  /** @param {object} entry */
  write(entry) {
    appendFileSync(this.file, `${JSON.stringify({ at: Date.now(), ...entry })}\n`);
  }

  /** Notes calls that are about to be made. @param {Partial<Op>[]} calls @returns {number[]} to end them with */
  begin(calls) {
    return calls.map((call) => {
      const number = this.#began++;
      this.write({ type: "call", number, ...call });
      this.ops[number] = /** @type {Op} */ ({ ...call, startAt: Date.now(), endAt: Infinity, outcome: "lost" });
      return number;
    });
  }

  /** @param {number[]} numbers @param {Partial<Op>} end */
  end(numbers, end) {
    for (const number of numbers) {
      this.write({ type: "end", number, ...end });
      Object.assign(this.ops[number], end, { endAt: Date.now() });
    }
  }
}

/** The ops and the other entries of a journal that was written. @param {string} file */
export function readJournal(file) {
  /** @type {Op[]} */
  const ops = [];
  const others = [];
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const { at, type, number, ...rest } = JSON.parse(line);
    if (type === "call") ops[number] = { ...rest, startAt: at, endAt: Infinity, outcome: "lost" };
    else if (type === "end") Object.assign(ops[number], rest, { endAt: at });
    else others.push({ type, ...rest });
  }
  return { ops, others };
}
