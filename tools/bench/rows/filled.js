// A store with 10,000 projects: what each call costs there, opening it, and the memory of doing so.
import { setTimeout as sleep } from "node:timers/promises";
import { FILL_TIMEOUT_MS } from "../browser.js";
import { contender } from "../contenders.js";
import { aheadOf, check, factorText, medianOf, ratio, row } from "../row.js";
import { takeTurns } from "../turns.js";

const BYTES = 50_000;
const FULL = ["hubstash", "raw", "dexie", "pouchdb", "idbfs"];
/** After this a browser that has just started is at rest. */
const SETTLED_MS = 1000;

export const FILLED_ROWS = ["full", "list", "open", "memory"];
const full = (name) => `${name}@full`;

/** @param {import("../run.js").Context} context */
export async function filledRows(context) {
  const { setting, items, wants, progress, quick } = context;
  const fills = {};
  for (const [index, name] of FULL.entries()) {
    progress(`filling ${name} with ${items} projects`, index / FULL.length);
    const tab = await setting.tab(full(name));
    fills[name] = (await tab.run("fill", { from: 0, count: items, bytes: BYTES }, FILL_TIMEOUT_MS)).ms;
  }
  const filledNote = `Filling took ${FULL.map((name) => `${name} ${(fills[name] / 1000).toFixed(1)} s`).join(", ")}.`;
  // First what goes through a page that has just filled; then those pages are left, and come back cold.
  const rows = wants("full") || wants("list") ? await warmRows(context) : [];
  if (wants("open") || wants("memory")) {
    for (const name of FULL) await (await setting.tab(full(name))).leave();
    if (wants("open")) rows.push(await openRow(context, quick ? 0 : SETTLED_MS));
    if (wants("memory")) rows.push(await memoryRow(context));
  }
  for (const name of [...FULL.map(full), "hubstash@empty", "raw@empty", "empty"]) await setting.drop(name);
  rows[0]?.notes.push(filledNote);
  return rows;
}

async function warmRows({ setting, items, repeats, warmUps, progress }) {
  const names = ["hubstash@full", "hubstash@empty", "raw@full", "raw@empty"];
  for (const name of names) await setting.tab(name);
  // What the empty store has just saved would else be loaded from memory.
  await reopen(setting, "hubstash-uncached");
  const step = async (name, round) => {
    const tab = await setting.tab(name);
    const wanted = { index: items + round, bytes: BYTES };
    const { ms: save } = await tab.run("save", wanted);
    // What was saved first, so that it lies in no cache of the last writes; the empty store has just this round's.
    const old = name.endsWith("@full") ? { index: (round * 331) % items, bytes: BYTES } : wanted;
    const { ms: load } = await tab.run("load", old);
    return { save, load };
  };
  const times = repeats(25);
  const discarded = warmUps(3);
  const onRound = (round, rounds) => progress("calls on a full store", round / rounds);
  const { samples, errors } = await takeTurns({ names, repeats: times, warmUps: discarded, step, onRound });
  const calls = row({
    key: "full",
    title: `Save, load 50 KB with ${items.toLocaleString("en")} items (${(items * BYTES) / 1e6} MB) stored`,
    target: "<= 1.1 x its own figure on an empty store",
    samples: Object.fromEntries(
      ["save", "load"].flatMap((call) =>
        Object.entries(samples[call] ?? {}).map(([name, list]) => [`${name}: ${call}`, list])),
    ),
    errors,
    checks: ["save", "load"].map((call) =>
      check(`${call}, to empty`, ratio(samples[call], "hubstash@full", "hubstash@empty"), "<=", 1.1)),
    notes: [
      `raw itself: save ${factorText(ratio(samples.save, "raw@full", "raw@empty"))}, load ` +
        `${factorText(ratio(samples.load, "raw@full", "raw@empty"))} of its empty store's.`,
    ],
  });
  await reopen(setting, "hubstash");
  return [calls, await listRow({ setting, items, repeats, progress }, times + discarded)];
}

/** hubstash's two stores, opened as that contender has it. */
async function reopen(setting, name) {
  for (const place of ["hubstash@full", "hubstash@empty"]) {
    const tab = await setting.tab(place);
    await tab.run("close");
    await tab.run("open", contender(name).given);
  }
}

async function listRow({ setting, items, repeats, progress }, saved) {
  const { samples, errors } = await takeTurns({
    names: FULL,
    repeats: repeats(9),
    warmUps: 0,
    onRound: (round, rounds) => progress("lists", round / rounds),
    async step(name) {
      const more = name === "hubstash" || name === "raw" ? saved : 0;
      return (await setting.tab(full(name))).run("list", { count: items + more });
    },
  });
  return row({
    key: "list",
    title: `List ${items.toLocaleString("en")} items, once open`,
    target: "ahead of dexie; <= 30 ms",
    samples: samples.ms,
    errors,
    checks: [
      ...aheadOf(samples.ms, ["dexie"]),
      check("median", medianOf(samples.ms, "hubstash"), "<=", 30, "ms"),
    ],
    notes: [
      "hubstash lists ids with size, date and state; the others their keys alone. It keeps the list in memory until " +
        `something changes; its first list, read from the database, took ${firstMs(samples.ms?.hubstash)}.`,
    ],
  });
}

/** @param {number[]} [samples] */
const firstMs = (samples) => (samples?.length ? `${samples[0].toFixed(0)} ms` : "no time that was measured");

async function openRow({ setting, items, repeats, warmUps, progress }, settledMs) {
  const { samples, errors } = await takeTurns({
    names: FULL,
    repeats: repeats(5),
    // The first visits let the browser cache the compiled module.
    warmUps: warmUps(2),
    onRound: (round, rounds) => progress("opening", round / rounds),
    async step(name, round) {
      await setting.relaunch();
      await (await setting.emptyTab()).wakeStorage();
      const tab = await setting.tab(full(name), { open: false });
      await sleep(settledMs);
      const given = contender(name).given;
      return tab.run("openAndLoad", { given, index: (round * 457) % items, bytes: BYTES });
    },
  });
  return row({
    key: "open",
    title: `Open to first load, ${items.toLocaleString("en")} items stored, compiled wasm cached`,
    target: "<= 2.5 x raw's open + get; ahead of pouchdb and idbfs",
    samples: samples.ms,
    errors,
    checks: [
      check("to raw", ratio(samples.ms, "hubstash", "raw"), "<=", 2.5),
      ...aheadOf(samples.ms, ["pouchdb", "idbfs"]),
    ],
    notes: [
      "The browser is started anew for each sample. From the call of open, with the library's own JavaScript loaded, " +
        "to one project in the page's hands.",
    ],
  });
}

async function memoryRow({ setting, items, repeats, progress }) {
  const empty = await setting.emptyTab();
  const { samples, errors } = await takeTurns({
    names: FULL,
    repeats: repeats(3),
    warmUps: 0,
    onRound: (round, rounds) => progress("memory", round / rounds),
    async step(name, round) {
      const tab = await setting.tab(full(name));
      await tab.load();
      await tab.run("openAndLoad", { given: contender(name).given, index: round % items, bytes: BYTES });
      const [bytes, without] = [await tab.memory(), await empty.memory()];
      const wasm = name === "hubstash" ? await tab.wasmHeap() : 0;
      await tab.leave();
      return { above: (bytes - without) / 1e6, wasm: wasm / 1e6 };
    },
  });
  const [told, wasm] = [samples.above, samples.wasm].map((figures) => medianOf(figures, "hubstash"));
  return row({
    key: "memory",
    title: `Memory of page and worker after open, ${items.toLocaleString("en")} items stored, above an empty page`,
    target: "<= 16 MB",
    samples: samples.above,
    errors,
    unit: "MB",
    checks: [
      check("as the browser counts", told, "<=", 16, "MB"),
      check("and the wasm memory", told === null || wasm === null ? null : told + wasm, "<=", 16, "MB"),
    ],
    notes: ["Chromium's figure leaves out the wasm memory; here all of that is added, touched or not."],
  });
}
