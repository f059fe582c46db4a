// The wasm module as the worker uses it: the only file that touches its heap. The rules of the calls are in
// include/hubstash/c_api.h; in short, arguments stay ours except a call's body and blob, which the module takes over.

/** @typedef {import("./hubstash-core.js").HubstashCore} HubstashCore */

const ABI_VERSION = 1;
/** hs_token_kind of c_api.h. */
const TOKENS = { none: 0, same: 1, new: 2 };
const encoder = new TextEncoder();

/** One open store of the module. */
export class Core {
  #module;
  #store = 0;

  /** @param {HubstashCore} module */
  constructor(module) {
    if (module._hs_abi_version() !== ABI_VERSION) {
      throw new Error("hubstash-core.wasm is of another version than worker.js; a cache may hold an old copy");
    }
    this.#module = module;
  }

  /**
   * Begins to open; the outcome comes as a reply to `request`.
   * @param {number} request
   * @param {object} options
   */
  open(request, options) {
    this.#withText(JSON.stringify(options), (address, size) => {
      this.#store = this.#module._hs_open(request, address, size);
    });
    if (this.#store === 0) throw new Error("the module did not take the options");
  }

  /**
   * @param {number} request
   * @param {object} header
   * @param {Uint8Array | null} body
   * @param {Blob | null} blob
   */
  call(request, header, body, blob) {
    const module = this.#module;
    this.#withText(JSON.stringify(header), (address, size) => {
      const bodySize = body?.length ?? 0;
      const bodyAddress = body ? this.#copyIn(body) : 0;
      const handle = blob ? module.blobs.add(blob) : 0;
      const result = module._hs_request(this.#store, request, address, size, bodyAddress, bodySize, handle);
      if (result < 0) throw new Error(`the module refused a call (${result})`);
    });
  }

  /** @param {number} request */
  cancel(request) {
    this.#module._hs_cancel(this.#store, request);
  }

  /** @param {number} signal one of hs_signal_kind @param {boolean} value */
  signal(signal, value) {
    this.#module._hs_signal(this.#store, signal, value ? 1 : 0);
  }

  /**
   * Answers the token notice `effect`.
   * @param {number} effect
   * @param {string | null} token
   * @param {string} account "<name>\n<id>" of whom it is, where the page knows it
   */
  answerToken(effect, token, account) {
    const kind = token === null ? TOKENS.none : token === this.#module.hubToken ? TOKENS.same : TOKENS.new;
    this.#module.hubToken = token;
    this.#withText(account, (address, size) => this.#module._hs_token(this.#store, effect, kind, address, size));
  }

  /** Answers the lock notice `effect`. @param {number} effect @param {boolean} held */
  answerLock(effect, held) {
    this.#module._hs_lock(this.#store, effect, held ? 1 : 0);
  }

  /**
   * The blobs that the notice "resolve" names by their handles, which stay the module's.
   * @template {string} K
   * @param {Record<K, number>} handles
   * @returns {Record<K, Blob | null>}
   */
  blobs(handles) {
    const entries = Object.entries(/** @type {Record<string, number>} */ (handles));
    const blobs = entries.map(([name, handle]) => [name, this.#module.blobs.get(handle)]);
    return Object.fromEntries(blobs);
  }

  /** The one that requests carry now. @returns {string | null} */
  get token() {
    return this.#module.hubToken;
  }

  /** @param {string | null} token */
  set token(token) {
    this.#module.hubToken = token;
  }

  /** @param {Uint8Array} bytes @returns {number} address of a copy */
  #copyIn(bytes) {
    const address = this.#module._hs_alloc(bytes.length);
    // Looked up only now: hs_alloc may have grown the memory, which detaches older views.
    this.#module.HEAPU8.set(bytes, address);
    return address;
  }

  /** @param {string} text @param {(address: number, size: number) => void} use */
  #withText(text, use) {
    const bytes = encoder.encode(text);
    const address = this.#copyIn(bytes);
    use(address, bytes.length);
    this.#module._hs_free(address);
  }
}
