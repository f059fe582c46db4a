// One run of the torture: two profiles with up to three tabs each on one dataset, users at work in all of them, and
// browsers, tabs and the Hub failing at random. Then all faults stop, both browsers start anew, everything syncs until
// quiet, and the checker looks at what is there.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PDF_FOLDER, fetchPdfs } from "../browser/api/pdfs.js";
import { repository } from "../browser/harness/emscripten.js";
import { serve } from "../browser/harness/server.js";
import { check } from "./checker.js";
import { Dice } from "./dice.js";
import { someFaults } from "./faults.js";
import { readClone, readHistory } from "./history.js";
import { DATASET, HubProcess, TOKENS } from "./hub-process.js";
import { Journal, documentContent, pdfContent, readJournal } from "./journal.js";
import { Profile } from "./profile.js";
import { smallPdf } from "./small-pdf.js";
import { KEYS, User } from "./user.js";

const TABS = 3;
/** Rounds of sync() in both profiles until nothing moves any more; it takes two or three. */
const QUIET_ROUNDS = 12;
const PAGE = '<!doctype html><title>torture</title><script type="module" src="/torture/app.js"></script>';

const EVENTS = { faults: 42, calm: 12, kill: 12, "close tab": 13, "reload tab": 10, "restart hub": 7, nothing: 4 };

const sum = (list) => list.reduce((total, value) => total + value, 0);

export class Torture {
  /** @type {string[]} */
  failures = [];
  /** Operations by kind, events by type. @type {Map<string, number>} */
  counts = new Map();
  #isBroken = false;

  /** @param {{seed: number, seconds: number, folder: string, say?: (text: string) => void}} options */
  constructor({ seed, seconds, folder, say = () => {} }) {
    Object.assign(this, { seed, seconds, folder, say });
  }

  fail = (text) => {
    this.failures.push(text);
    this.journal.write({ type: "failure", text });
  };

  async run() {
    await this.#setUp();
    try {
      await this.#storm();
      await this.#calm();
      await this.#check();
    } catch (error) {
      // With the seed and the journal beside it, as every other failure.
      this.fail(`the run broke off: ${error.stack}`);
    } finally {
      await Promise.allSettled(this.profiles.map((profile) => profile.close()));
      await this.site.close();
      await this.hub.kill();
    }
    if (this.failures.length === 0) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return { failures: this.failures, report: this.#report() };
  }

  async #setUp() {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
    this.journal = new Journal(path.join(this.folder, "journal.jsonl"));
    await fetchPdfs();
    await writeFile(path.join(PDF_FOLDER, "small.pdf"), smallPdf());
    this.hub = new HubProcess(path.join(this.folder, "hub"));
    await this.hub.start();
    await this.hub.createDataset();
    this.site = await serve({
      roots: {
        "/dist/": path.join(repository, "dist/"),
        "/torture/": path.join(repository, "tests/torture/pages/"),
        "/pdfs/": `${PDF_FOLDER}/`,
      },
      files: { "/torture.html": PAGE },
    });
    // At this pace the budgets of an hour would be used up within minutes; they have tests of their own.
    const budget = { commitsPerHour: 100_000, requestsPerWindow: 1_000_000 };
    const sync = { idleMs: 700, maxWaitMs: 4_000, pollMs: 3_000, ...budget };
    const options = { dataset: DATASET, hubUrl: this.hub.url, sync };
    this.profiles = Object.entries(TOKENS).map(
      ([name, token]) => new Profile(name, { origin: this.site.origin, options: { ...options, token } }),
    );
    for (const profile of this.profiles) await profile.start();
  }

  async #storm() {
    const { counts, journal, fail } = this;
    const users = this.profiles.flatMap((profile, device) =>
      Array.from({ length: TABS }, (_, slot) => {
        return new User({ profile, slot, dice: new Dice(this.seed, 1 + device * TABS + slot), journal, counts, fail });
      }),
    );
    const endAt = performance.now() + this.seconds * 1000;
    // A run that has failed goes on for nothing: what happened is in the journal.
    const isOver = () => this.#isBroken || this.failures.length > 0 || performance.now() >= endAt;
    const work = [this.#disturb(isOver), ...users.map((user) => user.work(isOver))];
    try {
      await Promise.all(work);
    } finally {
      // Nobody goes on by himself, least of all whoever starts browsers.
      this.#isBroken = true;
      await Promise.allSettled(work);
    }
  }

  async #disturb(isOver) {
    const dice = new Dice(this.seed, 0);
    while (!isOver()) {
      await sleep(200 + dice.below(900));
      const what = dice.weighted(EVENTS);
      const profile = dice.pick(this.profiles);
      const slot = dice.below(TABS);
      const rules = someFaults(dice.below);
      const pauseMs = dice.below(1_200);
      this.journal.write({ type: "event", event: what, profile: profile.name, slot });
      if (what === "faults") await this.hub.setFaults(rules);
      if (what === "calm") await this.hub.setFaults([]);
      if (what === "close tab") await profile.closeTab(slot);
      if (what === "reload tab") await this.#reload(profile, slot);
      if (what === "restart hub") await this.hub.restart(pauseMs);
      if (what === "kill") {
        await profile.kill();
        await sleep(pauseMs);
        await profile.relaunch();
      }
    }
  }

  async #reload(profile, slot) {
    await profile.reloadTab(slot).catch((error) => this.fail(`after a reload: ${error.message}`));
  }

  /** Faults end, both browsers start anew, and everything syncs. */
  async #calm() {
    await this.hub.setFaults([]);
    for (const profile of this.profiles) {
      await profile.kill();
      await profile.relaunch();
    }
    const tabs = await Promise.all(this.profiles.map((profile) => profile.tab(0)));
    for (let round = 1; ; round += 1) {
      let moved = 0;
      const heads = new Set();
      for (const [device, profile] of this.profiles.entries()) {
        const { value, code, message } = await profile.run(tabs[device], "sync");
        if (code) return this.fail(`${profile.name}: sync() rejects without any fault: ${code}: ${message}`);
        moved += value.pushed + value.pulled + value.deleted;
        heads.add(value.commit);
      }
      if (moved === 0 && heads.size === 1) break;
      if (round === QUIET_ROUNDS) return this.fail(`still moving after ${round} rounds of sync()`);
    }
    const finals = {};
    for (const [device, profile] of this.profiles.entries()) {
      finals[profile.name] = await this.#finalOf(profile, tabs[device]);
    }
    this.journal.write({ type: "final", finals });
  }

  async #finalOf(profile, tab) {
    const ask = async (verb, args) => {
      const { value, code, message } = await profile.run(tab, verb, args);
      if (code) this.fail(`in the end, ${profile.name}: ${verb} ${JSON.stringify(args)}: ${code}: ${message}`);
      return value;
    };
    const { pending } = await ask("status", {});
    const final = { pending, contents: {}, listed: [], copies: [] };
    for (const [collection, kind] of [["projects", "json"], ["pdfs", "blob"]]) {
      const keys = (rows, member) => (rows ?? []).map((row) => `${collection}/${row[member]}`).sort();
      final.listed.push(...keys(await ask("list", { kind }), "id"));
      final.copies.push(...keys(await ask("conflicts", { kind }), "copyId"));
    }
    final.listed.sort();
    final.copies.sort();
    for (const key of new Set([...KEYS, ...final.listed, ...final.copies])) {
      const id = key.slice(key.indexOf("/") + 1);
      const isDocument = key.startsWith("projects/");
      const value = await ask(isDocument ? "load" : "loadPdf", { id });
      final.contents[key] = value ? (isDocument ? documentContent(value) : pdfContent(value)) : null;
    }
    return final;
  }

  async #check() {
    if (this.failures.length > 0) return;
    const { failures, checked } = await checkFolder(this.folder, this.hub);
    this.failures.push(...failures);
    this.checked = checked;
  }

  #report() {
    const { hub, profiles, counts } = this;
    const some = (pattern) =>
      [...counts].filter(([name]) => pattern.test(name)).sort().map(([name, count]) => `${name} ${count}`).join(", ");
    const operations = [...counts].filter(([name]) => !/^(error|conflict) /.test(name)).map(([, count]) => count);
    const faults = [...hub.faultsMet].sort().map(([name, count]) => `${name} ${count}`).join(", ");
    const total = (member) => sum(profiles.map((profile) => profile[member]));
    return [
      `seed ${this.seed}, ${this.seconds} s: ${sum(operations)} operations (${some(/^(?!error |conflict )/)})`,
      `${total("kills")} browsers killed, ${total("closes")} tabs closed, ${total("reloads")} reloaded, ` +
        `${hub.restarts} times the Hub killed`,
      `${sum([...hub.faultsMet.values()])} faults (${faults})`,
      `conflicts: ${some(/^conflict /) || "none"}; background errors: ${some(/^error /) || "none"}`,
      `checked: ${Object.entries(this.checked ?? {}).map(([name, count]) => `${count} ${name}`).join(", ")}`,
    ].join("\n");
  }
}

/** Checks what a run has left in its folder. @param {string} folder @param {HubProcess} hub running */
export async function checkFolder(folder, hub) {
  const { ops, others } = readJournal(path.join(folder, "journal.jsonl"));
  const failures = others.filter(({ type }) => type === "failure").map(({ text }) => text);
  const { finals } = others.find(({ type }) => type === "final") ?? {};
  if (!finals) return { failures: [...failures, "the run did not come to its end"], checked: {} };
  const { chains, empty } = await readHistory(hub);
  const cloneFolder = path.join(folder, "clone");
  await rm(cloneFolder, { recursive: true, force: true });
  const address = `http://ann:${TOKENS.ann}@${new URL(hub.url).host}/datasets/${DATASET}`;
  const clone = await readClone(address, cloneFolder);
  const { violations, checked } = check({ ops, chains, empty, finals, clone });
  return { failures: [...failures, ...violations], checked };
}
