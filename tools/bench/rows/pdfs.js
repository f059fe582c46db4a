// Large PDFs: time, whether the page can answer meanwhile, and what stays in the module's memory.
import { median } from "../../../web/bench/stats.js";
import { check, factorText, ratio, row } from "../row.js";
import { takeTurns } from "../turns.js";

const NAMES = ["hubstash", "raw", "raw-blob", "localforage", "dexie", "pouchdb", "opfs"];
const TASK_MS = 16;

export const PDF_ROWS = ["pdf-10", "pdf-40"];

/** @param {import("../run.js").Context} context */
export async function pdfRows({ wants, ...context }) {
  const { quick } = context;
  const rows = [];
  if (wants("pdf-10")) rows.push(await rowOf(context, "pdf-10", quick ? 1 : 10, 7));
  if (wants("pdf-40")) rows.push(await rowOf(context, "pdf-40", quick ? 4 : 40, 4));
  return rows;
}

async function rowOf({ setting, repeats, quick, progress }, key, megabytes, times) {
  const bytes = megabytes * 1_000_000;
  for (const name of NAMES) await setting.tab(name);
  const own = await setting.tab("hubstash");
  const heapBefore = await own.wasmHeap();
  const { samples, errors } = await takeTurns({
    names: NAMES,
    repeats: repeats(times),
    onRound: (round, rounds) => progress(`PDFs of ${megabytes} MB`, round / rounds),
    async step(name, round) {
      const tab = await setting.tab(name);
      const wanted = { index: round, bytes };
      const { ms: save } = await tab.run("savePdf", wanted);
      const { ms: load } = await tab.run("loadPdf", wanted);
      return { save, load };
    },
  });
  const heapAfter = await own.wasmHeap();
  progress(`PDFs of ${megabytes} MB: is the page free?`, 0);
  const gaps = await gapsOf(setting, quick ? 1 : 5, bytes);
  const both = Object.fromEntries(
    ["save", "load"].flatMap((call) =>
      Object.entries(samples[call] ?? {}).map(([name, list]) => [`${name}: ${call}`, list])),
  );
  return row({
    key,
    title: `Save and load a PDF of ${megabytes} MB`,
    target: "<= 1.3 x raw; no task on the page over 16 ms; the wasm heap does not grow",
    samples: both,
    errors,
    checks: [
      check("save, to raw", ratio(samples.save, "hubstash", "raw"), "<=", 1.3),
      check("load, to raw", ratio(samples.load, "hubstash", "raw"), "<=", 1.3),
      check("longest task, save", gaps.save, "<=", TASK_MS, "ms"),
      check("longest task, load", gaps.load, "<=", TASK_MS, "ms"),
      check("growth of the wasm heap", heapAfter - heapBefore, "<=", 0, "bytes"),
    ],
    notes: [
      `Longest task: median of the longest gaps between turns of the event loop; an idle page had ` +
        `${gaps.idle.toFixed(1)} ms, raw's saving ${gaps.rawSave.toFixed(1)} ms, its loading ` +
        `${gaps.rawLoad.toFixed(1)} ms.`,
      `Against Blobs in IndexedDB: save ${factorText(ratio(samples.save, "hubstash", "raw-blob"))}, load ` +
        `${factorText(ratio(samples.load, "hubstash", "raw-blob"))}.`,
      `The wasm heap has ${(heapAfter / 1e6).toFixed(1)} MB.`,
    ],
  });
}

async function gapsOf(setting, repeats, bytes) {
  const lists = { save: [], load: [], rawSave: [], rawLoad: [], idle: [] };
  const [own, raw] = [await setting.tab("hubstash"), await setting.tab("raw")];
  const gap = async (tab, args) => (await tab.run("pdfGap", { bytes, ...args })).longestMs;
  for (let index = 0; index < repeats; index++) {
    const wanted = { index: 100 + index };
    lists.idle.push((await own.run("idleGap", { ms: 500 })).longestMs);
    lists.save.push(await gap(own, { ...wanted, call: "save" }));
    lists.load.push(await gap(own, { ...wanted, call: "load" }));
    lists.rawSave.push(await gap(raw, { ...wanted, call: "save" }));
    lists.rawLoad.push(await gap(raw, { ...wanted, call: "load" }));
  }
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, median(list)]));
}
