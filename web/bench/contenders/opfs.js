/** Files of the origin's private file system, each written through a synchronous access handle in a worker. */

/** @param {import("./storage.js").Given & { opfsWorkerUrl: string }} given */
export function create({ database, durability, opfsWorkerUrl }) {
  /** @type {Worker} */
  let worker;
  /** @type {{ resolve: (value: any) => void, reject: (reason: Error) => void }[]} */
  const waiting = [];
  /** @param {object} message @param {Transferable[]} [transfer] */
  const ask = (message, transfer = []) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(message, transfer);
    });
  // A copy is transferred, so that the caller keeps the bytes.
  const write = (/** @type {[string, Uint8Array][]} */ files) => {
    const copies = files.map(([name, bytes]) => ({ name: encodeURIComponent(name), bytes: bytes.slice() }));
    return ask({ type: "write", files: copies }, copies.map(({ bytes }) => bytes.buffer));
  };
  const read = (/** @type {string} */ id) => ask({ type: "read", name: encodeURIComponent(id) });

  return {
    async open() {
      worker = new Worker(opfsWorkerUrl, { type: "module" });
      worker.onmessage = ({ data }) => {
        const { resolve, reject } = /** @type {typeof waiting[number]} */ (waiting.shift());
        if (data.error === undefined) resolve(data.value);
        else reject(new Error(data.error));
      };
      worker.onerror = (event) => waiting.shift()?.reject(new Error(event.message));
      await ask({ type: "open", folder: database, flush: durability === "strict" });
    },
    close: async () => worker.terminate(),
    async clear() {
      worker.terminate();
      await (await navigator.storage.getDirectory()).removeEntry(database, { recursive: true });
    },
    save: (/** @type {import("./storage.js").Item} */ item) => write([[item.id, item.bytes]]),
    saveMany: (/** @type {import("./storage.js").Item[]} */ items) => write(items.map((item) => [item.id, item.bytes])),
    load: read,
    list: async () => (await ask({ type: "list" })).map(decodeURIComponent),
    savePdf: (/** @type {string} */ id, /** @type {import("./storage.js").File} */ file) => write([[id, file.bytes]]),
    loadPdf: read,
  };
}
