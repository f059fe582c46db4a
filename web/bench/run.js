/** One run from settings to report: prepares the data, lets the runner measure each setting, adds the facts. */
import { accountName } from "../common/account.js";
import { watchBlocking } from "./blocking.js";
import { Budget } from "./budget.js";
import { LIBRARY_DATABASE, datasetFor, entryOf } from "./contenders/index.js";
import { benchmarkId } from "./environment.js";
import { environmentFacts } from "./facts.js";
import { databaseNames, removeNewDatabases, removeOldDatabases } from "./leftovers.js";
import { loadLibrary } from "./libraries.js";
import { loadsFor, settingWords, settingsOf, takingPart } from "./matrix.js";
import { Network } from "./network.js";
import { stepNetwork } from "./phases.js";
import { Progress } from "./progress.js";
import { seededRandom } from "./random.js";
import { buildReport } from "./report.js";
import { measureRoundTrip } from "./round-trip.js";
import { runBenchmark } from "./runner.js";
import { schedule } from "./schedule.js";
import { WARM_UPS, isLocal } from "./settings.js";
import { Visibility } from "./visibility.js";
import { fillerItems, gzipRatio, hashBytes, hashProject, workload } from "./workload.js";

/**
 * @typedef {object} RunRequest
 * @property {import("./matrix.js").Selection} selection
 * @property {import("./settings.js").Settings} settings `dataset` is filled in when it was empty
 * @property {{ name: string, bytes: Uint8Array<ArrayBuffer> }} pdf
 * @property {import("./contenders/hubstash.js").OpenStore} openStore
 * @property {Record<string, string>} versions
 * @property {(done: number, total: number, text: string, announcement: string) => void} onProgress
 * @property {AbortController} stop
 */

/**
 * @param {RunRequest} request
 * @returns {Promise<import("./report.js").Report>}
 */
export async function run(request) {
  if (!globalThis.isSecureContext) {
    throw new Error("The browser hashes and stores only on https:// pages and on 127.0.0.1. Open the page there.");
  }
  const { onProgress, stop } = request;
  onProgress(0, 1, "Preparing", "Preparing");
  const runId = crypto.randomUUID();
  const budget = new Budget();
  budget.onRefusal = (error) => stop.abort(error);
  const network = new Network(runId, budget);
  const visibility = new Visibility(document);
  try {
    return await measure(request, runId, network, visibility);
  } finally {
    visibility.close();
    network.close();
  }
}

/**
 * @param {RunRequest} request
 * @param {string} runId
 * @param {Network} network
 * @param {Visibility} visibility
 */
async function measure(request, runId, network, visibility) {
  const { selection, settings, pdf, openStore, versions, onProgress } = request;
  const { signal } = request.stop;
  const entries = selection.contenders.map(entryOf);
  const onHub = entries.some(({ hub }) => hub);
  if (onHub && settings.dataset === "") {
    settings.dataset = `${await accountName(settings.hubUrl, settings.token, signal, network.fetch)}/hubstash-bench`;
  }
  const roundTrip = onHub ? await measureRoundTrip(settings.hubUrl, network.fetch, signal) : null;
  await removeOldDatabases(LIBRARY_DATABASE);
  const before = await databaseNames();
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  const id = benchmarkId();
  const loads = loadsFor(selection);
  const dataFor = workload({ pdf: pdf.bytes, id, run: runId, seed });
  const facts = {
    started: new Date().toISOString(),
    hubUrl: settings.hubUrl,
    localHub: isLocal(settings.hubUrl),
    dataset: settings.dataset,
    pdf: { name: pdf.name, size: pdf.bytes.length, gzipRatio: await gzipRatio(pdf.bytes) },
    rounds: settings.rounds,
    warmUps: WARM_UPS,
    seed,
    selection,
    versions,
    ...(await environmentFacts()),
  };

  const blocks = planOf(entries, loads, settingsOf(selection), settings.rounds, seededRandom(seed));
  const progress = new Progress(blocks, settings.rounds, onProgress);
  const workerUrl = new URL(`metered-worker.js?run=${runId}`, document.baseURI).href;
  const results = [];
  try {
    for (const [index, block] of blocks.entries()) {
      const { setting, contenders, steps } = block;
      const made = await makeContenders(contenders, entries, settings, {
        openStore, id, workerUrl,
        database: `${LIBRARY_DATABASE}${runId.slice(0, 8)}-${index}`,
        durability: setting.durability,
        fetch: network.fetch,
      });
      const result = await runBenchmark({
        contenders: made,
        steps,
        cold: setting.temperature === "cold",
        dataFor,
        fillers: setting.items === 0 ? [] : fillerItems(id, setting.items, seed),
        now: () => performance.now(),
        hashBytes,
        hashProject,
        watch: () => watchStep(network),
        visibility,
        signal,
        onStep: (done, step) => progress.step(done, step),
        onWait: () => progress.words("Waiting until this tab is in front again"),
        onStepEnd: (step, ms) => progress.stepEnd(step, ms),
        onFill: (contender) => progress.words(`Storing ${setting.items} items: ${contender.label}`),
        onCleanup: () => {
          network.cleaning = true;
          progress.words("Removing what was written");
        },
      });
      network.cleaning = false;
      progress.blockEnd();
      results.push({ setting, contenders, result });
    }
  } finally {
    await removeNewDatabases(before);
  }
  return buildReport({ results, loads, roundTrip, calls: network.used, facts });
}

/**
 * @param {readonly import("./contenders/index.js").Entry[]} block those of this setting
 * @param {readonly import("./contenders/index.js").Entry[]} all of the run
 * @param {import("./settings.js").Settings} settings
 * @param {Omit<import("./contenders/index.js").Target, "hubUrl" | "token" | "createDataset" | "dataset">} target
 */
async function makeContenders(block, all, { hubUrl, token, createDataset, dataset }, target) {
  const made = [];
  for (const entry of block) {
    const own = datasetFor(dataset, entry.name, all);
    made.push(await entry.make({ ...target, hubUrl, token, createDataset, dataset: own }, loadLibrary));
  }
  return made;
}

/**
 * @param {import("./contenders/index.js").Entry[]} entries
 * @param {import("./matrix.js").Load[]} loads
 * @param {import("./matrix.js").Setting[]} settings
 * @param {number} rounds
 * @param {() => number} random
 */
function planOf(entries, loads, settings, rounds, random) {
  return settings
    .map((setting) => ({ setting, contenders: takingPart(entries, setting, settings) }))
    .filter(({ contenders }) => contenders.length > 0)
    .map(({ setting, contenders }) => ({
      setting,
      name: settings.length > 1 ? settingWords(setting) : "",
      contenders,
      steps: schedule({ contenders, loads, rounds, warmUps: WARM_UPS }, random),
    }));
}

/** @param {Network} network @returns {() => Promise<import("./runner.js").Seen>} */
function watchStep(network) {
  network.begin();
  const endBlocking = watchBlocking();
  return async () => {
    const blocking = endBlocking();
    const exchanges = await network.end();
    return { blocking, network: exchanges.length > 0 ? stepNetwork(exchanges) : null };
  };
}
