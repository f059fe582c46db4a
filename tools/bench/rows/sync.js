// Sending to the local Hub, beside the official client; and what a sync costs when little or nothing has changed.
import { check, medianOf, ratio, row } from "../row.js";
import { takeTurns } from "../turns.js";
import { FILL_TIMEOUT_MS } from "../browser.js";
import { contender } from "../contenders.js";

const NAMES = ["hubstash", "huggingface-hub"];
const PDF_BYTES = 2_000_000;
/** Enough for a listing of that many items, without making the Hub's git the thing that is measured. */
const SMALL_BYTES = 200;
const TASK_MS = 16;

export const SYNC_ROWS = ["sync-many", "sync-pdfs", "sync-nothing", "sync-change"];

/** @param {import("../run.js").Context} context */
export async function syncRows({ wants, ...context }) {
  const rows = [];
  if (wants("sync-many")) rows.push(await manyRow(context));
  if (wants("sync-pdfs")) rows.push(await pdfsRow(context));
  if (wants("sync-nothing") || wants("sync-change")) rows.push(...(await quietRows(context)));
  return rows;
}

/**
 * Stages the same in both, each time for a new dataset, and syncs.
 * @param {object} stage what page/main.js stages
 * @param {number} files that the dataset has to have in the end
 */
async function send({ setting, repeats, progress }, { title, stage, files, times, gaps = false }) {
  const hub = await setting.hub();
  const facts = { commits: {}, paths: {} };
  const tabOf = (name) => setting.tab(`${name}@sync`, { open: false });
  const prepare = async (name) => {
    const tab = await tabOf(name);
    await tab.load();
    const target = await hub.dataset();
    // The name of the store is that of the dataset, so that it is a new one.
    const database = target.dataset.split("/")[1];
    await tab.run("open", { ...contender(name).given, database, hub: target });
    await tab.run("stage", stage);
    await hub.forget();
    return { tab, target };
  };
  const { samples, errors } = await takeTurns({
    names: NAMES,
    repeats: repeats(times),
    onRound: (round, rounds) => progress(title, round / rounds),
    async step(name) {
      const { tab, target } = await prepare(name);
      const commitsBefore = await hub.commits(target.dataset);
      await hub.forget();
      const { ms } = await tab.run("sync");
      const { requests, serverMs, paths } = await hub.log();
      facts.paths[name] = counted(paths);
      facts.commits[name] = (await hub.commits(target.dataset)) - commitsBefore;
      await mustHold(hub, target.dataset, files);
      await tab.run("close");
      return { ms, requests, outside: Math.max(0, ms - serverMs), server: serverMs };
    },
  });
  if (!gaps || errors.hubstash !== undefined) return { samples, errors, facts, gap: null };
  const { tab } = await prepare("hubstash");
  const gap = (await tab.run("syncGap")).longestMs;
  await tab.run("close");
  return { samples, errors, facts, gap };
}

/** What was sent is there: that many files of the app's, whatever the library calls them. */
async function mustHold(hub, dataset, files) {
  const found = (await hub.files(dataset)).filter(({ path }) => /\.(json|pdf)(\.gz)?$/.test(path) &&
    !path.split("/").some((part) => part.startsWith(".")));
  if (found.length !== files) throw new Error(`the dataset has ${found.length} files, not ${files}`);
}

/** The requests of one run, those of one kind counted. */
function counted(paths) {
  const kinds = new Map();
  for (const path of paths) {
    const kind = path.replace(/bench-\d+/g, "D").replace(/[0-9a-f]{40,64}/g, "ID").replace(/\?.*(?= \d+$)/, "");
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `${count} x ${kind}`).join(", ");
}

async function manyRow(context) {
  const count = context.quick ? 20 : 1000;
  const { samples, errors, facts, gap } = await send(context, {
    title: "sync of many projects",
    stage: { items: { kind: "small", from: 0, count, bytes: 2 * 1024 } },
    files: count,
    times: 4,
    gaps: true,
  });
  return row({
    key: "sync-many",
    title: `Sync ${count.toLocaleString("en")} new projects of 2 KB`,
    target: "one commit; <= 5 requests; no slower than @huggingface/hub, and <= 0.5 x its time outside the server",
    samples: samples.ms,
    errors,
    checks: [
      check("commits", facts.commits.hubstash, "<=", 1, ""),
      check("requests", medianOf(samples.requests, "hubstash"), "<=", 5, ""),
      check("to @huggingface/hub, in all", ratio(samples.ms, "hubstash", "huggingface-hub"), "<=", 1),
      check("outside the server", ratio(samples.outside, "hubstash", "huggingface-hub"), "<=", 0.5),
      check("longest task on the page", gap, "<=", TASK_MS, "ms"),
    ],
    notes: [...notesOf(samples), ...requestNotes(facts)],
  });
}

function notesOf(samples) {
  return NAMES.map((name) => {
    const [server, outside, requests] = ["server", "outside", "requests"].map((key) => medianOf(samples[key], name));
    return `${name}: ${server?.toFixed(0) ?? "-"} ms in the server, ${outside?.toFixed(0) ?? "-"} ms outside it, ` +
      `${requests ?? "-"} requests.`;
  });
}

const requestNotes = ({ paths }) => Object.entries(paths).map(([name, text]) => `${name} sent ${text}.`);

async function pdfsRow(context) {
  const count = context.quick ? 2 : 10;
  const bytes = context.quick ? 200_000 : PDF_BYTES;
  const { samples, errors, facts } = await send(context, {
    title: "sync of PDFs",
    stage: { pdfs: { from: 0, count, bytes } },
    files: count,
    times: 3,
  });
  return row({
    key: "sync-pdfs",
    title: `Sync ${count} PDFs of ${bytes / 1e6} MB`,
    target: "<= 0.9 x @huggingface/hub (basic LFS)",
    samples: samples.ms,
    errors,
    checks: [check("to @huggingface/hub", ratio(samples.ms, "hubstash", "huggingface-hub"), "<=", 0.9)],
    notes: [...notesOf(samples), ...requestNotes(facts)],
  });
}

async function quietRows({ setting, items, repeats, progress }) {
  const hub = await setting.hub();
  const target = await hub.dataset();
  const given = { ...contender("hubstash").given, hub: target };
  const wanted = { kind: "small", bytes: SMALL_BYTES };
  const here = await setting.tab("hubstash@here", { open: false });
  const there = await setting.tab("hubstash@there", { open: false });
  progress(`sending ${items} items to the Hub`, 0);
  await here.run("open", given);
  await here.run("fill", { ...wanted, from: 0, count: items }, FILL_TIMEOUT_MS);
  await here.run("sync", {}, FILL_TIMEOUT_MS);
  await there.run("open", given);
  await there.run("sync", {}, FILL_TIMEOUT_MS);
  // What the other device has comes from the Hub, and is compared.
  for (const index of [0, items - 1]) await there.run("load", { ...wanted, index });

  const syncOf = async (tab) => {
    await hub.forget();
    const { ms } = await tab.run("sync");
    const { requests, paths } = await hub.log();
    return { ms, requests, paths };
  };
  let change = 0;
  const last = { nothing: [], change: [] };
  const { samples, errors } = await takeTurns({
    names: ["hubstash"],
    repeats: repeats(5),
    onRound: (round, rounds) => progress("sync of little", round / rounds),
    async step() {
      const nothing = await syncOf(here);
      change += 1;
      await there.run("save", { ...wanted, index: 0, version: change });
      await there.run("sync");
      const changed = await syncOf(here);
      await here.run("load", { ...wanted, index: 0, version: change });
      Object.assign(last, { nothing: nothing.paths, change: changed.paths });
      return {
        nothing: nothing.ms, nothingRequests: nothing.requests, change: changed.ms, changeRequests: changed.requests,
      };
    },
  });
  await setting.drop("hubstash@here");
  await setting.drop("hubstash@there");
  const rowOf = (key, title, most) =>
    row({
      key: `sync-${key}`,
      title,
      target: `<= ${most} request${most === 1 ? "" : "s"}`,
      samples: samples[key],
      errors,
      checks: [check("requests", medianOf(samples[`${key}Requests`], "hubstash"), "<=", most, "")],
      notes: [`The last one sent ${counted(last[key])}.`],
    });
  const stored = `${items.toLocaleString("en")} items stored`;
  return [
    rowOf("nothing", `Sync when nothing changed, ${stored}`, 1),
    rowOf("change", `Sync of one remote change, ${stored}`, 5),
  ];
}
