/** One run from settings to report: prepares the data, lets the runner measure, adds the facts. */
import { accountName } from "./account.js";
import { createContenders } from "./contenders/index.js";
import { benchmarkId, clockStep } from "./environment.js";
import { operationOf } from "./operations.js";
import { seededRandom } from "./random.js";
import { buildReport } from "./report.js";
import { runBenchmark } from "./runner.js";
import { WARM_UPS, isLocal } from "./settings.js";
import { gzipRatio, hashBytes, hashProject, makeProject, workload } from "./workload.js";

/**
 * @typedef {object} RunRequest
 * @property {import("./contenders/index.js").ContenderName[]} names
 * @property {import("./settings.js").Settings} settings `dataset` is filled in when it was empty
 * @property {{ name: string, bytes: Uint8Array<ArrayBuffer> }} pdf
 * @property {import("./contenders/hubstash.js").OpenStore} openStore
 * @property {(done: number, total: number, text: string, announcement: string) => void} onProgress
 * @property {AbortSignal} signal
 */

/**
 * @param {RunRequest} request
 * @returns {Promise<import("./report.js").Report>}
 */
export async function run({ names, settings, pdf, openStore, onProgress, signal }) {
  if (!globalThis.isSecureContext) {
    throw new Error("The browser hashes and stores only on https:// pages and on 127.0.0.1. Open the page there.");
  }
  onProgress(0, 1, "Preparing", "Preparing");
  if (names.includes("dataset") && settings.dataset === "") {
    settings.dataset = `${await accountName(settings.hubUrl, settings.token, signal)}/hubstash-bench`;
  }
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  const runId = crypto.randomUUID();
  const id = benchmarkId();
  const contenders = createContenders(names, { ...settings, openStore, id });
  const facts = {
    started: new Date().toISOString(),
    hubUrl: settings.hubUrl,
    localHub: isLocal(settings.hubUrl),
    dataset: settings.dataset,
    pdf: { name: pdf.name, size: pdf.bytes.length, gzipRatio: await gzipRatio(pdf.bytes) },
    projectSize: new TextEncoder().encode(JSON.stringify(makeProject(runId, 0, seed))).length,
    rounds: settings.rounds,
    warmUps: WARM_UPS,
    seed,
    clockStepMs: clockStep(),
    crossOriginIsolated: globalThis.crossOriginIsolated,
    userAgent: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
  };

  let wasHidden = false;
  const noteHidden = () => (wasHidden ||= document.visibilityState === "hidden");
  document.addEventListener("visibilitychange", noteHidden);
  try {
    const result = await runBenchmark({
      contenders,
      dataFor: workload({ pdf: pdf.bytes, id, run: runId, seed }),
      rounds: settings.rounds,
      warmUps: WARM_UPS,
      random: seededRandom(seed),
      now: () => performance.now(),
      hashBytes,
      hashProject,
      signal,
      onStep: (done, total, step) => {
        const label = contenders.find((one) => one.name === step.contender)?.label ?? step.contender;
        const round = step.warmUp ? "Warm-up" : `Round ${step.round - WARM_UPS + 1} of ${settings.rounds}`;
        onProgress(done, total, `${round}: ${operationOf(step.operation).label}, ${label}`, round);
      },
      onCleanup: () => onProgress(1, 1, "Removing what was written", "Removing what was written"),
      // True from the moment that the page is hidden until a step has been told of it.
      isHidden: () => {
        const hidden = wasHidden || document.visibilityState === "hidden";
        wasHidden = false;
        return hidden;
      },
    });
    return buildReport(result, contenders, facts);
  } finally {
    document.removeEventListener("visibilitychange", noteHidden);
  }
}
