// Which account's data this browser has where, so that the next open shows the right one without asking the Hub. Of a
// token nothing is kept but a short fingerprint under a key of this browser's own, which proves nothing to anybody
// else (docs/SECURITY.md). The rules stand in docs/decisions/accounts.md.
import { done, openDatabase } from "./idb.js";

/** @typedef {{name: string, id: string}} Account `id` is empty where it is not known */

/**
 * @typedef {object} Entry what is known of one store
 * @property {Record<string, Account>} owners of the data at each place; the place "" is that of the first account
 * @property {Record<string, Account>} tokens by fingerprint
 * @property {string} last the place that was open last
 */

const DATABASE = "hubstash-accounts";
/** More fingerprints than these are forgotten, the oldest first; each costs one request when its token comes again. */
const MOST_TOKENS = 50;

/** @param {Account | undefined} a @param {Account} b */
export function isSameAccount(a, b) {
  if (!a) return false;
  return a.id && b.id ? a.id === b.id : a.name.toLowerCase() === b.name.toLowerCase();
}

/**
 * Where the data of an account lies, or is to lie.
 * @param {Entry} entry @param {Account} account @returns {string}
 */
export function placeOf({ owners }, account) {
  for (const [place, owner] of Object.entries(owners)) if (isSameAccount(owner, account)) return place;
  // What was saved before anybody signed in is adopted by the first who does.
  if (!owners[""]) return "";
  // A name that somebody else had before does not lead to their data.
  return owners[account.name] ? `${account.name}~${account.id}` : account.name;
}

/** What is known by both. @param {Account | undefined} before @param {Account} now */
const fuller = (before, now) => (before && isSameAccount(before, now) && !now.id ? before : now);

/** Made once for each browser; scripts cannot read it, only use it. @param {IDBDatabase} database */
async function fingerprintKey(database) {
  const made = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const keys = database.transaction("keys", "readwrite").objectStore("keys");
  const key = (await done(keys.get("fingerprint"))) ?? made;
  if (key === made) await done(keys.put(made, "fingerprint"));
  return key;
}

/** The accounts of one store in this browser. Where the browser keeps nothing, it knows nothing. */
export class Accounts {
  #store;
  /** @type {IDBDatabase | null} */
  #database = null;
  /** @type {CryptoKey | null} */
  #key = null;
  /** @type {Entry} */
  #entry = { owners: {}, tokens: {}, last: "" };

  /** @param {string} store names the Hub, the dataset, the branch and the prefix */
  constructor(store) {
    this.#store = store;
  }

  /** Reads what is known. Never rejects. */
  async open() {
    try {
      this.#database = await openDatabase(DATABASE, ["stores", "keys"]);
      this.#key = await fingerprintKey(this.#database);
      await this.#change(() => {});
    } catch {
      // Without a memory, each token costs one question, and the first account's data is opened first.
    }
    return this;
  }

  /**
   * The place to open: that of the named account, else of the token's, else the last one.
   * @param {string | undefined} name @param {string | null} token @returns {Promise<string>}
   */
  async choose(name, token) {
    const account = name === undefined ? await this.accountOf(token) : { name, id: "" };
    await this.#change((entry) => {
      if (account) entry.last = placeOf(entry, account);
      if (name !== undefined) entry.owners[entry.last] ??= { name, id: "" };
    });
    return this.#entry.last;
  }

  /** @param {string | null} token @returns {Promise<Account | undefined>} whose it is, if it was seen before */
  async accountOf(token) {
    const print = await this.#fingerprint(token);
    return print === null ? undefined : this.#entry.tokens[print];
  }

  /** @param {Account} account @returns {string} */
  placeOf(account) {
    return placeOf(this.#entry, account);
  }

  /**
   * The Hub has said whose a token is, and the store's own records whose the data at a place.
   * @param {string | null} token @param {Account} account @param {string} place @param {Account} owner
   */
  async learn(token, account, place, owner) {
    const print = await this.#fingerprint(token);
    await this.#change((entry) => {
      entry.owners[place] = fuller(entry.owners[place], owner);
      const home = placeOf(entry, account);
      entry.owners[home] = fuller(entry.owners[home], account);
      entry.last = home;
      if (print === null) return;
      delete entry.tokens[print];
      entry.tokens[print] = entry.owners[home];
      for (const oldest of Object.keys(entry.tokens).slice(0, -MOST_TOKENS)) delete entry.tokens[oldest];
    });
  }

  /** @param {string} place that is open now */
  async use(place) {
    await this.#change((entry) => void (entry.last = place));
  }

  /** @param {(entry: Entry) => void} edit applied to what other tabs may have written since */
  async #change(edit) {
    try {
      if (!this.#database) throw new Error("nothing is kept");
      const stores = this.#database.transaction("stores", "readwrite").objectStore("stores");
      const entry = (await done(stores.get(this.#store))) ?? this.#entry;
      edit(entry);
      this.#entry = entry;
      await done(stores.put(entry, this.#store));
    } catch {
      edit(this.#entry);
    }
  }

  /** @param {string | null} token @returns {Promise<string | null>} 64 bits that only this browser can compute */
  async #fingerprint(token) {
    if (token === null || !this.#key) return null;
    const code = await crypto.subtle.sign("HMAC", this.#key, new TextEncoder().encode(token));
    return Array.from(new Uint8Array(code, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
