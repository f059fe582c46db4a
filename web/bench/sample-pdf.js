/**
 * The built-in sample: a valid PDF of six pages and about 1 MB, the same bytes everywhere. It is made here and not
 * committed, because a real file of this size would bring a licence and a megabyte into the repository. Each page
 * carries an image of noise, since the bytes of real PDFs (photos, scans) do not compress either.
 */
import { randomBytes, seededRandom } from "./random.js";

export const SAMPLE_NAME = "built-in sample";
const PAGES = 6;
const IMAGE = { width: 400, height: 420 };
const SEED = 20_240_229;

const encoder = new TextEncoder();

/** Collects objects and their offsets, which the cross-reference table lists. */
class PdfWriter {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #parts = [];
  #length = 0;
  /** @type {number[]} */
  #offsets = [];

  /** @param {string | Uint8Array<ArrayBuffer>} part */
  write(part) {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /**
   * @param {string} dictionary
   * @param {Uint8Array<ArrayBuffer>} [stream]
   */
  object(dictionary, stream) {
    this.#offsets.push(this.#length);
    this.write(`${this.#offsets.length} 0 obj\n${dictionary}\n`);
    if (stream) {
      this.write("stream\n");
      this.write(stream);
      this.write("\nendstream\n");
    }
    this.write("endobj\n");
  }

  /** @returns {Uint8Array<ArrayBuffer>} */
  finish() {
    const start = this.#length;
    const count = this.#offsets.length + 1;
    // Each entry is 20 bytes, its line end included; viewers seek by that.
    const entries = this.#offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
    this.write(`xref\n0 ${count}\n0000000000 65535 f \n${entries.join("")}`);
    this.write(`trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** What a page needs besides its image, and the file besides its pages. */
const PAGE_BYTES = 700;
const FILE_BYTES = 400;

/**
 * @param {number} bytes at least 2,000
 * @returns {Uint8Array<ArrayBuffer>} a valid PDF of about that size
 */
export function pdfOfSize(bytes) {
  const pages = Math.max(1, Math.round(bytes / (IMAGE.width * IMAGE.height)));
  const height = Math.max(1, Math.round(((bytes - FILE_BYTES) / pages - PAGE_BYTES) / IMAGE.width));
  return samplePdf({ pages, height });
}

/**
 * @param {{ pages?: number, height?: number, seed?: number }} [wanted] each page has about 168 kB at the usual height
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function samplePdf({ pages = PAGES, height = IMAGE.height, seed = SEED } = {}) {
  const random = seededRandom(seed);
  const pdf = new PdfWriter();
  // The comment of bytes above 127 tells programs that the file is binary.
  pdf.write("%PDF-1.4\n");
  pdf.write(new Uint8Array([0x25, 0xe2, 0xe3, 0xcf, 0xd3, 0x0a]));
  // Objects 1 to 3 are the catalog, the page tree and the font; then three objects a page.
  const pageNumber = (/** @type {number} */ index) => 4 + index * 3;
  const kids = Array.from({ length: pages }, (_, index) => `${pageNumber(index)} 0 R`).join(" ");
  pdf.object("<< /Type /Catalog /Pages 2 0 R >>");
  pdf.object(`<< /Type /Pages /Count ${pages} /Kids [${kids}] >>`);
  pdf.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (let index = 0; index < pages; index++) {
    const first = pageNumber(index);
    pdf.object(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] " +
        `/Resources << /Font << /F1 3 0 R >> /XObject << /Im1 ${first + 2} 0 R >> >> /Contents ${first + 1} 0 R >>`,
    );
    const content = encoder.encode(pageContent(index + 1, pages));
    pdf.object(`<< /Length ${content.length} >>`, content);
    const pixels = randomBytes(IMAGE.width * height, random);
    pdf.object(
      `<< /Type /XObject /Subtype /Image /Width ${IMAGE.width} /Height ${height} /ColorSpace /DeviceGray ` +
        `/BitsPerComponent 8 /Length ${pixels.length} >>`,
      pixels,
    );
  }
  return pdf.finish();
}

/**
 * @param {number} page 1-based
 * @param {number} pages
 */
function pageContent(page, pages) {
  return [
    "BT /F1 22 Tf 60 770 Td (hubstash benchmark sample) Tj ET",
    `BT /F1 12 Tf 60 745 Td (Page ${page} of ${pages}. The image is noise, so that the file does not compress.) Tj ET`,
    "q 475 0 0 499 60 220 cm /Im1 Do Q",
  ].join("\n");
}
