/** The options of the Hub, with their defaults. */
import { resolve } from "node:path";

export const DEFAULTS = {
  host: "127.0.0.1",
  /** 0 lets the system choose. */
  port: 0,
  cdnPort: 0,
  /** Folder of everything that is kept; it must be given. */
  data: undefined,
  /** Token specs; without any, every `hf_…` is a write token of `user` and every namespace is theirs. */
  tokens: [],
  user: "user",
  orgs: [],
  /** A JSON file of fault rules, read again when it changes. */
  faultsFile: undefined,
  /** Entries of a page of a listing, also the most that `limit` gets. */
  treePage: 1000,
  /** Lists files in an order that looks random, since the Hub promises none. */
  shuffleTree: false,
  /** `"refuse"` or `"answer"`: preflights of downloads on the second origin. */
  cdnOptions: "refuse",
  uploadSeconds: 900,
  downloadSeconds: 3600,
  /** Larger objects are offered a multipart upload, when the client listed it. */
  multipartAbove: 100 * 1024 * 1024,
  partSize: 16_000_000,
  /** Lines that a commit adds to `.gitattributes`: one a `"path"` or one an `"extension"`. */
  attributeLines: "path",
  /** Requests in five minutes, `{api, resolvers, pages}`; counted and told always, enforced only if asked for. */
  limits: {},
  enforceLimits: false,
};

/**
 * @param {Partial<typeof DEFAULTS>} given
 * @returns {typeof DEFAULTS}
 */
export function withDefaults(given) {
  for (const key of Object.keys(given)) {
    if (!(key in DEFAULTS)) throw new Error(`unknown option "${key}"`);
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options = { ...DEFAULTS, ...set };
  if (!options.data) throw new Error("the data folder must be given");
  options.data = resolve(options.data);
  for (const key of ["treePage", "uploadSeconds", "downloadSeconds", "partSize"]) {
    if (!(Number.isInteger(options[key]) && options[key] > 0)) throw new Error(`"${key}" must be a positive integer`);
  }
  if (!["refuse", "answer"].includes(options.cdnOptions)) throw new Error('"cdnOptions" is "refuse" or "answer"');
  if (!["path", "extension"].includes(options.attributeLines))
    throw new Error('"attributeLines" is "path" or "extension"');
  return options;
}
