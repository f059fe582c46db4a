// What the torture saves, the same in the page and in Node: documents and PDFs in which every save leaves a mark.
//
// A document is {id, title, marks: [{id, text}], ballast?}. Each save adds a mark with a name of its own, may remove
// marks that its tab has loaded, and may set the title, which two devices cannot both do without a conflict. A PDF is a
// real one with its mark in a comment after its end.

const SAFE = /^[\w~.-]+$/;

/** A line of a large document: the same number gives the same text, so that damage to any of them shows. */
function ballastLine(index) {
  let state = (index * 2_654_435_761) >>> 0;
  let text = "";
  while (text.length < 190) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text;
}

/** The document as the app saves it: a number as `ballast` becomes that many lines. */
export function inflate(document) {
  const { ballast, ...rest } = document;
  return ballast ? { ...rest, ballast: Array.from({ length: ballast }, (_, index) => ballastLine(index)) } : rest;
}

/** Back again, so that a large document is small in the journal. Anything that nobody saved is named as damage. */
export function deflate(document) {
  const { id, title, marks, ballast, ...others } = document;
  const damage = [];
  if (Object.keys(others).length > 0) damage.push(`unknown members ${Object.keys(others)}`);
  if (typeof title !== "string" || !Array.isArray(marks)) damage.push("members are missing");
  for (const mark of marks ?? []) {
    if (!SAFE.test(mark?.id) || mark.text !== `mark of ${mark.id}`) damage.push(`the mark ${JSON.stringify(mark)}`);
  }
  if (new Set((marks ?? []).map((mark) => mark?.id)).size !== (marks ?? []).length) damage.push("a mark twice");
  if (ballast !== undefined && !ballast.every((line, index) => line === ballastLine(index))) damage.push("the ballast");
  const small = { id, title, marks, ...(ballast ? { ballast: ballast.length } : {}) };
  return damage.length > 0 ? { ...small, damage: damage.join(", ") } : small;
}

export const newMark = (id) => ({ id, text: `mark of ${id}` });

const encoder = new TextEncoder();
/** The bytes of the PDF `base` with a mark. */
export const markedPdf = (base, mark) => new Blob([base, encoder.encode(`\n%% mark ${mark}\n`)]);

/** The mark of a PDF, or null. @param {Uint8Array} bytes */
export function markOfPdf(bytes) {
  const end = new TextDecoder("latin1").decode(bytes.subarray(-80));
  return /\n%% mark ([\w~.-]+)\n$/.exec(end)?.[1] ?? null;
}
