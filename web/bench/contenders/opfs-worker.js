/** The worker of opfs.js. Messages are answered in their order, one at a time. */

/** @type {FileSystemDirectoryHandle} */
let folder;
let flush = false;

/** @param {string} name @param {boolean} create */
const handleOf = async (name, create) =>
  /** @type {any} */ (await folder.getFileHandle(name, { create })).createSyncAccessHandle();

/** @type {Record<string, (message: any) => Promise<unknown>>} */
const ANSWERS = {
  async open(message) {
    flush = message.flush;
    folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(message.folder, { create: true });
  },
  async write({ files }) {
    for (const { name, bytes } of files) {
      const handle = await handleOf(name, true);
      handle.truncate(bytes.length);
      handle.write(bytes, { at: 0 });
      if (flush) handle.flush();
      handle.close();
    }
  },
  async read({ name }) {
    const handle = await handleOf(name, false);
    const bytes = new Uint8Array(handle.getSize());
    handle.read(bytes, { at: 0 });
    handle.close();
    return bytes;
  },
  async list() {
    const names = [];
    for await (const name of /** @type {any} */ (folder).keys()) names.push(name);
    return names;
  },
};

/** @type {Promise<void>} */
let last = Promise.resolve();
self.onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      const value = await /** @type {any} */ (ANSWERS[data.type])(data);
      const transfer = value instanceof Uint8Array ? [value.buffer] : [];
      self.postMessage({ value }, { transfer });
    } catch (error) {
      self.postMessage({ error: String(error) });
    }
  });
};
