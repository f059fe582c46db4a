// The contract of the local store (StoreTx in messages.h) as a list of functions, run against each kind of store.
// Each gets `run(parts)`, which runs one transaction on a fresh store and returns its answer in texts.
import { equal, ok } from "./assert.js";
import { core, noise, text, tx, utf8 } from "./module.js";

export const contract = {
  async "reads back what it wrote, also empty values and unicode keys"(run) {
    const puts = [["a/one", "1"], ["a/empty", ""], ["a/ü 💾/\u{1f600}", "ü"]];
    equal((await run({ puts })).code, null);
    const answer = await run({ gets: ["a/one", "a/empty", "a/ü 💾/\u{1f600}", "a/missing", "a", "a/ü 💾"] });
    equal(answer.values, ["1", "", "ü", null, null, null]);
  },

  async "reads before it writes, within one transaction"(run) {
    await run({ puts: [["a/x", "old"]] });
    const answer = await run({ gets: ["a/x"], scans: ["a/"], deletes: ["a/x"], puts: [["a/x", "new"]] });
    equal(answer.values, ["old"]);
    equal(answer.scanned, [[["a/x", "old"]]]);
    equal((await run({ gets: ["a/x"] })).values, ["new"]);
  },

  async "answers the same key as often as it is asked"(run) {
    await run({ puts: [["a/x", "1"]] });
    equal((await run({ gets: ["a/x", "a/y", "a/x"] })).values, ["1", null, "1"]);
  },

  async "scans in the order of UTF-8 bytes, below the prefix only"(run) {
    const keys = ["a/b/1", "a/b/10", "a/b/2", "a/b/\u{ffff}", "a/b/\u{10000}", "a/b/c/d", "a/b0", "a/c/1", "a/b.x"];
    await run({ puts: keys.map((key) => [key, key]) });
    const [below, none] = (await run({ scans: ["a/b/", "a/nothing/"] })).scanned;
    equal(below.map(([key]) => key), ["a/b/1", "a/b/10", "a/b/2", "a/b/c/d", "a/b/\u{ffff}", "a/b/\u{10000}"]);
    equal(none, []);
  },

  async "writes nothing when an expectation is stale, and still answers the reads"(run) {
    await run({ puts: [["a/x", "present"], ["b/z", "z"]] });
    const answer = await run({
      gets: ["a/x"], scans: ["b/"], expects: [["a/x", "different"]],
      deletes: ["a/x"], deletePrefixes: ["b/"], puts: [["a/y", "never"]],
    });
    equal(answer.code, null);
    equal(answer.stale, true);
    equal(answer.values, ["present"]);
    equal(answer.scanned, [[["b/z", "z"]]]);
    equal((await run({ gets: ["a/x", "a/y", "b/z"] })).values, ["present", null, "z"]);
  },

  async "compares the first 24 bytes, or the whole when shorter"(run) {
    const long = "0123456789abcdef01234567 and more";
    await run({ puts: [["a/long", long], ["a/short", "short"], ["a/empty", ""]] });
    const stale = async (key, head) => (await run({ expects: [[key, head]], puts: [["a/other", "x"]] })).stale;
    equal(await stale("a/long", long.slice(0, 24)), false);
    equal(await stale("a/long", long.slice(0, 23)), true);
    equal(await stale("a/long", `${long.slice(0, 23)}X`), true);
    equal(await stale("a/short", "short"), false);
    equal(await stale("a/short", "shorter"), true);
    equal(await stale("a/short", ""), true);
    equal(await stale("a/missing", ""), false);
    equal(await stale("a/missing", "x"), true);
    equal(await stale("a/empty", "x"), true);
    equal(await stale("a/empty", ""), false);
  },

  async "writes a record that is expected to be absent only where it is"(run) {
    const write = (expected, more = {}) => {
      const puts = [[expected, "mine"], ["b/with", expected]];
      return run({ gets: ["a/new", "a/other"], expects: [[expected, ""]], puts, ...more });
    };
    await run({ puts: [["a/other", "other"], ["a/taken", "theirs"], ["a/empty", ""]] });
    const first = await write("a/new");
    equal([first.code, first.stale, first.values], [null, false, [null, "other"]]);
    const second = await write("a/new");
    equal([second.code, second.stale, second.values], [null, true, ["mine", "other"]]);
    equal((await write("a/taken")).stale, true);
    // It must have been absent before, too, where the transaction itself deletes it.
    equal((await write("a/taken", { deletes: ["a/taken"] })).stale, true);
    equal((await write("a/taken", { deletePrefixes: ["a/"] })).stale, true);
    equal((await run({ gets: ["a/taken", "b/with"] })).values, ["theirs", "a/new"]);
    // One of several that are expected to be absent is enough.
    const several = ["a/one", "a/taken", "a/two"];
    const both = await run({ expects: several.map((key) => [key, ""]), puts: several.map((key) => [key, "mine"]) });
    equal([both.code, both.stale], [null, true]);
    equal((await write("a/empty")).stale, false);
    equal((await run({ gets: ["a/empty", "b/with"] })).values, ["mine", "a/empty"]);
  },

  async "takes a folder's name as the expectation that there is nothing below it"(run) {
    await run({ puts: [["a/b/1", "1"]] });
    const stale = async (prefix) => {
      return (await run({ scans: [prefix], expects: [[prefix, ""]], puts: [["c/other", "x"]] })).stale;
    };
    equal(await stale("a/b/"), true);
    equal(await stale("a/nothing/"), false);
    await run({ deletes: ["a/b/1"] });
    equal(await stale("a/b/"), false);
  },

  async "lets one of two racing writers win"(run) {
    const attempt = (value) => run({ expects: [["a/race", ""]], puts: [["a/race", value], [`b/${value}`, value]] });
    const answers = await Promise.all(["1", "2", "3", "4"].map(attempt));
    equal(answers.filter(({ stale }) => !stale).length, 1);
    const [below] = (await run({ scans: ["b/"] })).scanned;
    equal(below.length, 1);
    equal((await run({ gets: ["a/race"] })).values, [below[0][1]]);
  },

  async "deletes keys, ignores missing ones, and writes after it deletes"(run) {
    await run({ puts: [["a/1", "1"], ["a/2", "2"], ["b/1", "1"]] });
    await run({ deletes: ["a/1", "a/missing"], deletePrefixes: ["b/", "nothing/"], puts: [["b/new", "new"]] });
    const answer = await run({ gets: ["a/1", "a/2", "b/1", "b/new"], scans: ["b/"] });
    equal(answer.values, [null, "2", null, "new"]);
    equal(answer.scanned[0].length, 1);
  },

  async "deletes below a prefix, not beside it"(run) {
    await run({ puts: [["a/b/1", "1"], ["a/b/c/2", "2"], ["a/bc/3", "3"], ["a/b-/4", "4"], ["a/b0", "5"]] });
    await run({ deletePrefixes: ["a/b/"] });
    equal((await run({ scans: ["a/"] })).scanned[0].map(([, value]) => value).sort(), ["3", "4", "5"]);
  },

  async "stores slices of blobs"(run) {
    const bytes = noise(3000);
    const blob = core.blobs.add(new Blob([bytes]));
    const put = (key, offset, size) => ({ key, blob, offset, size });
    equal((await run({ puts: [put("a/1", 0, 1000), put("a/2", 1000, 2000), put("a/3", 3000, 0)] })).code, null);
    const values = (await run({ gets: ["a/1", "a/2", "a/3"] }, (value) => value)).values;
    equal(values.map((value) => value.length), [1000, 2000, 0]);
    ok(bytes.every((byte, i) => byte === (i < 1000 ? values[0][i] : values[1][i - 1000])), "the bytes differ");
    core.blobs.release(blob);
  },

  async "writes nothing when a blob cannot be read"(run) {
    const released = core.blobs.add(new Blob(["x"]));
    core.blobs.release(released);
    const short = core.blobs.add(new Blob(["x"]));
    for (const blob of [released, short]) {
      const answer = await run({ puts: [["a/x", "x"], { key: "a/blob", blob, offset: 0, size: 5 }] });
      equal(answer.code, "INVALID_ARGUMENT");
    }
    equal((await run({ gets: ["a/x", "a/blob"] })).values, [null, null]);
  },

  async "takes a thousand records in one transaction"(run) {
    const puts = Array.from({ length: 1000 }, (_, i) => [`a/d${i % 7}/${i}`, `value ${i}`]);
    equal((await run({ puts })).code, null);
    const [all] = (await run({ scans: ["a/"] })).scanned;
    equal(all.length, 1000);
    ok(all.every(([key, value]) => value === `value ${key.split("/")[2]}`), "a value is under the wrong key");
  },

  async "keeps its own copy of what it is given"(run) {
    const bytes = utf8("before");
    const writing = run({ puts: [["a/x", bytes]], strict: false });
    await writing;
    bytes.fill(0);
    equal((await run({ gets: ["a/x"] })).values, ["before"]);
  },

  async "answers an empty transaction"(run) {
    equal(await run({}), { code: null, message: "", stale: false, values: [], scanned: [] });
  },
};

/** Runs one function of the contract on a fresh store. */
export async function runContract(name, inMemory, mount) {
  const { hubstashStore } = core;
  const store = await hubstashStore.open(mount, inMemory);
  try {
    await contract[name](async (parts, show = text) => {
      const answer = await hubstashStore.run(store, tx(parts));
      const scanned = answer.scanned.map((records) => records.map(({ key, value }) => [key, show(value)]));
      return { ...answer, values: answer.values.map(show), scanned };
    });
  } finally {
    hubstashStore.close(store);
  }
}
