// Decides whether "exactly what was acknowledged" is there, after a run of the torture. The rules:
//
// A write is a save, a deletion or a resolution of a conflict. Within one profile (one device, however many tabs) the
// later write takes the place of the earlier one; two that overlapped in time may have come in either order, and one
// without an answer may have happened or not. The writes that nothing acknowledged has certainly replaced are the
// *candidates*. Every save leaves a mark of its own, so a version that carries the mark contains that save.
//
//  1 readable   A load shows a candidate of its profile, or a version that carries a candidate's mark, or one that came
//               after it on the Hub, or any version of the Hub's where a conflict copy keeps the candidate. After a
//               deletion that is one which it had not seen, or a conflict copy that the other profile used as well.
//  2 arrives    In the end, of each item and profile a candidate has been on the Hub: as a version of the item, as a
//               conflict copy, or as a deletion, unless an edit that the deletion had not seen beat it.
//  3 unseen     From one version on the Hub to the next, a mark vanishes only if the committing profile removed it (it
//               saved without what it had loaded, or deleted what it could know of), if a conflict copy has it, or if
//               that profile knew the mark already when one of its tabs saved blindly. Copies vanish by resolve() only,
//               and never change.
//  4 once       No version of an item comes back after another one, and no commit is empty.
//  5 invented   Every mark and title was saved by somebody; nothing is damaged, and no file has two names.
//  6 equal      Both profiles and a clone of the dataset have the same items, contents and conflict copies; nothing is
//               pending anywhere.

/** @typedef {import("./journal.js").Op} Op */
/** @typedef {import("./history.js").Version} Version */
/**
 * @typedef {object} Final what a profile has in the end
 * @property {number} pending
 * @property {Record<string, import("./journal.js").Content | null>} contents by key, also of conflict copies
 * @property {string[]} listed keys that list() has
 * @property {string[]} copies keys that conflicts() has
 */

/** A tab whose call was lost may have lived a little longer than the runner knew. */
const GRACE_MS = 3_000;
const COPY = /^(.*)~(local|remote)-[0-9a-f]{16}$/;

/** The key of the item of which `key` is a conflict copy, or undefined. @param {string} key */
export const originalOf = (key) => COPY.exec(key)?.[1];

const endOf = (op) => (op.outcome === "ok" ? op.endAt : op.endAt + GRACE_MS);
const isWrite = (op) => op.write !== undefined && op.outcome !== "error";
const marksOf = (content) => content?.marks ?? [];
const without = (marks, others) => marks.filter((mark) => !others.includes(mark));
/** What a write took away of what it had been made from. */
export const removedBy = (op) => (op.seen ? without(op.seen, marksOf(op.write)) : []);

/** Whether a version contains what the write added, or, where it added nothing, all of it. */
function carries(content, op) {
  if (!content || !op.write) return false;
  if (content.hash === op.write.hash) return true;
  const added = without(op.write.marks, op.seen ?? []).filter((mark) => !mark.startsWith("title="));
  const wanted = added.length > 0 ? added : op.write.marks;
  return wanted.every((mark) => content.marks.includes(mark));
}

function addTo(lists, key, items) {
  if (key) lists.set(key, [...(lists.get(key) ?? []), ...items]);
}

class Checker {
  /** @type {string[]} */
  violations = [];
  /** Loads, versions and items that a rule was applied to. */
  checked = { loads: 0, versions: 0, writes: 0, items: 0 };
  /** Versions that were replaced by a tab which had not loaded them, though its device had known what they held. */
  blind = 0;

  /** @param {{ops: Op[], chains: Map<string, Version[]>, empty: string[]}} run */
  constructor({ ops, chains, empty }) {
    this.ops = ops;
    this.chains = chains;
    this.empty = empty;
    this.keys = new Set([...ops.flatMap((op) => op.key ?? []), ...chains.keys()].filter((key) => !originalOf(key)));
    /** All versions of all copies of an item. @type {Map<string, Version[]>} */
    this.copies = new Map();
    for (const [key, chain] of chains) addTo(this.copies, originalOf(key), chain);
    /** Copies that a tab has loaded; they may be resolved before they come to the Hub. @type {Map<string, Op[]>} */
    this.loadedCopies = new Map();
    for (const op of ops) if (op.result) addTo(this.loadedCopies, originalOf(op.key ?? ""), [op]);
  }

  complain(rule, key, text) {
    this.violations.push(`${rule}: ${key}: ${text}`);
  }
  chain(key) {
    return this.chains.get(key) ?? [];
  }
  writes(profile, key) {
    return this.ops.filter((op) => op.profile === profile && op.key === key && isWrite(op));
  }

  /** @param {Op[]} writes of a profile to an item @param {{startAt: number, endAt: number}} at */
  candidates(writes, { startAt, endAt }) {
    const replaced = (write) =>
      writes.some((later) => later.outcome === "ok" && endOf(write) < later.startAt && later.endAt < startAt);
    return writes.filter((write) => write.startAt < endAt && !replaced(write));
  }

  inCopy(key, op) {
    const onHub = (this.copies.get(key) ?? []).some(({ content }) => carries(content, op));
    return onHub || (this.loadedCopies.get(key) ?? []).some(({ result }) => carries(result, op));
  }

  readable() {
    for (const load of this.ops.filter(({ kind, outcome }) => kind === "load" && outcome === "ok")) {
      if (originalOf(load.key)) continue;
      this.checked.loads += 1;
      const candidates = this.candidates(this.writes(load.profile, load.key), load);
      if (this.isExplained(load, candidates)) continue;
      const mine = candidates.map(({ write }) => (write ? write.hash : "deleted")).join(", ");
      const got = load.result ? `${load.result.hash} [${load.result.marks}]` : "nothing";
      this.complain("readable", load.key, `${load.tab} got ${got} at ${load.startAt}; its profile had saved ${mine}`);
    }
  }

  isExplained({ key, result, startAt }, candidates) {
    const chain = this.chain(key);
    const nothingCertain = !candidates.some(({ outcome, endAt }) => outcome === "ok" && endAt < startAt);
    if (nothingCertain && result === null) return true;
    if (candidates.some((op) => (result === null ? op.write === null : carries(result, op)))) return true;
    const isResult = ({ content }) => (content?.hash ?? null) === (result?.hash ?? null);
    const places = chain.flatMap((version, place) => (isResult(version) ? place : []));
    if (places.length === 0) return false;
    if (nothingCertain) return true;
    return candidates.some((op) => {
      if (op.write === null) {
        return without(marksOf(result), op.seen ?? []).length > 0 || this.cameBackByUse(op, result);
      }
      const first = chain.findIndex(({ content }) => carries(content, op));
      return (first >= 0 && first <= places.at(-1)) || this.inCopy(key, op);
    });
  }

  /** Of a copy that both profiles use each knows its own use: to its deletion the other's, coming later, is an edit. */
  cameBackByUse({ key, profile, startAt }, content) {
    const isThis = (hash) => hash === content?.hash;
    const used = (op) => op.kind === "use-copy" && op.key === key && op.profile !== profile && isThis(op.write.hash);
    const came = (version) => version.author !== profile && isThis(version.content?.hash);
    return this.ops.some(used) && this.chain(key).some((version) => came(version) && version.atMs + 1000 >= startAt);
  }

  arrives(profiles) {
    for (const key of this.keys) {
      for (const profile of profiles) {
        const writes = this.writes(profile, key);
        const candidates = this.candidates(writes, { startAt: Infinity, endAt: Infinity });
        if (!candidates.some(({ outcome }) => outcome === "ok")) continue;
        this.checked.writes += writes.length;
        if (candidates.some((op) => this.hasArrived(op))) continue;
        const lost = candidates.map((op) => `${op.kind} [${marksOf(op.write)}] of ${op.tab} at ${op.startAt}`);
        this.complain("arrives", key, `never came to the Hub: ${lost.join("; ")}`);
      }
    }
  }

  hasArrived(op) {
    const chain = this.chain(op.key);
    if (op.write) {
      const onHub = [...chain, ...(this.copies.get(op.key) ?? [])].some(({ content }) => carries(content, op));
      const discards = this.ops.filter(({ kind, key }) => kind === "discard-copy" && key === op.key);
      return onHub || discards.some(({ seen }) => carries({ marks: seen ?? [], hash: "" }, op));
    }
    const last = chain.at(-1)?.content ?? null;
    if (last === null || without(last.marks, op.seen ?? []).length > 0) return true;
    return chain.some(({ content, author, atMs }) => !content && author === op.profile && atMs + 1000 >= op.startAt);
  }

  unseen() {
    for (const [key, chain] of this.chains) {
      for (let place = 1; place < chain.length; place += 1) {
        const [before, after] = [chain[place - 1], chain[place]];
        if (!before.content) continue;
        this.checked.versions += 1;
        if (originalOf(key)) this.copyStep(key, before, after);
        else this.step(key, before, after);
      }
    }
  }

  step(key, before, after) {
    const inTime = (op) => op.startAt <= after.atMs + 1000 && op.outcome !== "error";
    const ops = this.ops.filter((op) => op.profile === after.author && op.key === key && inTime(op));
    const writes = ops.filter(isWrite);
    const removed = writes.flatMap(removedBy);
    const deleted = ops.some((op) => op.write === null && endOf(op) >= before.atMs);
    const replaced = (mark) => {
      const known = ops.find((op) => marksOf(op.result).includes(mark) || marksOf(op.write).includes(mark));
      return known && writes.some((op) => op.startAt >= known.startAt && !marksOf(op.write).includes(mark));
    };
    const copies = (this.copies.get(key) ?? []).filter(({ commit }) => commit <= after.commit);
    const kept = copies.flatMap(({ content }) => marksOf(content));
    const gone = without(before.content.marks, marksOf(after.content));
    const lost = without(gone, [...removed, ...kept]);
    if (lost.length === 0 || deleted) return;
    const unseen = lost.filter((mark) => !replaced(mark));
    this.blind += 1;
    if (unseen.length === 0) return;
    this.complain("unseen", key, `${after.author} overwrote [${unseen}] in commit ${after.commit} unseen`);
  }

  copyStep(key, before, after) {
    if (after.content && after.content.hash !== before.content.hash) this.complain("unseen", key, "a copy has changed");
    const resolved = this.ops.some(({ copyKey, profile }) => copyKey === key && profile === after.author);
    if (!after.content && !resolved) this.complain("unseen", key, `${after.author} removed it without resolve()`);
  }

  once() {
    for (const hash of this.empty) this.complain("once", hash, "a commit without a change");
    const used = new Set(this.ops.filter(({ kind }) => kind === "use-copy").map(({ write }) => write.hash));
    for (const [key, chain] of this.chains) {
      const hashes = chain.map(({ content }) => content?.hash);
      for (const [place, hash] of hashes.entries()) {
        if (!hash || used.has(hash) || originalOf(key)) continue;
        const earlier = hashes.slice(0, place).lastIndexOf(hash);
        if (earlier < 0) continue;
        const [first, again] = [chain[earlier], chain[place]];
        this.complain(
          "once",
          key,
          `the version ${hash} of commit ${first.commit} (${first.author}) was committed again in ` +
            `${again.commit} (${again.author})`,
        );
      }
    }
  }

  invented(finals) {
    const saved = new Map();
    for (const { key, write } of this.ops) {
      if (!write) continue;
      if (!saved.has(key)) saved.set(key, new Set());
      for (const mark of write.marks) saved.get(key).add(mark);
    }
    const check = (key, content, where) => {
      const known = saved.get(originalOf(key) ?? key) ?? new Set();
      const unknown = marksOf(content).filter((mark) => !known.has(mark));
      if (unknown.length > 0) this.complain("invented", key, `${where} has [${unknown}], which nobody saved`);
      if (content?.damage) this.complain("invented", key, `${where} is damaged: ${content.damage}`);
    };
    for (const [key, chain] of this.chains) {
      for (const { content, commit } of chain) check(key, content, `commit ${commit}`);
    }
    for (const { key, result, tab } of this.ops) check(key, result, `a load of ${tab}`);
    for (const [profile, { contents }] of Object.entries(finals)) {
      for (const [key, content] of Object.entries(contents)) check(key, content, `in the end, ${profile}`);
    }
  }

  /** @param {Record<string, Final>} finals @param {Map<string, import("./journal.js").Content>} clone */
  equal(finals, clone) {
    const items = [...clone.keys()].filter((key) => !originalOf(key)).sort();
    const copies = [...clone.keys()].filter((key) => originalOf(key)).sort();
    this.checked.items = clone.size;
    for (const [profile, final] of Object.entries(finals)) {
      if (final.pending !== 0) this.complain("equal", profile, `${final.pending} items are pending`);
      for (const [what, mine, theirs] of [["items", final.listed, items], ["copies", final.copies, copies]]) {
        const differ = [...without(mine, theirs), ...without(theirs, mine)];
        if (differ.length > 0) this.complain("equal", profile, `its ${what} differ from the dataset's: ${differ}`);
      }
      for (const key of new Set([...clone.keys(), ...Object.keys(final.contents)])) {
        const [mine, theirs] = [final.contents[key] ?? null, clone.get(key) ?? null];
        if ((mine?.hash ?? null) === (theirs?.hash ?? null)) continue;
        this.complain("equal", key, `${profile} has [${marksOf(mine)}], the dataset [${marksOf(theirs)}]`);
      }
    }
  }
}

/**
 * @param {{ops: Op[], chains: Map<string, Version[]>, empty: string[], finals: Record<string, Final>,
 *   clone: Map<string, import("./journal.js").Content>}} run
 * @returns {{violations: string[], checked: Record<string, number>}}
 */
export function check(run) {
  const checker = new Checker(run);
  checker.readable();
  checker.arrives(Object.keys(run.finals));
  checker.unseen();
  checker.once();
  checker.invented(run.finals);
  checker.equal(run.finals, run.clone);
  const { violations, checked, blind } = checker;
  return { violations, checked: { ...checked, "blind replacements": blind } };
}
