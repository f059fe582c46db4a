// The store's side of the worker: opens it, makes its calls, keeps the app's token for it, and closes it. Whatever
// happens, every call that was made ends, with a StoreError where it failed.
import { Connection } from "./connection.js";
import { StoreError, errorFromWire, toStoreError } from "./errors.js";
import { Locks } from "./locks.js";
import { Recorder } from "./metrics.js";
import { engineOptions } from "./options.js";
import { PROTOCOL } from "./protocol.js";
import { Resolver } from "./resolver.js";
import { isOnline, isVisible, watchPage } from "./signals.js";
import { backupDatabase } from "./tabs.js";
import { TokenSource } from "./token.js";

/**
 * How long close() waits for the worker to say goodbye once all writes are done, ms; there is nothing left to lose
 * then.
 */
const GOODBYE_MS = 5_000;

/** Operations that change what is stored, by how their names in `Metrics.operations` begin. */
const WRITES = /^(save|delete|resolve|restore|import|clearLocal)/;

/** @typedef {import("./types.js").StoreOptions} StoreOptions */
/** @typedef {import("./rpc.js").Answer} Answer */

/**
 * @typedef {import("./rpc.js").CallOptions & {body?: Uint8Array, blob?: Blob}} ClientCallOptions
 *   `body` is transferred, that is, empty afterwards
 */

export class Client {
  #options;
  #startWorker;
  #accounts;
  /** Which account's data is open; see accounts.js. */
  #place = "";
  #connection;
  /** For each worker that is started. @type {import("./module.js").Code | undefined} */
  #code;
  /** The move to another account's data, while it is being decided. @type {Promise<void> | null} */
  #moving = null;
  #token;
  #resolver;
  #recorder;
  #onNotice;
  /** Each worker's, by its connection: after a move to another account there are two for a while. */
  #locks = /** @type {Map<Connection, Locks>} */ (new Map());
  #stopWatching = () => {};
  /** Writes that the worker has not answered yet. @type {Set<Promise<unknown>>} */
  #writes = new Set();
  /** Writes of the app that have not ended, also those that the worker has not got yet. */
  #writing = 0;
  /** Works of several writes that close() lets come to their end. */
  #finishing = 0;
  /** The engine said that everything is on the Hub, and nothing has been written since. */
  #isOnHub = false;
  /** @type {Promise<void> | null} */
  #closing = null;
  #closed = new AbortController();

  /**
   * @param {() => import("./rpc.js").WorkerPort} startWorker
   * @param {StoreOptions} options checked
   * @param {(header: any) => void} onNotice what the engine says: change, conflict, status and error; and {type:
   *   "moved", place, account} when the store has gone over to another account's data
   * @param {import("./accounts.js").Accounts | null} [accounts] null where the store belongs to nobody
   */
  constructor(startWorker, options, onNotice, accounts = null) {
    this.#startWorker = startWorker;
    this.#options = options;
    this.#accounts = accounts;
    this.#onNotice = onNotice;
    this.#recorder = new Recorder(options.onMetric);
    this.#token = new TokenSource(options.token, {
      onLate: (token) => this.#connection.post({ type: "token", effect: 0, token }),
    });
    const { conflict } = options;
    const onError = (/** @type {StoreError} */ error) => onNotice({ type: "error", error });
    this.#resolver = typeof conflict === "function" ? new Resolver(conflict, onError) : null;
    this.#connection = this.#connect();
  }

  #connect() {
    /** The connection's for good, once it opens. @type {string | undefined} */
    let place;
    /** @type {Connection} */
    const connection = new Connection({
      start: this.#startWorker,
      hello: () => this.#hello((place ??= this.#place)),
      onNotice: (header, body, worker) => this.#notice(header, body, worker, connection),
      onDeath: (error) => {
        this.#dropLocks(connection); // Those of the worker that died; the next one asks for its own.
        if (connection !== this.#connection) return;
        this.#isOnHub = false;
        this.#onNotice({ type: "error", error });
      },
    });
    return connection;
  }

  /** Which account's data is open. */
  get place() {
    return this.#place;
  }

  /** The database of the automatic backups of this data; null where nothing is kept in the browser. */
  get backupDatabase() {
    return this.#options.mode === "remote" ? null : backupDatabase(this.#options, this.#place);
  }

  /** Aborted when the store is closed. */
  get closed() {
    return this.#closed.signal;
  }

  /** See `Store.safeToClose`. */
  get safeToClose() {
    return this.#writing === 0 && ((this.#options.mode ?? "hybrid") !== "hybrid" || this.#isOnHub);
  }

  /**
   * @param {Promise<string>} [choosing] which account's data to open
   * @param {Promise<import("./module.js").Code>} [finding] the module for the workers
   */
  async open(choosing, finding) {
    this.#stopWatching = watchPage((signal, value) => this.#connection.post({ type: "signal", signal, value }));
    try {
      this.#place = (await choosing) ?? "";
      this.#code = await finding;
      await this.#connection.open();
    } catch (error) {
      this.#stopWatching();
      this.#dropLocks(this.#connection);
      throw error;
    }
  }

  /**
   * Runs one operation of the app: timed, and with no other rejection than StoreError. `work` begins at once, so that
   * it can take its arguments as they are now.
   * @template T
   * @param {string} operation as in `Metrics.operations`
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  run(operation, work) {
    return this.#recorder.time(operation, async () => {
      const counts = WRITES.test(operation) ? 1 : 0;
      this.#writing += counts;
      try {
        this.#checkOpen();
        return await work();
      } catch (error) {
        throw toStoreError(error);
      } finally {
        this.#writing -= counts;
      }
    });
  }

  /**
   * @param {{call: string, [member: string]: unknown}} header of c_api.h
   * @param {ClientCallOptions} [options]
   * @returns {Promise<Answer>}
   */
  async call(header, { body, blob, ...options } = {}) {
    this.#checkOpen(this.#finishing > 0);
    const message = { type: "call", header, body, blob };
    const connection = this.#connection;
    const calling = connection.call(message, { ...options, transfer: body ? [body.buffer] : [] });
    if (!options.isWrite) return calling.catch((error) => this.#callAgain(connection, error, header, options));
    this.#writes.add(calling);
    try {
      const answer = await calling;
      // The engine's next status counts it; one that came before did not.
      this.#isOnHub = false;
      return answer;
    } finally {
      this.#writes.delete(calling);
    }
  }

  /**
   * Runs a work of several writes, which close() waits for as it does for one.
   * @template T @param {() => Promise<T>} work @returns {Promise<T>}
   */
  async finish(work) {
    this.#checkOpen();
    this.#finishing += 1;
    const working = work();
    this.#writes.add(working);
    try {
      return await working;
    } finally {
      this.#writes.delete(working);
      this.#finishing -= 1;
    }
  }

  /**
   * A read or a sync that the store's move to another account's data has ended begins anew there.
   * @param {Connection} connection that it was made on @param {StoreError} error
   * @param {{call: string}} header @param {ClientCallOptions} options
   * @returns {Promise<Answer>}
   */
  async #callAgain(connection, error, header, options) {
    await this.#moving;
    const hasMoved = connection !== this.#connection && ["UNAUTHORIZED", "CLOSED", "ABORTED"].includes(error.code);
    // Closing ends a synchronisation as a signal does; but the app has given none, or not used it.
    if (this.#closing && error.code === "ABORTED" && !options.signal?.aborted) throw closedError();
    if (!hasMoved || options.signal?.aborted || this.#closing) throw error;
    return this.call(header, options);
  }

  /**
   * Goes over to the data of another account. Writes that are running finish where they began.
   * @param {import("./accounts.js").Account} account
   */
  #move(account) {
    const place = this.#accounts?.placeOf(account) ?? "";
    if (place === this.#place || this.#closing || this.#connection.ended) return;
    this.#accounts?.use(place);
    const old = this.#connection;
    const writes = [...this.#writes];
    this.#place = place;
    this.#isOnHub = false;
    this.#connection = this.#connect();
    this.#connection.open().catch((error) => this.#onNotice({ type: "error", error: toStoreError(error) }));
    this.#onNotice({ type: "moved", place, account: account.name });
    Promise.allSettled(writes)
      .then(() => (old.isUp ? sayGoodbye(old) : undefined))
      .then(() => {
        this.#dropLocks(old);
        old.end(closedError());
      });
  }

  /** @param {Connection} connection */
  #locksOf(connection) {
    let locks = this.#locks.get(connection);
    if (!locks) this.#locks.set(connection, (locks = new Locks()));
    return locks;
  }

  /** @param {Connection} connection */
  #dropLocks(connection) {
    this.#locks.get(connection)?.close();
    this.#locks.delete(connection);
  }

  /** @returns {Promise<any>} the engine's part of the status */
  async status() {
    const { value } = await this.call({ call: "status" });
    this.#isOnHub = value.synced === true;
    return value;
  }

  operations() {
    return this.#recorder.operations();
  }

  /** Waits for running writes, then ends the worker. @returns {Promise<void>} */
  close() {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close() {
    const closed = closedError();
    this.#stopWatching();
    // Bodies that are still being read from a stream have not become writes yet; they end here.
    this.#closed.abort(closed);
    await Promise.allSettled(this.#writes);
    if (this.#connection.isUp) await sayGoodbye(this.#connection);
    this.#dropLocks(this.#connection);
    this.#connection.end(closed);
  }

  /** @param {boolean} [isAwaited] closing waits for what wants to know */
  #checkOpen(isAwaited = false) {
    if (this.#connection.ended) throw this.#connection.ended;
    if (this.#closing && !isAwaited) throw closedError();
  }

  /** @param {string} place */
  #hello(place) {
    return {
      protocol: PROTOCOL,
      options: { ...engineOptions(this.#options), place },
      token: this.#token.initial,
      ...this.#code,
      online: isOnline(),
      visible: isVisible(),
    };
  }

  /**
   * A token for the engine that asked, unless it is known to be of another account: then the store goes over to that
   * one's data, and this engine gets none.
   * @param {any} notice @param {import("./rpc.js").Rpc} worker @param {Connection} connection
   */
  async #giveToken({ effect, refused }, worker, connection) {
    const token = await this.#token.get(refused);
    const account = await this.#accounts?.accountOf(token);
    const moves = account && this.#options.account === undefined && this.#accounts?.placeOf(account) !== this.#place;
    if (account && moves && connection === this.#connection) {
      this.#moving = Promise.resolve().then(() => this.#move(account));
    }
    const isOurs = connection === this.#connection && !moves;
    const known = account ? { account: `${account.name}\n${account.id}` } : {};
    worker.post({ type: "token", effect, token: isOurs ? token : null, ...known });
  }

  /** The Hub has told the engine whose the token is. @param {any} notice */
  async #learnAccount({ token, account, owner, owns }) {
    await this.#accounts?.learn(token, account, this.#place, owner);
    // An app that names the account has the last word.
    if (!owns && this.#options.account === undefined) this.#move(account);
  }

  /**
   * @param {any} header @param {Uint8Array | null} body
   * @param {import("./rpc.js").Rpc} worker that said it @param {Connection} connection that it is of
   */
  #notice(header, body, worker, connection) {
    if (header.type === "token") {
      this.#giveToken(header, worker, connection);
    } else if (header.type === "take-lock") {
      const { effect, name } = header;
      this.#locksOf(connection).take(effect, name).then((held) => worker.post({ type: "locked", effect, held }));
    } else if (header.type === "drop-lock") {
      this.#locksOf(connection).drop(header.effect);
    } else if (connection !== this.#connection) {
      // Of data that the app does not see any more.
    } else if (header.type === "account") {
      this.#moving = this.#learnAccount(header);
    } else if (header.type === "error") {
      this.#onNotice({ type: "error", error: errorFromWire(header.error) });
    } else if (header.type === "resolve") {
      this.#decide(header, body, worker);
    } else {
      if (header.type === "status") this.#isOnHub = header.status.synced === true;
      this.#onNotice(header);
    }
  }

  /**
   * @param {import("./resolver.js").Question} question
   * @param {Uint8Array | null} texts
   * @param {import("./rpc.js").Rpc} worker that asked; the question means nothing to another one
   */
  async #decide(question, texts, worker) {
    const { body, blob, ...decision } = (await this.#resolver?.decide(question, texts)) ?? { choice: "keep-both" };
    const header = { call: "decide", effect: question.effect, ...decision };
    const transfer = body ? [body.buffer] : [];
    // Rejects only where that worker is gone; then the next synchronisation asks again.
    await worker.call({ type: "call", header, body, blob }, { transfer }).catch(() => {});
  }
}

const closedError = () => new StoreError("CLOSED", "The store has been closed. Open it again.");

/** @param {Connection} connection whose writes are done */
async function sayGoodbye(connection) {
  const goodbye = connection.call({ type: "call", header: { call: "close" } }, {}).catch(() => {});
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
  await Promise.race([goodbye, patience]);
  clearTimeout(timer);
}
