// What the tests ask of the worker.
import createStock from "/stock/stock.js";
import { contract, runContract } from "./contract.js";
import { core, freshMount, hex, noise, text, tx } from "./module.js";
import * as bodies from "./bodies.js";
import * as host from "./host.js";

const { hubstashStore } = core;
const stores = new Map();

const promised = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export const tasks = {
  contractNames: () => Object.keys(contract),
  contract: (name, inMemory) => runContract(name, inMemory, freshMount()),

  open: async (mount) => { stores.set(mount, await hubstashStore.open(mount, false)); },
  close: async (mount) => hubstashStore.close(stores.get(mount)),
  /** Runs a transaction of texts and answers in texts. */
  run: async (mount, parts) => {
    const answer = await hubstashStore.run(stores.get(mount), tx(parts));
    const scanned = answer.scanned.map((records) => records.map(({ key, value }) => [key, text(value)]));
    return { ...answer, values: answer.values.map(text), scanned };
  },
  /** Writes `count` records of `size` bytes each. */
  fill: async (mount, count, size) => {
    const puts = Array.from({ length: count }, (_, i) => [`fill/${i}`, noise(size, i + 1)]);
    return (await hubstashStore.run(stores.get(mount), tx({ puts }))).code;
  },

  /** The database as it is, without hubstash: [path, time, mode, type and size of the contents]. */
  raw: async (mount) => {
    const db = await promised(indexedDB.open(mount));
    const files = db.transaction("FILE_DATA").objectStore("FILE_DATA");
    const [paths, records] = await Promise.all([promised(files.getAllKeys()), promised(files.getAll())]);
    const { version } = db;
    db.close();
    const entries = paths.map((path, i) => {
      const { timestamp, mode, contents } = records[i];
      return { path, time: timestamp.getTime(), mode, type: contents?.constructor.name, size: contents?.length,
        buffer: contents?.buffer.byteLength };
    });
    return { version, entries };
  },
  /** Puts a record as somebody else would. */
  rawPut: async (mount, path, record) => {
    const db = await promised(indexedDB.open(mount));
    const files = db.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
    await promised(files.put({ ...record, timestamp: new Date(record.timestamp) }, path));
    db.close();
  },
  deleteDatabase: async (mount) => { await promised(indexedDB.deleteDatabase(mount)); },
  /** Leaves a database of that version behind. */
  createVersion: async (mount, version) => { (await promised(indexedDB.open(mount, version))).close(); },
  /** Holds an older version open, as a tab with another program would, until `releaseOlder`. */
  holdOlder: async (mount) => { stores.set(`older ${mount}`, await promised(indexedDB.open(mount, 1))); },
  releaseOlder: async (mount) => stores.get(`older ${mount}`).close(),
  setOpenTimeout: async (ms) => { core.hubstashConnection.OPEN_TIMEOUT_MS = ms; },
  /** Opens as if the browser gave this page no storage. */
  openDenied: async (mount) => {
    indexedDB.open = () => { throw new DOMException("denied", "SecurityError"); };
    try {
      await hubstashStore.open(mount, false);
    } finally {
      delete indexedDB.open;
    }
  },
  /** Ends the store's connection as the browser does when it drops one. */
  breakConnection: async (mount) => { stores.get(mount).state.db.close(); },

  /** Mounts the database with stock IDBFS and reads every file. */
  stockRead: async (mount) => {
    const stock = await createStock();
    stock.FS.mkdirTree(mount);
    stock.FS.mount(stock.IDBFS, {}, mount);
    const error = await new Promise((resolve) => stock.FS.syncfs(true, resolve));
    if (error) throw error;
    const found = {};
    const walk = (folder) => {
      for (const name of stock.FS.readdir(folder).filter((entry) => entry !== "." && entry !== "..")) {
        const path = `${folder}/${name}`;
        if (stock.FS.isDir(stock.FS.stat(path).mode)) walk(path);
        else found[path.slice(mount.length + 1)] = hex(stock.FS.readFile(path));
      }
    };
    walk(mount);
    // Writing nothing back must leave the database as it is: what was read counts as known.
    const back = await new Promise((resolve) => stock.FS.syncfs(false, resolve));
    if (back) throw back;
    return found;
  },
  /** Writes one file with stock IDBFS. */
  stockWrite: async (mount, path, content) => {
    const stock = await createStock();
    stock.FS.mkdirTree(mount);
    stock.FS.mount(stock.IDBFS, {}, mount);
    await new Promise((resolve) => stock.FS.syncfs(true, resolve));
    stock.FS.writeFile(`${mount}/${path}`, content);
    await new Promise((resolve) => stock.FS.syncfs(false, resolve));
  },

  ...bodies,
  ...host,
};
