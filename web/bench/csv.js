/** Text for spreadsheets (RFC 4180). Pure. */

/**
 * A spreadsheet runs a cell that begins like a formula, and the names in it come from others; an apostrophe in front
 * makes it text. Numbers stay as they are.
 * @param {unknown} value
 * @returns {string}
 */
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {readonly (readonly unknown[])[]} rows the first holds the titles
 * @returns {string}
 */
export function csvText(rows) {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
