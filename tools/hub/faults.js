/**
 * The fault engine. A rule says which requests it meets, how often, and what goes wrong; each way of going wrong is one
 * entry of KINDS, so that a new one is a few lines here and nothing anywhere else.
 *
 * A rule acts `"before"` the handler (nothing was done) or `"after"` it (everything was done, the reply suffers): the
 * second is how an answer gets lost after the commit has landed.
 */
import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { headerSafe } from "./http/replies.js";

/**
 * @typedef {object} Rule
 * @property {string} [id] given by the Hub when missing
 * @property {{method?: string|string[], path?: string, pathRegex?: string, origin?: "hub"|"cdn"}} [match] `path` is a
 *   part of the path and query; a rule without a match meets every request but preflights, which a rule must name
 * @property {number} [skip] this many matching requests pass unharmed first
 * @property {number} [times] then this many suffer; without it, all
 * @property {"before"|"after"} [when]
 * @property {number} [delayMs]
 * @property {number} [status]
 * @property {string|object} [body] of the status reply; an object is sent as JSON
 * @property {string} [html] of the status reply, sent as an HTML page
 * @property {Record<string, string>} [headers] of the status reply
 * @property {boolean} [noCors] the status reply goes out without CORS headers, so that a page cannot read it
 * @property {boolean} [reset] the connection is reset
 * @property {number} [truncateAt] the connection is reset after this many bytes of the body
 * @property {number} [corruptAt] the byte of the body at this offset is turned over
 */

/**
 * In the order in which they act. Each gets the rule and the reply so far (`undefined` before the handler) and returns
 * the reply from then on; `needsReply` makes a rule act after the handler unless it says otherwise.
 */
const KINDS = [
  {
    field: "delayMs",
    check: isCount,
    async act(rule, reply) {
      await sleep(rule.delayMs, undefined, { ref: false });
      return reply;
    },
  },
  { field: "status", check: (value) => Number.isInteger(value) && value >= 200 && value <= 599, act: statusReply },
  {
    field: "reset",
    check: (value) => typeof value === "boolean",
    act: (rule, reply) => (rule.reset ? { drop: true } : reply),
  },
  {
    field: "truncateAt",
    check: isCount,
    needsReply: true,
    act: (rule, reply) => ({ ...reply, truncateAt: rule.truncateAt }),
  },
  {
    field: "corruptAt",
    check: isCount,
    needsReply: true,
    act: (rule, reply) => ({ ...reply, corruptAt: rule.corruptAt }),
  },
];

const OTHER_FIELDS = ["id", "match", "skip", "times", "when", "body", "html", "headers", "noCors"];

function isCount(value) {
  return Number.isInteger(value) && value >= 0;
}

function statusReply(rule) {
  const { status, body, html, headers = {}, noCors } = rule;
  if (html !== undefined) return { status, headers: { "Content-Type": "text/html", ...headers }, body: html, noCors };
  if (typeof body === "string") return { status, headers: { "Content-Type": "text/plain", ...headers }, body, noCors };
  const answer = body ?? { error: `Fault injected: ${status}` };
  const message = typeof answer.error === "string" ? { "X-Error-Message": headerSafe(answer.error) } : {};
  return {
    status,
    headers: { "Content-Type": "application/json", ...message, ...headers },
    body: JSON.stringify(answer),
    noCors,
  };
}

/** The rules of the faults file and those set at run time, and which of them strikes. */
export class Faults {
  #fileRules = [];
  #rules = [];
  #nextId = 1;
  #stamp = "";

  /** @param {string} [file] a JSON list of rules, or `{"rules": […]}`; read again when it changes */
  constructor(file) {
    this.file = file;
    if (file) this.#fileRules = this.#read();
  }

  /**
   * @param {unknown} value one rule, a list of rules, or `{"rules": […]}`
   * @returns {string[]} their ids
   */
  add(value) {
    const rules = this.#parse(value);
    this.#rules.push(...rules);
    return rules.map(({ id }) => id);
  }

  /** As `add`, in the place of all rules that were set at run time; a bad rule changes nothing. */
  replace(value) {
    this.#rules = this.#parse(value);
    return this.#rules.map(({ id }) => id);
  }

  /** Removes one rule set at run time, or all of them. Rules of the file stay. */
  remove(id) {
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
  }

  /** @returns {(Rule & {seen: number, fired: number})[]} */
  list() {
    this.#refresh();
    return [...this.#rules, ...this.#fileRules];
  }

  /**
   * The rule that strikes this request: the first that matches, has not used up its `times` and is not skipping. A rule
   * that is skipping counts the request and leaves it to the next.
   * @param {{method: string, target: string, origin: "hub"|"cdn"}} request
   * @returns {Strike|null}
   */
  strike(request) {
    for (const rule of this.list()) {
      if (!matches(rule.match ?? {}, request) || rule.fired >= (rule.times ?? Infinity)) continue;
      rule.seen += 1;
      if (rule.seen <= (rule.skip ?? 0)) continue;
      rule.fired += 1;
      return new Strike(rule);
    }
    return null;
  }

  #parse(value) {
    const list = Array.isArray(value) ? value : Array.isArray(value?.rules) ? value.rules : [value];
    return list.map((rule) => {
      checkRule(rule);
      return { ...rule, id: rule.id ?? `rule-${this.#nextId++}`, seen: 0, fired: 0 };
    });
  }

  #refresh() {
    if (!this.file) return;
    try {
      if (stampOf(this.file) !== this.#stamp) this.#fileRules = this.#read();
    } catch (error) {
      // A file that is just being written is not a reason to forget the rules; it is read again at the next request.
      if (error.code !== "ENOENT") process.stderr.write(`faults file: ${error.message}\n`);
    }
  }

  #read() {
    const stamp = stampOf(this.file);
    const rules = this.#parse(JSON.parse(readFileSync(this.file, "utf8")));
    this.#stamp = stamp;
    return rules;
  }
}

/** One rule at work on one request. */
class Strike {
  constructor(rule) {
    this.id = rule.id;
    this.rule = rule;
    const late = KINDS.some(({ field, needsReply }) => needsReply && rule[field] !== undefined);
    this.when = rule.when ?? (late ? "after" : "before");
  }

  /**
   * @param {"before"|"after"} stage
   * @param {object} [reply]
   */
  async act(stage, reply) {
    if (stage !== this.when) return reply;
    for (const kind of KINDS) {
      if (this.rule[kind.field] !== undefined) reply = await kind.act(this.rule, reply);
    }
    return reply;
  }
}

function matches({ method, path, pathRegex, origin }, request) {
  // A browser's preflight is answered as ever unless it is named: otherwise every fault would look like no network.
  if (method === undefined && request.method === "OPTIONS") return false;
  if (method !== undefined && ![method].flat().includes(request.method)) return false;
  if (origin !== undefined && origin !== request.origin) return false;
  if (path !== undefined && !request.target.includes(path)) return false;
  return pathRegex === undefined || new RegExp(pathRegex).test(request.target);
}

/** A misspelt rule that silently does nothing would make a test pass for the wrong reason. */
function checkRule(rule) {
  if (typeof rule !== "object" || rule === null) throw new Error("a fault rule must be an object");
  for (const [field, value] of Object.entries(rule)) {
    const kind = KINDS.find((one) => one.field === field);
    if (!kind && !OTHER_FIELDS.includes(field)) throw new Error(`unknown field "${field}" in a fault rule`);
    if (kind && !kind.check(value)) throw new Error(`bad value of "${field}" in a fault rule`);
  }
  if (!KINDS.some(({ field }) => rule[field] !== undefined)) throw new Error("a fault rule that does nothing");
  for (const field of ["skip", "times"]) {
    if (rule[field] !== undefined && !isCount(rule[field])) throw new Error(`bad value of "${field}" in a fault rule`);
  }
  if (rule.when !== undefined && rule.when !== "before" && rule.when !== "after")
    throw new Error('"when" is "before" or "after"');
  for (const field of Object.keys(rule.match ?? {})) {
    if (!["method", "path", "pathRegex", "origin"].includes(field))
      throw new Error(`unknown field "${field}" in a match`);
  }
  if (rule.match?.pathRegex !== undefined) new RegExp(rule.match.pathRegex);
}

function stampOf(file) {
  const { mtimeMs, size, ino } = statSync(file);
  return `${mtimeMs} ${size} ${ino}`;
}
