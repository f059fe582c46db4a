// Shows the first page of a PDF as a viewer does that does not have the file: pdf.js asks for ranges, the store gives
// them.
import { GlobalWorkerOptions, PDFDataRangeTransport, getDocument } from "/pdfjs/pdf.mjs";

GlobalWorkerOptions.workerSrc = "/pdfjs/pdf.worker.mjs";

class StoreTransport extends PDFDataRangeTransport {
  #file;
  #fail;

  constructor(file, fail) {
    super(file.size, new Uint8Array(0));
    this.#file = file;
    this.#fail = fail;
  }

  requestDataRange(begin, end) {
    this.#file.read(begin, end - begin).then((bytes) => this.onDataRange(begin, bytes), this.#fail);
  }
}

/** How many pages there are, and how many of the first one's pixels are not white. @param {string} id */
export async function showFirstPage(id) {
  const file = await globalThis.store.openPdf(id);
  const canvas = document.createElement("canvas");
  let document_;
  try {
    return await new Promise((resolve, reject) => {
      const range = new StoreTransport(file, reject);
      const show = async () => {
        document_ = await getDocument({ range, disableAutoFetch: true, disableStream: true }).promise;
        const page = await document_.getPage(1);
        const viewport = page.getViewport({ scale: 0.5 });
        Object.assign(canvas, { width: viewport.width, height: viewport.height });
        await page.render({ canvas, viewport }).promise;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let inked = 0;
        for (let i = 0; i < data.length; i += 4) inked += data[i] + data[i + 1] + data[i + 2] < 3 * 255 ? 1 : 0;
        return { pages: document_.numPages, inked, pixels: data.length / 4 };
      };
      show().then(resolve, reject);
    });
  } finally {
    await document_?.loadingTask.destroy();
    file.close();
  }
}
