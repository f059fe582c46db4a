/** The official client, which keeps nothing in the browser: it takes part where things are sent to the Hub. */
import { commit } from "@huggingface/hub";

/** @param {import("./storage.js").Given} given */
export function create({ hub }) {
  /** @type {{ operation: "addOrUpdate", path: string, content: Blob }[]} */
  let operations = [];
  return {
    async open() {},
    async close() {},
    /**
     * @param {import("./storage.js").Item[]} items
     * @param {{ id: string, file: import("./storage.js").File }[]} files
     */
    async stage(items, files) {
      const add = (/** @type {string} */ path, /** @type {Blob} */ content) =>
        /** @type {const} */ ({ operation: "addOrUpdate", path, content });
      operations = [
        ...items.map((item) => add(`projects/${item.id}.json`, new Blob([item.bytes]))),
        ...files.map(({ id, file }) => add(`pdfs/${id}.pdf`, file.blob)),
      ];
    },
    async sync() {
      const { url, token, dataset } = /** @type {NonNullable<typeof hub>} */ (hub);
      const repo = { type: /** @type {const} */ ("dataset"), name: dataset };
      await commit({ repo, accessToken: token, hubUrl: url, title: "benchmark", operations, useWebWorkers: false });
      operations = [];
    },
  };
}
