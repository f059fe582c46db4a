// Two PDFs of about 44 MB and some 1,200 pages, made of the real ones (pdfs.js) with qpdf: one as most tools write
// them, with its cross-references at the end, and one that is linearised, with its first page in front.
//
// Their page tree has ten children a node, as large files have it from the tools that print books. qpdf joins the pages
// to one list, which a viewer reads page by page to the last one: in a linearised file they lie all over it.
//
//   node tests/browser/api/large-pdfs.js    makes those that are missing
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PDF_FOLDER, fetchPdfs } from "./pdfs.js";

const run = promisify(execFile);
/** In the order of their pages. The same one again is another file to qpdf, so its content comes again too. */
const SOURCES = ["colour.pdf", "notation.pdf", "colour.pdf", "colour.pdf", "reportlab.pdf"];
const CHILDREN = 10;

export const LARGE_PDFS = { plain: "large-plain.pdf", linearised: "large-linearised.pdf" };

async function qpdf(...args) {
  // The real files are not faultless; what qpdf warns of and mends is not the matter here.
  const { stdout } = await run("qpdf", ["--warning-exit-0", "--no-warn", ...args], { maxBuffer: 1 << 28 });
  return stdout;
}

/** Some objects of the file, as qpdf's JSON has them: {values, maxId}. `references` are such as "5 0 R". */
async function objects(file, references) {
  const names = references.map((reference) => reference.replace(/^(\d+) (\d+) R$/, "$1,$2"));
  const wanted = names.map((name) => `--json-object=${name}`);
  const { qpdf: [head, all] } = JSON.parse(await qpdf(file, "--json=2", "--json-key=qpdf", ...wanted));
  const values = references.map((reference) => (all[`obj:${reference}`] ?? all[reference]).value);
  return { values, maxId: head.maxobjectid };
}

/** What changes in the file so that its pages hang on a balanced tree, as qpdf's JSON. */
async function balancedTree(file) {
  const { values: [trailer] } = await objects(file, ["trailer"]);
  const { values: [root], maxId } = await objects(file, [trailer["/Root"]]);
  const top = root["/Pages"];
  const { values: [list] } = await objects(file, [top]);
  const { values: pages } = await objects(file, list["/Kids"]);
  const changed = {};
  let lastId = maxId;
  let level = pages.map((value, i) => ({ reference: list["/Kids"][i], value, count: 1 }));
  do {
    const parents = [];
    const isTop = level.length <= CHILDREN;
    for (let at = 0; at < level.length; at += CHILDREN) {
      const children = level.slice(at, at + CHILDREN);
      const count = children.reduce((sum, child) => sum + child.count, 0);
      const reference = isTop ? top : `${++lastId} 0 R`;
      for (const child of children) {
        changed[`obj:${child.reference}`] = { value: { ...child.value, "/Parent": reference } };
      }
      const kids = children.map((child) => child.reference);
      parents.push({ reference, count, value: { "/Type": "/Pages", "/Count": count, "/Kids": kids } });
    }
    level = parents;
  } while (level.length > 1);
  changed[`obj:${top}`] = { value: level[0].value };
  const head = { jsonversion: 2, pushedinheritedpageresources: false, calledgetallpages: false, maxobjectid: lastId };
  return JSON.stringify({ qpdf: [head, changed] });
}

/** Sees to it that both are there. */
export async function makeLargePdfs() {
  const target = (name) => path.join(PDF_FOLDER, name);
  if (Object.values(LARGE_PDFS).every((name) => existsSync(target(name)))) return;
  await fetchPdfs();
  const folder = mkdtempSync(path.join(tmpdir(), "hubstash-large-pdf-"));
  const place = (name) => path.join(folder, name);
  try {
    SOURCES.forEach((name, i) => copyFileSync(target(name), place(`${i}.pdf`)));
    const sources = SOURCES.map((_, i) => place(`${i}.pdf`));
    await qpdf("--empty", "--object-streams=generate", "--pages", ...sources, "--", place("joined.pdf"));
    writeFileSync(place("tree.json"), await balancedTree(place("joined.pdf")));
    await qpdf(place("joined.pdf"), `--update-from-json=${place("tree.json")}`, place(LARGE_PDFS.plain));
    await qpdf("--linearize", place(LARGE_PDFS.plain), place(LARGE_PDFS.linearised));
    for (const name of Object.values(LARGE_PDFS)) {
      // Renamed when whole, so that a copy that was interrupted is not taken for the file.
      copyFileSync(place(name), target(`${name}.part`));
      renameSync(target(`${name}.part`), target(name));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeLargePdfs();
