// Three real PDFs of different producers, from Debian's documentation packages. They are unpacked into .cache/pdfs,
// where no root is needed and images without /usr/share/doc do as well.
//
//   node tests/browser/api/pdfs.js    fetches those that are missing (41 MB of packages)
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repository } from "../harness/emscripten.js";

const run = promisify(execFile);
export const PDF_FOLDER = path.join(repository, ".cache/pdfs");

/** Name here, package, place in it, and what made it. */
export const PDFS = [
  // 0.6 MB, ReportLab.
  { name: "reportlab.pdf", package: "python-reportlab-doc", path: "python-reportlab-doc/reportlab-userguide.pdf" },
  // 6.6 MB, Adobe PDF Library, with illustrations and embedded colour profiles.
  { name: "colour.pdf", package: "ghostscript-doc", path: "ghostscript/GS9_Color_Management.pdf" },
  // 29 MB, TeX with thousands of embedded scores.
  { name: "notation.pdf", package: "lilypond-doc-pdf", path: "lilypond/html/Documentation/notation.pdf" },
];

async function fetchPdf({ name, package: debian, path: place }) {
  const target = path.join(PDF_FOLDER, name);
  if (existsSync(target)) return;
  const folder = mkdtempSync(path.join(tmpdir(), "hubstash-pdf-"));
  try {
    const installed = path.join("/usr/share/doc", place);
    let source = installed;
    if (!existsSync(installed)) {
      await run("apt-get", ["download", debian], { cwd: folder });
      const [archive] = readdirSync(folder);
      await run("dpkg-deb", ["--extract", archive, "."], { cwd: folder });
      source = path.join(folder, installed);
    }
    // Renamed when whole, so that a copy that was interrupted is not taken for the file.
    copyFileSync(source, `${target}.part`);
    renameSync(`${target}.part`, target);
  } catch (error) {
    throw new Error(
      `${name} of the package ${debian} could not be fetched; "apt-get update" may help.\n${error.message}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sees to it that all are there; without a network only where they already were. */
export async function fetchPdfs() {
  mkdirSync(PDF_FOLDER, { recursive: true });
  for (const pdf of PDFS) await fetchPdf(pdf);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await fetchPdfs();
