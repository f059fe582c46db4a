// Recently used bodies, and the lists of items, in the page's own memory, so that asking again needs neither the worker
// nor the disk.
//
// What is kept may be shown only while it is what the database has. Whatever may change an item drops it: this tab's
// own writes before they begin, and what the engine and the other tabs tell of changes. A load that was under way when
// its item was dropped is not kept. Between tabs that leaves the few milliseconds that a message takes.

/** The default of `cache.memoryBytes`. */
const DEFAULT_BYTES = 16 << 20;

/** Longer lists are not kept: each item takes about 100 bytes, and memory must not grow with what is stored. */
const MOST_LISTED = 20_000;

/** @typedef {import("./types.js").ItemInfo} ItemInfo */
/** What is about to be known of an item; void once the item has changed meanwhile. @typedef {{key: string}} Ticket */

/** @template T */
export class Memory {
  /** The one used last is at the end. @type {Map<string, {value: T, bytes: number}>} */
  #kept = new Map();
  /** @type {Map<string, Set<Ticket>>} */
  #tickets = new Map();
  /** By collection. @type {Map<string, ItemInfo[]>} */
  #lists = new Map();
  /** Counts how often lists were dropped. */
  #listsDropped = 0;
  #maxBytes;
  #bytes = 0;
  #hits = 0;

  /** @param {number} [maxBytes] 0: nothing is kept */
  constructor(maxBytes = DEFAULT_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get bytes() {
    return this.#bytes;
  }
  /** Loads that were answered from here. */
  get hits() {
    return this.#hits;
  }

  /**
   * The item as it is kept, or as `load` gives it, which is kept then.
   * @param {string} collection @param {string} id
   * @param {() => Promise<{value: T, bytes: number} | null>} load null: there is none, which is not kept
   * @returns {Promise<T | null>}
   */
  async recall(collection, id, load) {
    const kept = this.find(collection, id);
    if (kept !== undefined) return kept;
    const ticket = this.expect(collection, id);
    try {
      const loaded = await load();
      this.#nowHere(collection, id);
      if (loaded) this.keep(ticket, loaded.value, loaded.bytes);
      return loaded && loaded.value;
    } finally {
      this.forget(ticket);
    }
  }

  /**
   * The collection's list as it is kept, or as `read` gives it, which is kept then. The caller's own to change.
   * @param {string} collection @param {() => Promise<ItemInfo[]>} read
   * @returns {Promise<ItemInfo[]>}
   */
  async recallList(collection, read) {
    const kept = this.#lists.get(collection);
    if (kept) return kept.map((item) => ({ ...item }));
    const dropped = this.#listsDropped;
    const items = await read();
    if (this.#maxBytes === 0 || dropped !== this.#listsDropped || items.length > MOST_LISTED) return items;
    this.#lists.set(collection, items);
    return items.map((item) => ({ ...item }));
  }

  /** Items come, go or change their state. */
  dropLists() {
    this.#listsDropped += 1;
    this.#lists.clear();
  }

  /** The body of an item may have come to this device. @param {string} collection @param {string} id */
  #nowHere(collection, id) {
    const listed = this.#lists.get(collection)?.find((item) => item.id === id);
    if (!listed?.cached) this.dropLists();
  }

  /** @param {string} collection @param {string} id @returns {T | undefined} */
  find(collection, id) {
    const key = keyOf(collection, id);
    const entry = this.#kept.get(key);
    if (!entry) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    this.#hits += 1;
    return entry.value;
  }

  /** Somebody is about to learn what the item is. @param {string} collection @param {string} id @returns {Ticket} */
  expect(collection, id) {
    const ticket = { key: keyOf(collection, id) };
    const others = this.#tickets.get(ticket.key);
    if (others) others.add(ticket);
    else this.#tickets.set(ticket.key, new Set([ticket]));
    return ticket;
  }

  /** It is this, unless it has changed since `expect`. @param {Ticket} ticket @param {T} value @param {number} bytes */
  keep(ticket, value, bytes) {
    if (!this.forget(ticket) || bytes > this.#maxBytes) return;
    this.#remove(ticket.key);
    this.#kept.set(ticket.key, { value, bytes });
    this.#bytes += bytes;
    for (const key of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(key);
    }
  }

  /** Nothing was learnt. @param {Ticket} ticket @returns {boolean} whether it still meant something */
  forget(ticket) {
    const tickets = this.#tickets.get(ticket.key);
    if (!tickets?.delete(ticket)) return false;
    if (tickets.size === 0) this.#tickets.delete(ticket.key);
    return true;
  }

  /** The items change, or have changed. @param {string} collection @param {string[]} ids */
  drop(collection, ids) {
    this.dropLists();
    for (const id of ids) {
      const key = keyOf(collection, id);
      this.#tickets.delete(key);
      this.#remove(key);
    }
  }

  /** Anything may have changed. */
  clear() {
    this.dropLists();
    this.#kept.clear();
    this.#tickets.clear();
    this.#bytes = 0;
  }

  /** @param {string} key */
  #remove(key) {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

/** No collection's name has a line break. @param {string} collection @param {string} id */
const keyOf = (collection, id) => `${collection}\n${id}`;
