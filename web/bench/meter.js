/**
 * Puts itself around `fetch` and `XMLHttpRequest`: each request asks before it leaves, and when it has ended, what it
 * cost is told. Requests to the page's own host (its scripts) are none of its business.
 *
 * @typedef {object} Exchange
 * @property {boolean} commit
 * @property {string} method
 * @property {number} status 0 when there was no answer
 * @property {number | null} sendMs until the body had left; null where the browser does not tell
 * @property {number | null} waitMs from then until the first byte of the answer; null without an answer
 * @property {number | null} transferMs from the first byte to the last
 * @property {number} sentBytes of bodies
 * @property {number} receivedBytes of bodies
 *
 * @typedef {object} Gate
 * @property {(request: { method: string, commit: boolean }) => Promise<boolean>} ask
 * @property {(exchange: Exchange) => void} ended
 * @property {string} ownOrigin
 * @property {() => number} now ms
 */

/**
 * @param {string} method
 * @param {string} address
 */
export const isCommit = (method, address) => method === "POST" && /\/commit\/[^/]+$/.test(new URL(address).pathname);

/** @param {any} body */
function sizeOf(body) {
  if (body === null || body === undefined) return 0;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  return body.size ?? body.byteLength ?? 0;
}

/** A request that was refused looks like one without a network, which every client can handle. */
const refusal = () => new TypeError("the benchmark's cap on requests is reached");

/**
 * @param {typeof fetch} original
 * @param {Gate} gate
 * @returns {typeof fetch}
 */
export function meteredFetch(original, gate) {
  return async (input, init = {}) => {
    const given = input instanceof Request ? input : null;
    const address = new URL(given?.url ?? String(input), globalThis.location?.href).href;
    const method = (init.method ?? given?.method ?? "GET").toUpperCase();
    if (new URL(address).origin === gate.ownOrigin) return original(input, init);
    const commit = isCommit(method, address);
    if (!(await gate.ask({ method, commit }))) throw refusal();
    const sentBytes = sizeOf(init.body);
    const base = { commit, method, sendMs: null, sentBytes };
    const started = gate.now();
    try {
      const response = await original(input, init);
      const waitMs = gate.now() - started;
      onBodyEnd(response, (receivedBytes) => {
        const transferMs = receivedBytes === null ? null : gate.now() - started - waitMs;
        gate.ended({ ...base, status: response.status, waitMs, transferMs, receivedBytes: receivedBytes ?? 0 });
      });
      return response;
    } catch (error) {
      gate.ended({ ...base, status: 0, waitMs: null, transferMs: null, receivedBytes: 0 });
      throw error;
    }
  };
}

/** Who has not begun to read an answer by then needs nothing but its status. */
const UNREAD_MS = 50;

/**
 * Watches whoever reads the body do so, without a copy of it.
 * @param {Response} response
 * @param {(bytes: number | null) => void} ended called once; null: nobody reads it
 */
function onBodyEnd(response, ended) {
  let told = false;
  const tell = (/** @type {number | null} */ bytes) => {
    if (!told) ended(bytes);
    told = true;
  };
  const { body } = response;
  if (!body) return tell(0);
  const unread = setTimeout(() => tell(null), UNREAD_MS);
  const getReader = /** @type {() => ReadableStreamDefaultReader<Uint8Array>} */ (body.getReader.bind(body));
  const watched = () => {
    clearTimeout(unread);
    const reader = getReader();
    const [read, cancel] = [reader.read.bind(reader), reader.cancel.bind(reader)];
    let bytes = 0;
    reader.read = async () => {
      const result = await read().catch((error) => {
        tell(bytes);
        throw error;
      });
      if (result.done) tell(bytes);
      else bytes += result.value.length;
      return result;
    };
    reader.cancel = (reason) => {
      tell(bytes);
      return cancel(reason);
    };
    return reader;
  };
  Object.defineProperty(body, "getReader", { value: watched });
  for (const name of /** @type {const} */ (["arrayBuffer", "blob", "text", "json"])) {
    const read = /** @type {() => Promise<any>} */ (response[name].bind(response));
    const whole = async () => {
      clearTimeout(unread);
      try {
        const value = await read();
        tell(name === "json" ? Number(response.headers.get("content-length")) : sizeOf(value));
        return value;
      } catch (error) {
        tell(0);
        throw error;
      }
    };
    Object.defineProperty(response, name, { value: whole });
  }
}

/**
 * @param {typeof XMLHttpRequest} Original
 * @param {Gate} gate
 * @returns {typeof XMLHttpRequest}
 */
export function meteredXhr(Original, gate) {
  return class extends Original {
    #method = "GET";
    #address = "";
    #aborted = false;

    /** @param {string} method @param {string | URL} url @param {any[]} rest */
    open(method, url, ...rest) {
      this.#method = method.toUpperCase();
      this.#address = new URL(url, globalThis.location?.href).href;
      super.open.apply(this, /** @type {any} */ ([method, url, ...rest]));
    }

    abort() {
      this.#aborted = true;
      super.abort();
    }

    /** @param {any} [body] */
    send(body) {
      if (new URL(this.#address).origin === gate.ownOrigin) return super.send(body);
      const commit = isCommit(this.#method, this.#address);
      void gate.ask({ method: this.#method, commit }).then((granted) => {
        if (this.#aborted) return;
        if (!granted) return void this.dispatchEvent(new ProgressEvent("error"));
        this.#watch(commit, sizeOf(body));
        super.send(body);
      });
    }

    /** @param {boolean} commit @param {number} sentBytes */
    #watch(commit, sentBytes) {
      const started = gate.now();
      /** @type {number | null} */
      let sent = null;
      /** @type {number | null} */
      let answered = null;
      // Such a listener makes a request one that asks for permission first (CORS); a PUT always is.
      if (this.#method === "PUT") this.upload.addEventListener("load", () => (sent = gate.now()));
      this.addEventListener("readystatechange", () => {
        if (this.readyState >= this.HEADERS_RECEIVED) answered ??= gate.now();
      });
      this.addEventListener("loadend", (event) => {
        const [waited, first] = [sent ?? started, this.status === 0 ? null : answered];
        gate.ended({
          commit,
          method: this.#method,
          status: this.status,
          sendMs: sent === null ? null : sent - started,
          waitMs: first === null ? null : first - waited,
          transferMs: first === null ? null : gate.now() - first,
          sentBytes,
          receivedBytes: event.loaded,
        });
      });
    }
  };
}
