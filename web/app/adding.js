/** Files that were dropped or chosen: checked first, then saved as a PDF with an empty project. */
import { byId } from "../common/dom.js";
import { sizeText } from "./format.js";
import { AppError } from "./problem.js";

/** Viewers accept some bytes before the mark, so this looks a little further than the start. @param {Blob} file */
export async function looksLikePdf(file) {
  const start = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
  return new TextDecoder("latin1").decode(start).includes("%PDF-");
}

/** How many pages the file has; rejects where it cannot be shown. @param {File} file */
async function pageCountOf(file) {
  if (!(await looksLikePdf(file))) {
    throw new AppError("This file is not a PDF", "Nothing was saved. Choose a file that ends with .pdf.");
  }
  const { PdfFile, sourceOf } = await import("./pdf-file.js");
  const pdf = await PdfFile.open(sourceOf(file));
  const { pageCount } = pdf;
  await pdf.close();
  return pageCount;
}

/**
 * @param {File[]} files
 * @param {import("./library.js").Library} library
 * @param {(error: unknown, about: string) => void} onProblem
 * @returns {Promise<string[]>} ids of those that were saved
 */
export async function addFiles(files, library, onProblem) {
  const news = byId("adding", HTMLElement);
  const ids = [];
  for (const file of files) {
    news.textContent = `Checking ${file.name} …`;
    try {
      const pageCount = await pageCountOf(file);
      news.textContent = `Saving ${file.name}, ${sizeText(file.size)} …`;
      ids.push(await library.add(file, pageCount));
    } catch (error) {
      onProblem(error, file.name);
    }
  }
  news.textContent = ids.length > 0 ? `${ids.length === 1 ? "1 PDF" : `${ids.length} PDFs`} saved on this device.` : "";
  return ids;
}

/** @param {(files: File[]) => void} onFiles */
export function wireDropping(onFiles) {
  const input = byId("files", HTMLInputElement);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) onFiles(files);
  });
  // On the whole page: a PDF that is dropped beside the box must not replace the app.
  const zone = byId("drop", HTMLElement);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && zone.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(files);
  });
}
