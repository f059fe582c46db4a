// One user at one tab of a profile: a loop of random, well-behaved work. Documents are loaded before they are edited,
// and loaded again when the store says that they have changed; sometimes one is saved blindly under an id in use.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PDF_FOLDER } from "../browser/api/pdfs.js";
import { Hangs } from "../browser/harness/patience.js";
import { originalOf } from "./checker.js";
import { documentContent, pdfContent } from "./journal.js";
import { markedPdf, newMark } from "./pages/contents.js";

const DOCUMENTS = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "Thèse №7"];
/** Above 1 MiB of text, so it travels as .json.gz by way of LFS. */
const LARGE = "large";
const LARGE_LINES = 6_000;
const PDFS = ["f0", "f1", "f2", "Rapport (final).v2"];
const PDF_BASES = ["small.pdf", "small.pdf", "small.pdf", "reportlab.pdf"];
export const KEYS = [...[...DOCUMENTS, LARGE].map((id) => `projects/${id}`), ...PDFS.map((id) => `pdfs/${id}`)];

const WORK = {
  edit: 34, create: 4, saveMany: 7, delete: 5, load: 10, list: 6, savePdf: 9, loadPdf: 6, deletePdf: 2, sync: 9,
  resolve: 5, rest: 3,
};

/** What calls that read from the Hub, or need to, may fail with while it is failing. A save never may. */
const HUB_CODES = [
  "OFFLINE", "TIMEOUT", "UNAUTHORIZED", "RATE_LIMITED", "HUB_ERROR", "BAD_RESPONSE", "INTEGRITY", "BUSY",
];
const ALLOWED = {
  load: HUB_CODES,
  delete: HUB_CODES,
  sync: [...HUB_CODES, "CONFLICT", "DATASET_NOT_FOUND", "FORBIDDEN"],
  resolve: [...HUB_CODES, "NOT_FOUND"],
};

const kindOf = (key) => (key.startsWith("pdfs/") ? "blob" : "json");
const idOf = (key) => key.slice(key.indexOf("/") + 1);
const marksOf = (content) => content?.marks ?? [];

/** Bytes of the PDFs that the pages use too. */
const bases = new Map();
function pdfBytes(base) {
  if (!bases.has(base)) bases.set(base, readFileSync(path.join(PDF_FOLDER, base)));
  return bases.get(base);
}

async function expectedPdf(base, mark) {
  const bytes = Buffer.from(await markedPdf(pdfBytes(base), mark).arrayBuffer());
  return pdfContent({ mark, sha256: createHash("sha256").update(bytes).digest("hex") });
}

/** Its tab went away in the middle of its work. */
class TabGone extends Error {}

export class User {
  #marks = 0;
  /** Keys that the store has told of since they were last loaded here. @type {Set<string>} */
  #changed = new Set();

  /**
   * @param {{profile: import("./profile.js").Profile, slot: number, dice: import("./dice.js").Dice,
   *   journal: import("./journal.js").Journal, counts: Map<string, number>, fail: (text: string) => void}} given
   */
  constructor(given) {
    Object.assign(this, given);
    this.name = `${given.profile.name}${given.slot}`;
  }

  /** Works until `isOver()`. */
  async work(isOver) {
    while (!isOver()) {
      await sleep(this.dice.below(350));
      try {
        await this.doSomething();
      } catch (error) {
        if (!(error instanceof TabGone)) throw error;
      }
    }
  }

  async doSomething() {
    this.tab = await this.#mine();
    if (!this.tab) return void (await sleep(200));
    await this[this.dice.weighted(WORK)]();
  }

  async #mine() {
    try {
      return await this.profile.tab(this.slot);
    } catch (error) {
      const tab = this.profile.tabs.get(this.slot);
      // A tab that is taken away while it opens does not open; any other has to.
      const hasTo = error instanceof Hangs || (tab && !tab.gone && this.profile.isUp);
      if (hasTo) this.fail(`${this.name}: ${error.message}`);
      return null;
    }
  }

  /** Makes a call and journals it. @returns {Promise<any>} its value; undefined when it failed */
  async #call(verb, args, entries, toResult) {
    const { tab, profile } = this;
    if (tab.gone) throw new TabGone();
    const calls = entries.map((entry) => ({ profile: profile.name, tab: tab.name, ...entry }));
    const numbers = this.journal.begin(calls);
    for (const { kind } of entries) this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    let answer;
    try {
      answer = await profile.run(tab, verb, args);
    } catch (error) {
      this.journal.end(numbers, { outcome: "lost" });
      if (!tab.gone) this.fail(`${tab.name}: ${verb} ended without an answer: ${error.message}`);
      throw new TabGone();
    }
    // The call came to the page that was loaded in its place, which has not opened its store yet.
    if (answer.code === "NO_CODE" && tab.gone) {
      this.journal.end(numbers, { outcome: "lost" });
      throw new TabGone();
    }
    this.#hear(answer.events);
    if (answer.code) {
      this.journal.end(numbers, { outcome: "error", code: answer.code, message: answer.message });
      const allowed = ALLOWED[verb.replace("Pdf", "")] ?? [];
      const { code, message } = answer;
      if (!allowed.includes(code)) this.fail(`${tab.name}: ${verb} rejected with ${code}: ${message}`);
      return undefined;
    }
    const value = toResult ? toResult(answer.value) : answer.value;
    this.journal.end(numbers, { outcome: "ok", ...(toResult ? { result: value } : {}) });
    return answer.value;
  }

  #hear(events) {
    for (const { type, detail } of events) {
      if (type === "change" && detail.source !== "local") {
        for (const id of detail.ids) this.#changed.add(`${detail.collection}/${id}`);
      }
      if (type === "conflict") this.#count(`conflict ${detail.outcome}`);
      if (type === "error") this.#count(`error ${detail.code}`);
      if (type !== "change") this.journal.write({ type: "event", tab: this.tab.name, event: type, detail });
    }
  }

  #count(what) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** @returns {Promise<{document: any, content: import("./journal.js").Content | null} | undefined>} */
  async #load(key) {
    this.#changed.delete(key);
    const [verb, toContent] = kindOf(key) === "json" ? ["load", documentContent] : ["loadPdf", pdfContent];
    let content;
    const keep = (raw) => (content = toContent(raw));
    const value = await this.#call(verb, { id: idOf(key) }, [{ kind: "load", key }], keep);
    if (content?.damage) this.fail(`${this.tab.name}: ${key} is damaged: ${content.damage}`);
    return value === undefined ? undefined : { document: value, content };
  }

  #edited(id, document) {
    const mark = `${this.name}-${(this.#marks += 1)}`;
    const { dice } = this;
    const before = document?.marks ?? [];
    const kept = before.filter(() => !dice.chance(before.length > 12 ? 30 : 6));
    return {
      id,
      title: dice.chance(20) ? mark : (document?.title ?? ""),
      marks: [...kept, newMark(mark)],
      ...(id === LARGE ? { ballast: LARGE_LINES } : {}),
    };
  }

  async #save(key, document, seen) {
    const entry = { kind: "save", key, write: documentContent(document), seen };
    return (await this.#call("save", { document }, [entry])) !== undefined;
  }

  #anyDocument() {
    return `projects/${this.dice.chance(7) ? LARGE : this.dice.pick(DOCUMENTS)}`;
  }
  #anyPdf() {
    return `pdfs/${this.dice.pick(PDFS)}`;
  }

  /** Loads a document and saves it some times, as an editor that saves by itself would. */
  async edit() {
    const key = this.#anyDocument();
    let loaded = await this.#load(key);
    for (let saves = this.dice.chance(60) ? 1 : 1 + this.dice.below(4); saves > 0 && loaded; saves -= 1) {
      if (this.dice.chance(40)) await sleep(this.dice.below(500));
      if (this.#changed.has(key)) loaded = await this.#load(key);
      if (!loaded) return;
      const document = this.#edited(idOf(key), loaded.document);
      if (!(await this.#save(key, document, marksOf(loaded.content)))) return;
      loaded = { document, content: documentContent(document) };
    }
  }

  /** As an app that takes an id without looking whether it is in use. */
  async create() {
    const key = this.#anyDocument();
    await this.#save(key, this.#edited(idOf(key), null), []);
  }

  async saveMany() {
    const ids = DOCUMENTS.filter(() => this.dice.chance(35));
    const documents = [];
    const entries = [];
    for (const id of ids) {
      const key = `projects/${id}`;
      const loaded = await this.#load(key);
      if (!loaded) continue;
      const document = this.#edited(id, loaded.document);
      documents.push(document);
      entries.push({ kind: "save", key, write: documentContent(document), seen: marksOf(loaded.content) });
    }
    if (documents.length > 0) await this.#call("saveMany", { documents }, entries);
  }

  async delete() {
    await this.#delete(this.#anyDocument());
  }
  async deletePdf() {
    await this.#delete(this.#anyPdf());
  }
  async #delete(key) {
    const loaded = await this.#load(key);
    if (!loaded?.content) return;
    const entry = { kind: "delete", key, write: null, seen: loaded.content.marks };
    await this.#call("delete", { kind: kindOf(key), id: idOf(key) }, [entry]);
  }

  async load() {
    await this.#load(this.#anyDocument());
  }
  async loadPdf() {
    await this.#load(this.#anyPdf());
  }

  async savePdf() {
    const key = this.#anyPdf();
    const loaded = this.dice.chance(75) ? await this.#load(key) : null;
    const base = this.dice.pick(PDF_BASES);
    const mark = `${this.name}-${(this.#marks += 1)}`;
    const write = await expectedPdf(base, mark);
    const entry = { kind: "save", key, write, seen: marksOf(loaded?.content) };
    const checksum = await this.#call("savePdf", { id: idOf(key), base, mark }, [entry]);
    if (checksum && checksum !== write.hash) this.fail(`${this.tab.name}: the receipt of ${key} has a wrong checksum`);
  }

  async list() {
    await this.#call("list", { kind: this.dice.pick(["json", "blob"]) }, [{ kind: "list" }]);
  }
  async sync() {
    await this.#call("sync", {}, [{ kind: "sync" }]);
  }
  async rest() {
    await this.#call("status", {}, [{ kind: "status" }]);
    await sleep(this.dice.below(1_000));
  }

  async resolve() {
    const kind = this.dice.pick(["json", "json", "blob"]);
    const copies = await this.#call("conflicts", { kind }, [{ kind: "conflicts" }]);
    if (!copies?.length) return;
    const { copyId } = this.dice.pick(copies);
    const copyKey = `${kind === "json" ? "projects" : "pdfs"}/${copyId}`;
    const key = originalOf(copyKey);
    if (!key) return this.fail(`${this.tab.name}: conflicts() yields ${copyId}, which is no copy's id`);
    const current = await this.#load(key);
    const copy = await this.#load(copyKey);
    if (!current || !copy?.content) return;
    const useIt = this.dice.chance(50);
    const entry = useIt
      ? { kind: "use-copy", key, copyKey, write: copy.content, seen: marksOf(current.content) }
      : { kind: "discard-copy", key, copyKey, seen: copy.content.marks };
    await this.#call("resolve", { kind, copyId, resolution: entry.kind }, [entry]);
  }
}
