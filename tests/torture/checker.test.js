// Goal: the torture's checker notices each way of losing something, and accepts what is allowed. Each test is a small
// history written by hand: what two profiles were told, and what the dataset then held.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { check } from "./checker.js";

const KEY = "projects/p";
const COPY = `${KEY}~local-0123456789abcdef`;
const content = (...marks) => ({ marks, hash: marks.join("+") });

/** A run under construction: calls follow one another in time, one a second, commits come in between. */
class Story {
  ops = [];
  chains = new Map();
  empty = [];
  #now = 1_000_000;
  #commits = 0;

  op(profile, kind, more) {
    this.#now += 1_000;
    const times = { startAt: this.#now, endAt: this.#now + 10 };
    this.ops.push({ profile, tab: profile, kind, key: KEY, ...times, outcome: "ok", ...more });
    return this;
  }
  save(profile, marks, { seen = marks.slice(0, -1), ...more } = {}) {
    return this.op(profile, "save", { write: content(...marks), seen, ...more });
  }
  delete(profile, seen) {
    return this.op(profile, "delete", { write: null, seen });
  }
  load(profile, marks) {
    return this.op(profile, "load", { result: marks && content(...marks) });
  }
  /** One commit of these versions: key -> marks, or null. */
  commit(author, versions) {
    this.#now += 1_000;
    for (const [key, marks] of Object.entries(versions)) {
      const chain = this.chains.get(key) ?? [];
      chain.push({ commit: this.#commits, author, atMs: this.#now, content: marks && content(...marks) });
      this.chains.set(key, chain);
    }
    this.#commits += 1;
    return this;
  }
  /** What the checker says when both profiles have what the dataset has. */
  end(change = () => {}) {
    const clone = new Map();
    for (const [key, chain] of this.chains) if (chain.at(-1).content) clone.set(key, chain.at(-1).content);
    const keys = [...clone.keys()].sort();
    const final = () => ({
      pending: 0,
      contents: Object.fromEntries(clone),
      listed: keys.filter((key) => !key.includes("~")),
      copies: keys.filter((key) => key.includes("~")),
    });
    const finals = { ann: final(), ben: final() };
    change(finals, this);
    return check({ ops: this.ops, chains: this.chains, empty: this.empty, finals, clone }).violations;
  }
}

const story = () => new Story();
const isFine = (violations) => deepStrictEqual(violations, []);
/** Exactly this rule is broken. */
const isBroken = (rule, violations) => {
  strictEqual(violations.length, 1, violations.join("\n"));
  match(violations[0], new RegExp(`^${rule}: `));
};

/** Ann and Ben edit the same version; what Ben's commit makes of it is the question. */
const conflict = () =>
  story()
    .save("ann", ["a1"])
    .commit("ann", { [KEY]: ["a1"] })
    .load("ben", ["a1"])
    .save("ann", ["a1", "a2"])
    .save("ben", ["a1", "b1"])
    .commit("ann", { [KEY]: ["a1", "a2"] });

test("a save that is committed, edited by the other, and removed by one who had loaded it is fine", () => {
  const told = story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).load("ben", ["a1"]);
  isFine(told.save("ben", ["b1"], { seen: ["a1"] }).commit("ben", { [KEY]: ["b1"] }).end());
});

test("a clean merge is fine, and so is a conflict copy", () => {
  isFine(conflict().commit("ben", { [KEY]: ["a1", "a2", "b1"] }).end());
  isFine(conflict().commit("ben", { [COPY]: ["a1", "b1"] }).end());
});

test("readable: an acknowledged save that a load does not show", () => {
  const kept = () => story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).save("ann", ["a1", "a2"]);
  isBroken("readable", kept().load("ann", ["a1"]).commit("ann", { [KEY]: ["a1", "a2"] }).end());
  isBroken("readable", kept().load("ann", null).commit("ann", { [KEY]: ["a1", "a2"] }).end());
  isFine(kept().load("ann", ["a1", "a2"]).commit("ann", { [KEY]: ["a1", "a2"] }).end());
});

test("readable: a deleted item that a load still shows", () => {
  const deleted = () => story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).delete("ann", ["a1"]);
  isBroken("readable", deleted().load("ann", ["a1"]).commit("ann", { [KEY]: null }).end());
  isFine(deleted().load("ann", null).commit("ann", { [KEY]: null }).end());
});

test("readable: a deleted item comes back where the other profile had used the same copy, and only then", () => {
  const deleted = (other, author = "ben") =>
    conflict()
      .commit("ben", { [COPY]: ["a1", "b1"] })
      .op("ann", "use-copy", { copyKey: COPY, write: content("a1", "b1"), seen: ["a1", "a2"] })
      .op("ben", other, { copyKey: COPY, write: content("a1", "b1"), seen: ["a1", "a2"] })
      .commit("ann", { [KEY]: ["a1", "b1"], [COPY]: null })
      .delete("ann", ["a1", "b1"])
      .commit("ann", { [KEY]: null })
      .commit(author, { [KEY]: ["a1", "b1"] })
      .load("ann", ["a1", "b1"]);
  isFine(deleted("use-copy").end());
  isBroken("readable", deleted("use-copy", "ann").end());
  isBroken("readable", deleted("save").end());
});

test("arrives: an acknowledged save that never came to the Hub; one without an answer need not come", () => {
  const before = () => story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] });
  isBroken("arrives", before().save("ann", ["a1", "a2"]).end());
  isFine(before().save("ann", ["a1", "a2"], { outcome: "lost" }).end());
});

test("arrives: a save that the same profile has replaced since need not come; one that overlapped may win", () => {
  const replaced = () => story().save("ann", ["a1"]).save("ann", ["a2"], { seen: [] });
  isFine(replaced().commit("ann", { [KEY]: ["a2"] }).end());
  isBroken("arrives", replaced().commit("ann", { [KEY]: ["a1"] }).end());
  const both = story().save("ann", ["a1"], { endAt: 2_000_000 }).save("ann", ["a2"], { seen: [] });
  isFine(both.commit("ann", { [KEY]: ["a1"] }).end());
});

test("arrives: a deletion that never came, unless an edit which it had not seen beat it", () => {
  const deleted = () => story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).delete("ann", ["a1"]);
  isBroken("arrives", deleted().end());
  isFine(deleted().commit("ann", { [KEY]: null }).end());
  isFine(deleted().save("ben", ["a1", "b1"]).commit("ben", { [KEY]: ["a1", "b1"] }).end());
});

test("unseen: a version of the other that was overwritten, or deleted, without having been seen", () => {
  isBroken("unseen", conflict().commit("ben", { [KEY]: ["a1", "b1"] }).end());
  const blind = story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).save("ben", ["b1"], { seen: [] });
  isBroken("unseen", blind.commit("ben", { [KEY]: ["b1"] }).end());
  const late = story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).load("ben", ["a1"]).delete("ben", ["a1"]);
  late.save("ann", ["a1", "a2"]).op("ann", "list", { key: undefined });
  for (let wait = 0; wait < 5; wait += 1) late.op("ann", "list", { key: undefined });
  isBroken("unseen", late.commit("ann", { [KEY]: ["a1", "a2"] }).commit("ben", { [KEY]: null }).end());
});

test("unseen: a conflict copy vanishes by resolve() only, and never changes", () => {
  const copied = () => conflict().commit("ben", { [COPY]: ["a1", "b1"] });
  isBroken("unseen", copied().commit("ann", { [COPY]: null }).end());
  isBroken("unseen", copied().commit("ann", { [COPY]: ["b1"] }).end());
  const resolved = copied().op("ann", "discard-copy", { copyKey: COPY, seen: ["a1", "b1"] });
  isFine(resolved.commit("ann", { [COPY]: null }).end());
  const used = copied().load("ann", ["a1", "a2"]);
  used.op("ann", "use-copy", { copyKey: COPY, write: content("a1", "b1"), seen: ["a1", "a2"] });
  isFine(used.commit("ann", { [KEY]: ["a1", "b1"], [COPY]: null }).end());
});

test("once: a version that comes back, and a commit without a change", () => {
  const twice = story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).load("ben", ["a1"]);
  twice.save("ben", ["a1", "b1"]).commit("ben", { [KEY]: ["a1", "b1"] }).load("ann", ["a1", "b1"]);
  twice.commit("ann", { [KEY]: ["a1"] }).save("ann", ["a1", "b1", "a2"]).commit("ann", { [KEY]: ["a1", "b1", "a2"] });
  deepStrictEqual(twice.end().map((text) => text.split(":")[0]), ["unseen", "once"]);
  isBroken("once", story().save("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).end((_, { empty }) => empty.push("c")));
});

test("invented: a mark that nobody saved, and damage", () => {
  const told = () => story().save("ann", ["a1"]);
  isBroken("invented", told().commit("ann", { [KEY]: ["a1", "x"] }).end((finals) => {
    for (const { contents } of Object.values(finals)) contents[KEY] = { marks: ["a1"], hash: "a1+x" };
  }));
  isBroken("invented", told().load("ann", ["a1"]).commit("ann", { [KEY]: ["a1"] }).end((_, { ops }) => {
    ops[1].result = { ...ops[1].result, damage: "the ballast" };
  }));
});

test("equal: a profile that has something else, that lists something else, or that is not done", () => {
  const told = () => conflict().commit("ben", { [COPY]: ["a1", "b1"] });
  const changes = [
    ({ ann }) => (ann.contents[KEY] = content("a1")),
    ({ ann }) => delete ann.contents[KEY],
    ({ ben }) => ben.listed.pop(),
    ({ ben }) => ben.copies.pop(),
    ({ ben }) => (ben.pending = 1),
  ];
  for (const change of changes) isBroken("equal", told().end(change));
});
