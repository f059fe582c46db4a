// The check of what openStore was given. Each message names the option, says what is wrong and how to put it right.
import { invalidArgument, notInThisVersion } from "./errors.js";

/** @typedef {import("./types.js").StoreOptions} StoreOptions */
/** @typedef {(value: any) => boolean} Check */

/** @type {Check} */
const isBoolean = (value) => typeof value === "boolean";
/** @type {Check} */
const isFunction = (value) => typeof value === "function";
/** @type {Check} */
const isText = (value) => typeof value === "string" && value !== "";
/** @param {number} least @returns {Check} */
const isInteger = (least) => (value) => Number.isSafeInteger(value) && value >= least;
/** @param {string[]} words @returns {Check} */
const isOneOf =
  (...words) =>
  (value) =>
    words.includes(value);
/** @type {Check} */
const isAddress = (value) => isText(value) || value instanceof URL;

/** @type {Check} */
function isOrigin(value) {
  if (!isText(value)) return false;
  try {
    const { origin, protocol } = new URL(value);
    return /^https?:$/.test(protocol) && value.replace(/\/$/, "") === origin;
  } catch {
    return false;
  }
}

/** Names of folders have neither backslashes nor control characters. */
const isPlainName = /^[^\\\0-\x1f\x7f-\x9f]+$/;

/** Empty is the root. @type {Check} */
const isFolder = (value) =>
  value === "" ||
  (isText(value) &&
    value
      .split("/")
      .every((/** @type {string} */ name) => isPlainName.test(name) && !/^(\.\.?|\.git.*|\.hubstash)$/i.test(name)));

/**
 * What each option must be: the check, and the words of the message.
 * @type {Record<string, [Check, string]>}
 */
const RULES = {
  dataset: [
    (value) => isText(value) && /^[\w.-]+\/[\w.-]+$/.test(value),
    'must be "namespace/name", e.g. "alice/notes"',
  ],
  mode: [isOneOf("hybrid", "remote", "local"), 'must be "hybrid", "remote" or "local"'],
  token: [(value) => isText(value) || isFunction(value), "must be an access token, or a function that returns one"],
  account: [(value) => isText(value) && value.length <= 200, "must be the name of an account of the Hub"],
  hubUrl: [isOrigin, 'must be an origin without a path, e.g. "https://huggingface.co"'],
  branch: [isText, 'must be the name of a branch, e.g. "main"'],
  prefix: [isFolder, 'must be a folder such as "data/app", without "." or ".." and without slashes at its ends'],
  createDataset: [isBoolean, "must be true or false"],
  allowPublic: [isBoolean, "must be true or false"],
  "sync.auto": [isBoolean, "must be true or false"],
  "sync.idleMs": [isInteger(0), "must be a whole number of milliseconds, 0 or more"],
  "sync.maxWaitMs": [isInteger(0), "must be a whole number of milliseconds, 0 or more"],
  "sync.commitsPerHour": [isInteger(1), "must be a whole number, 1 or more"],
  "sync.requestsPerWindow": [isInteger(10), "must be a whole number, 10 or more"],
  "sync.pollMs": [isInteger(0), "must be a whole number of milliseconds, 0 or more (0 = only at open and on sync())"],
  "cache.maxBytes": [isInteger(0), "must be a whole number of bytes, 0 or more"],
  "cache.memoryBytes": [isInteger(0), "must be a whole number of bytes, 0 or more"],
  durability: [isOneOf("strict", "relaxed"), 'must be "strict" or "relaxed"'],
  onMetric: [isFunction, "must be a function"],
  workerUrl: [isAddress, "must be an address or a URL"],
  wasmUrl: [isAddress, "must be an address or a URL"],
  conflict: [
    (value) => isOneOf("merge", "keep-both", "local", "remote")(value) || isFunction(value),
    'must be "merge", "keep-both", "local", "remote" or a function',
  ],
  trace: [isBoolean, "must be true or false"],
};

const GROUPS = ["sync", "cache"];

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {string} name */
function unknownOption(name) {
  const known = Object.keys(RULES).join(", ");
  return invalidArgument(`There is no option "${name}". There are: ${known}.`);
}

/** @param {Record<string, unknown>} options @param {string} group "" or e.g. "sync." */
function checkMembers(options, group) {
  for (const [key, value] of Object.entries(options)) {
    const name = group + key;
    if (value === undefined) continue;
    if (group === "" && GROUPS.includes(key)) {
      if (!isObject(value)) throw invalidArgument(`The option "${key}" must be an object.`);
      checkMembers(/** @type {Record<string, unknown>} */ (value), `${key}.`);
      continue;
    }
    if (!Object.hasOwn(RULES, name)) throw unknownOption(name);
    const [check, words] = RULES[name];
    if (!check(value)) throw invalidArgument(`The option "${name}" ${words}.`);
  }
}

/**
 * @param {StoreOptions} options
 * @returns {StoreOptions} a copy without what is undefined; `hubUrl` without its trailing slash
 * @throws {import("./errors.js").StoreError} INVALID_ARGUMENT
 */
export function checkOptions(options) {
  if (!isObject(options))
    throw invalidArgument('openStore needs its options, e.g. openStore({ dataset: "alice/notes" }).');
  checkMembers(/** @type {Record<string, unknown>} */ (options), "");
  const { mode = "hybrid", dataset, trace, hubUrl } = options;
  if (mode !== "local" && dataset === undefined) {
    throw invalidArgument(
      'The option "dataset" is missing: give "namespace/name", or mode: "local" to do without the Hub.',
    );
  }
  if (trace) throw notInThisVersion('The option "trace"');
  return { ...options, ...(hubUrl ? { hubUrl: hubUrl.replace(/\/$/, "") } : {}) };
}

/**
 * The part of the options that the engine reads, with entropy for its random numbers; neither the token nor functions.
 * Where a function decides conflicts, the engine is to ask for it (resolver.js).
 * @param {StoreOptions} options checked
 */
export function engineOptions(options) {
  const { token, onMetric, workerUrl, wasmUrl, conflict, trace, ...rest } = options;
  const entropy = crypto.getRandomValues(new Uint8Array(16));
  const seed = Array.from(entropy, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (conflict === undefined) return { ...rest, seed };
  return { ...rest, conflict: typeof conflict === "function" ? "resolver" : conflict, seed };
}
