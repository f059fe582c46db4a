/**
 * The interface of everything that is benchmarked: a place to keep items in. One file a library, each exporting
 * `create(given)`; `npm run bench` and the benchmark page know them by this alone.
 *
 * A call resolves when the library says that the data is kept, or when all of it is in the page's hands.
 *
 * @typedef {object} Item
 * @property {string} id
 * @property {{ id: string, [key: string]: unknown }} document
 * @property {Uint8Array<ArrayBuffer>} bytes its JSON text, for what stores bytes
 *
 * @typedef {object} File
 * @property {Blob} blob as a file input gives it
 * @property {Uint8Array<ArrayBuffer>} bytes the same, for what stores bytes
 *
 * @typedef {object} Given
 * @property {string} database two names are two stores
 * @property {"strict" | "relaxed"} durability for those who can choose
 * @property {import("./hubstash.js").OpenStore} openStore hubstash's
 * @property {Partial<import("../../src/types.d.ts").StoreOptions>} [options] further options of hubstash
 * @property {string} [stockUrl] the Emscripten module with IDBFS
 * @property {string} [opfsWorkerUrl]
 * @property {{ url: string, token: string, dataset: string, create?: boolean }} [hub] for those who use it; `create`:
 *   the dataset when there is none
 * @property {typeof fetch} [fetch] for those who take one
 *
 * @typedef {object} Storage
 * @property {() => Promise<void>} open
 * @property {() => Promise<void>} close
 * @property {(item: Item) => Promise<void>} [save]
 * @property {(items: Item[]) => Promise<void>} [saveMany] the quickest way that the library has for many at once
 * @property {(id: string) => Promise<unknown>} [load] the document, or the bytes of its text
 * @property {() => Promise<string[]>} [list] ids
 * @property {(id: string, file: File, signal?: AbortSignal) => Promise<void>} [savePdf]
 * @property {(id: string, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>} [loadPdf]
 * @property {(items: Item[], files: { id: string, file: File }[]) => Promise<void>} [stage] what the next sync sends
 * @property {() => Promise<void>} [sync]
 * @property {(id: string) => Promise<void>} [remove] a document; one that is not there is fine
 * @property {(id: string) => Promise<void>} [removePdf] likewise
 * @property {(ids: string[], pdfs: string[]) => Promise<void>} [removeAll] documents and PDFs in one go
 * @property {() => Promise<void>} [clear] removes all that the database holds on this device
 * @property {(error: unknown) => boolean} [mayHaveStored] false when an error of a save says that nothing was written
 */
export {};
