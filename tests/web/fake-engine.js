// An engine as far as backups need one: collections of items in memory behind a FakeWorker.
import { Client } from "../../web/src/client.js";
import { Store } from "../../web/src/store.js";
import { FakeWorker } from "./fake-worker.js";

const COPY = /~(local|remote)-[0-9a-f]{16}$/;
const mayBeSaved = (id) => id !== "" && id.length <= 200 && !/[/\\]|^\.\.?$|^\.git/i.test(id) && !COPY.test(id);

export class FakeEngine {
  /** @type {Map<string, {kind: string, items: Map<string, {text: string, type: string, modified: number}>}>} */
  collections = new Map();
  /** Every call that changed something. */
  writes = [];
  /** Called with each call before it is answered; what it returns is the error of the call. */
  onCall = () => null;

  /** @param {object} [options] of the store; remote, so that automatic backups stay in memory */
  constructor(options = { mode: "remote", dataset: "alice/notes" }) {
    this.worker = new FakeWorker();
    this.worker.onMessage = (message) => {
      if (message.type !== "call") return;
      const { request, header, body, blob } = message;
      Promise.resolve(this.onCall(header)).then(async (error) => {
        if (error) return this.worker.refuse(request, error);
        try {
          this.worker.reply(request, ...(await this.#answers[header.call](header, body, blob)));
        } catch (refusal) {
          this.worker.refuse(request, refusal);
        }
      });
    };
    this.store = new Store((onNotice) => (this.client = new Client(() => this.worker, options, onNotice)));
    this.named("projects", "json");
    this.named("pdfs", "blob");
  }

  named(collection, kind) {
    const known = this.collections.get(collection) ?? { kind, items: new Map() };
    this.collections.set(collection, known);
    return known.items;
  }
  /** Puts an item there, as if it had always been. */
  has(collection, kind, id, text, type = kind === "json" ? "application/json" : "application/pdf") {
    this.named(collection, kind).set(id, { text, type, modified: Date.UTC(2026, 0, 2, 3, 4, 6) });
    return this;
  }
  /** All there is, as "collection/id" -> content. */
  content() {
    const all = {};
    for (const [collection, { items }] of this.collections) {
      for (const [id, { text }] of items) all[`${collection}/${id}`] = text;
    }
    return all;
  }

  #answers = {
    collections: () => [[...this.collections].map(([collection, { kind }]) => ({ collection, kind }))],
    list: ({ collection, kind }) => {
      const items = [...this.named(collection, kind)].filter(([id]) => !COPY.test(id));
      const info = { state: "synced", cached: true };
      return [items.map(([id, { text, modified }]) => ({ id, size: Buffer.byteLength(text), modified, ...info }))];
    },
    conflicts: ({ collection, kind }) => {
      const items = [...this.named(collection, kind)].filter(([id]) => COPY.test(id));
      return [
        items.map(([copyId, { text, modified }]) => {
          return { copyId, id: copyId.replace(COPY, ""), size: text.length, modified, side: "local" };
        }),
      ];
    },
    load: ({ collection, kind, id }) => {
      const item = this.named(collection, kind).get(id);
      if (!item) return [null];
      const { text, type } = item;
      const value = { size: text.length, type };
      return kind === "json" ? [value, new TextEncoder().encode(text)] : [value, null, new Blob([text], { type })];
    },
    "check-ids": ({ ids }) => {
      if (ids.every(mayBeSaved)) return [null];
      throw { code: "INVALID_ID", message: "The id reads as a path. Choose another id." };
    },
    save: ({ collection, kind, items }, body) => {
      let at = 0;
      for (const { id, size } of items) {
        const text = new TextDecoder().decode(body.subarray(at, (at += size)));
        this.has(collection, kind, id, text);
        this.writes.push(`save ${collection}/${id}`);
      }
      return [items.map(({ id }) => ({ id }))];
    },
    put: async ({ collection, kind, id, type }, _, blob) => {
      this.has(collection, kind, id, await blob.text(), type);
      this.writes.push(`put ${collection}/${id}`);
      return [[{ id }]];
    },
    delete: ({ collection, kind, id }) => {
      this.named(collection, kind).delete(id);
      this.writes.push(`delete ${collection}/${id}`);
      return [null];
    },
    clear: () => [null],
    close: () => [null],
  };
}
