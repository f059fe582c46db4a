/**
 * The interface that everything measured here implements. A further contender is one file beside this one and one line
 * in `index.js`; the runner, the table and the report know it by this alone.
 *
 * @typedef {object} Contender
 * @property {string} name short and stable, the key in the results
 * @property {string} label for people
 * @property {string} leaves names what would be left behind if `cleanup` failed
 * @property {() => Promise<void>} open fails when the contender cannot work (no token, no such dataset, no storage)
 * @property {(pdf: Blob, signal?: AbortSignal) => Promise<void>} writePdf resolves when the PDF is stored for good
 * @property {(signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>} readPdf the one written last, not from memory
 * @property {(project: import("../workload.js").Project) => Promise<void>} writeProject
 * @property {() => Promise<unknown>} readProject
 * @property {() => Promise<Usage | null>} usage what the measured calls cost so far, where the contender counts it
 * @property {() => Promise<void>} cleanup removes what this run wrote, and nothing else
 * @property {() => Promise<void>} close
 *
 * @typedef {{ requests: number, bytesSent: number }} Usage
 */
export {};
