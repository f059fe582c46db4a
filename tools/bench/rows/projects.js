// One project of 50 KB, and many of 2 KB, in a store that holds little else.
import { aheadOf, check, medianOf, ratio, row } from "../row.js";
import { takeTurns } from "../turns.js";

const BYTES = 50 * 1024;
const SMALL_BYTES = 2 * 1024;
const PEERS = ["localforage", "dexie", "pouchdb"];
const RAW = ["raw", "raw-relaxed", "raw-object"];
const ALL = ["hubstash", "hubstash-uncached", "hubstash-relaxed", ...RAW, ...PEERS, "idb-keyval", "idbfs", "opfs"];

export const PROJECT_ROWS = ["save", "save-again", "save-relaxed", "load", "load-memory"];

/** @param {import("../run.js").Context} context */
export async function projectRows({ setting, repeats, warmUps, progress }) {
  for (const name of ALL) await setting.tab(name);
  const { samples, errors } = await takeTurns({
    names: ALL,
    repeats: repeats(25),
    warmUps: warmUps(3),
    onRound: (round, rounds) => progress("50 KB projects", round / rounds),
    async step(name, round) {
      const tab = await setting.tab(name);
      const wanted = { index: round, bytes: BYTES };
      const { ms: save } = await tab.run("save", wanted);
      const { ms: saveAgain } = await tab.run("save", { kind: "again", index: 0, bytes: BYTES, version: round });
      const { ms: load } = await tab.run("load", wanted);
      const { ms: loadMemory } = await tab.run("loadAgain", wanted);
      return { save, saveAgain, load, loadMemory };
    },
  });
  const [save, again, load, memory] = ["save", "saveAgain", "load", "loadMemory"].map((key) => samples[key] ?? {});
  return [
    row({
      key: "save",
      title: "Save a 50 KB project, acknowledged",
      target: `<= 1.5 x raw; ahead of ${PEERS.join(", ")}`,
      samples: save,
      errors,
      checks: [check("to raw", ratio(save, "hubstash", "raw"), "<=", 1.5), ...aheadOf(save, PEERS)],
    }),
    row({
      key: "save-again",
      title: "Save it again under the same id",
      target: `<= 1.5 x raw; ahead of ${PEERS.join(", ")}`,
      samples: again,
      errors,
      checks: [check("to raw", ratio(again, "hubstash", "raw"), "<=", 1.5), ...aheadOf(again, PEERS)],
    }),
    row({
      key: "save-relaxed",
      title: "Save a 50 KB project, relaxed",
      target: "<= 1.5 x raw, relaxed",
      samples: pick(save, ["hubstash-relaxed", "raw-relaxed"]),
      errors,
      checks: [check("to raw-relaxed", ratio(save, "hubstash-relaxed", "raw-relaxed"), "<=", 1.5)],
    }),
    row({
      key: "load",
      title: "Load it, not in memory",
      target: "<= 1.5 x raw",
      samples: load,
      errors,
      checks: [check("to raw", ratio(load, "hubstash-uncached", "raw"), "<=", 1.5)],
    }),
    row({
      key: "load-memory",
      title: "Load it, in memory",
      target: "<= 0.3 x raw",
      samples: memory,
      errors,
      checks: [check("to raw", ratio(memory, "hubstash", "raw"), "<=", 0.3)],
    }),
  ];
}

const pick = (samples, names) => Object.fromEntries(names.map((name) => [name, samples[name] ?? []]));

export const MANY_ROWS = ["many"];

/** @param {import("../run.js").Context} context */
export async function manyRows({ setting, repeats, quick, progress }) {
  const count = quick ? 50 : 1000;
  // Without OPFS, where 1,000 files take ten seconds, and which was seen to hang in the fourth thousand.
  const names = ["hubstash", "raw", "raw-object", ...PEERS, "idb-keyval", "idbfs"];
  for (const name of names) await setting.tab(name);
  const { samples, errors } = await takeTurns({
    names,
    repeats: repeats(5),
    onRound: (round, rounds) => progress("many projects", round / rounds),
    async step(name, round) {
      const tab = await setting.tab(name);
      const wanted = { kind: "small", bytes: SMALL_BYTES };
      const { ms } = await tab.run("saveMany", { ...wanted, from: round * count, count });
      for (const index of [round * count, (round + 1) * count - 1]) await tab.run("load", { ...wanted, index });
      return { ms };
    },
  });
  const own = medianOf(samples.ms, "hubstash");
  return [
    row({
      key: "many",
      title: `saveMany of ${count.toLocaleString("en")} documents of 2 KB`,
      target: ">= 0.7 of the rate of raw's one transaction",
      samples: samples.ms,
      errors,
      checks: [check("of raw's rate", own && ratio(samples.ms, "raw", "hubstash"), ">=", 0.7)],
    }),
  ];
}
