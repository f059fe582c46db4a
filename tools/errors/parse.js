// Reads errors.def. The C++ compiler reads it too, so whatever this does not understand is refused rather than skipped.

/** How errors.def spells the retry classes, and how apps see them. */
const RETRIES = { kNever: "never", kLater: "later", kAfterSignIn: "after-sign-in", kAfterUser: "after-user" };

const ROW = /^HS_ERROR\(([A-Z][A-Z0-9_]*), (\d+), (k[A-Za-z]+), "([^"\\]+)"\)$/;

/**
 * @typedef {{ name: string, number: number, retry: string, sentence: string }} ErrorRow
 * @param {string} text the content of errors.def
 * @returns {ErrorRow[]} in the order of the file
 */
export function parseErrors(text) {
  const rows = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("//")) continue;
    const match = ROW.exec(line);
    if (!match) throw new Error(`errors.def:${index + 1}: not a row of the form that its header gives`);
    const [, name, number, retry, sentence] = match;
    if (!(retry in RETRIES)) throw new Error(`errors.def:${index + 1}: unknown retry class ${retry}`);
    rows.push({ name, number: Number(number), retry: RETRIES[retry], sentence });
  }
  refuseDuplicates(rows.map((row) => row.name));
  refuseDuplicates(rows.map((row) => row.number));
  if (rows.length === 0) throw new Error("errors.def has no rows");
  return rows;
}

function refuseDuplicates(values) {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new Error(`errors.def has ${twice} twice`);
}
