/**
 * A PDF that is read by ranges: of a file that was dropped, or of the store, which fetches from the Hub only what is
 * asked for. So a page shows long before the whole file is here. Loaded with the first PDF, since pdf.js is large.
 */
import { GlobalWorkerOptions, PDFDataRangeTransport, VerbosityLevel, getDocument } from "pdfjs-dist";
import { AppError } from "./problem.js";

/**
 * @typedef {object} Source
 * @property {number} size
 * @property {(offset: number, length: number) => Promise<Uint8Array>} read
 * @property {() => void} [close]
 */

const own = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
GlobalWorkerOptions.workerSrc = own("pdfjs/worker.js");

/** A page as large as a wall would take the memory of the whole tab. */
const PIXELS_MAX = 16_000_000;

class SourceTransport extends PDFDataRangeTransport {
  #source;
  #fail;

  /** @param {Source} source @param {(reason: unknown) => void} fail */
  constructor(source, fail) {
    super(source.size, new Uint8Array(0));
    this.#source = source;
    this.#fail = fail;
  }

  /** @param {number} begin @param {number} end @override */
  requestDataRange(begin, end) {
    this.#source.read(begin, end - begin).then((bytes) => this.onDataRange(begin, bytes), this.#fail);
  }
}

/** @param {unknown} error @returns {unknown} */
function asAppError(error) {
  const { name } = /** @type {Error} */ (Object(error));
  if (name === "PasswordException") {
    return new AppError("This PDF has a password", "Save it without one, for example by printing it to a PDF.");
  }
  if (name === "InvalidPDFException" || name === "FormatError" || name === "UnknownErrorException") {
    return new AppError("This file is not a PDF, or is damaged", "Nothing was saved. Choose another file.");
  }
  return error;
}

export class PdfFile {
  #source;
  #document;
  #failed;

  /** @param {Source} source @returns {Promise<PdfFile>} */
  static async open(source) {
    /** @type {(reason: unknown) => void} */
    let fail = () => {};
    /** @type {Promise<never>} */
    const failed = new Promise((_, reject) => (fail = reject));
    // A read may fail while nobody is waiting for a page.
    failed.catch(() => {});
    const task = getDocument({
      range: new SourceTransport(source, fail),
      disableAutoFetch: true,
      disableStream: true,
      isEvalSupported: false,
      enableXfa: false,
      cMapUrl: own("pdfjs/cmaps/"),
      standardFontDataUrl: own("pdfjs/standard_fonts/"),
      wasmUrl: own("pdfjs/wasm/"),
      iccUrl: own("pdfjs/iccs/"),
      verbosity: VerbosityLevel.ERRORS,
    });
    try {
      return new PdfFile(source, await Promise.race([task.promise, failed]), failed);
    } catch (error) {
      void task.destroy();
      source.close?.();
      throw asAppError(error);
    }
  }

  /**
   * @param {Source} source
   * @param {import("pdfjs-dist").PDFDocumentProxy} pdf
   * @param {Promise<never>} failed
   */
  constructor(source, pdf, failed) {
    this.#source = source;
    this.#document = pdf;
    this.#failed = failed;
  }

  get pageCount() {
    return this.#document.numPages;
  }

  /**
   * Draws a page into the canvas, whose size it sets.
   * @param {number} number from 1
   * @param {HTMLCanvasElement} canvas
   * @param {number} widthPx wanted, in pixels of the canvas
   * @returns {Promise<{ scale: number }>} pixels of the canvas a point of the page
   */
  async draw(number, canvas, widthPx) {
    const page = await this.#orFailure(this.#document.getPage(number));
    const { width, height } = page.getViewport({ scale: 1 });
    const scale = Math.min(widthPx / width, Math.sqrt(PIXELS_MAX / (width * height)));
    const viewport = page.getViewport({ scale });
    // Drawn elsewhere first, so that the page before stays in sight until this one is whole.
    const buffer = document.createElement("canvas");
    buffer.width = Math.max(1, Math.floor(viewport.width));
    buffer.height = Math.max(1, Math.floor(viewport.height));
    await this.#orFailure(page.render({ canvas: buffer, viewport }).promise);
    canvas.width = buffer.width;
    canvas.height = buffer.height;
    canvas.getContext("2d")?.drawImage(buffer, 0, 0);
    return { scale };
  }

  /** The page's words, for those who do not see it. @param {number} number @returns {Promise<string>} */
  async text(number) {
    const page = await this.#orFailure(this.#document.getPage(number));
    const { items } = await this.#orFailure(page.getTextContent());
    return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  }

  /** @template T @param {Promise<T>} work @returns {Promise<T>} */
  async #orFailure(work) {
    try {
      return await Promise.race([work, this.#failed]);
    } catch (error) {
      throw asAppError(error);
    }
  }

  async close() {
    this.#source.close?.();
    await this.#document.loadingTask.destroy();
  }
}

/** @param {Blob} blob @returns {Source} */
export const sourceOf = (blob) => ({
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});
