/**
 * Runs the contenders against each other in one setting. No DOM, no clock and no network of its own: all come in as
 * arguments, so that the whole runs in Node with fakes.
 */
import { unlessAborted, within } from "./abort.js";
import { operationOf } from "./operations.js";

/**
 * @typedef {import("./operations.js").OperationKey} OperationKey
 * @typedef {import("./contenders/contender.js").Contender} Contender
 * @typedef {import("./workload.js").LoadData} LoadData
 * @typedef {import("./schedule.js").Step} Step
 *
 * @typedef {object} Seen what was watched during a step
 * @property {import("./blocking.js").Blocking | null} blocking
 * @property {import("./phases.js").StepNetwork | null} network null: it used none
 *
 * @typedef {{ contender: string, operation: OperationKey, load: string, ms: number } & Seen} Sample
 *
 * @typedef {object} RunResult
 * @property {Sample[]} samples warm-ups left out
 * @property {Record<string, number>} verified reads whose bytes were right, warm-ups included, by contender
 * @property {number} discarded samples taken while the page was hidden, and taken again
 * @property {number} dropped samples that could not be taken again often enough
 * @property {string[]} leftovers what could not be cleaned up
 */

/**
 * @typedef {object} RunOptions
 * @property {Contender[]} contenders
 * @property {Step[]} steps
 * @property {boolean} cold whether a contender is opened anew before each write and read
 * @property {(round: number, load: import("./matrix.js").Load, variant: string) => Promise<LoadData>} dataFor prepared
 *   before the clock starts; each variant has other bytes
 * @property {import("./contenders/storage.js").Item[]} fillers stored beside what is measured
 * @property {() => number} now ms, monotonic
 * @property {(project: unknown) => Promise<string>} hashProject
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<string>} hashBytes
 * @property {() => () => Promise<Seen>} [watch] begins with the step; what it gives is called when the step has ended
 * @property {Pick<import("./visibility.js").Visibility, "watch" | "untilVisible" | "isHidden">} [visibility]
 * @property {() => void} [onWait] the page is hidden
 * @property {(index: number, step: Step) => void} [onStep] before each step
 * @property {(step: Step, ms: number) => void} [onStepEnd] `ms`: all that the step took
 * @property {(contender: Contender) => void} [onFill]
 * @property {() => void} [onCleanup]
 * @property {AbortSignal} [signal]
 * @property {number} [cleanupMs] how long tidying one contender may take
 */

/** How often a sample is taken again that was taken while the page was hidden. */
export const REPEATS = 3;

/** A step failed. `cause` is the contender's own error. */
export class StepError extends Error {
  /**
   * @param {string} contender
   * @param {OperationKey | "open" | "fill"} operation
   * @param {unknown} cause
   */
  constructor(contender, operation, cause) {
    super(`${contender}: ${operation} failed`, { cause });
    this.name = "StepError";
    this.contender = contender;
    this.operation = operation;
  }
}

/**
 * @param {RunOptions} options
 * @returns {Promise<RunResult>} an error has `leftovers`, as a result has
 */
export async function runBenchmark(options) {
  const { contenders, signal, fillers } = options;
  /** @type {RunResult} */
  const result = { samples: [], verified: {}, discarded: 0, dropped: 0, leftovers: [] };
  for (const { name } of contenders) result.verified[name] = 0;
  /** @type {Contender[]} */
  const opened = [];
  try {
    for (const contender of contenders) {
      signal?.throwIfAborted();
      // Counted as opened at once: one that fails half-way may have left something to close.
      opened.push(contender);
      await attempt(contender.name, "open", unlessAborted(contender.open(), signal));
      if (fillers.length === 0) continue;
      options.onFill?.(contender);
      await attempt(contender.name, "fill", unlessAborted(contender.fill(fillers), signal));
    }
    await runSteps(options, result);
  } catch (error) {
    // The list is filled below, before the caller sees the error.
    throw error instanceof Error ? Object.assign(error, { leftovers: result.leftovers }) : error;
  } finally {
    options.onCleanup?.();
    for (const contender of opened) await tidy(contender, options.cleanupMs ?? 30_000, result.leftovers);
  }
  return result;
}

/**
 * @param {RunOptions} options
 * @param {RunResult} result
 */
async function runSteps(options, result) {
  const byName = new Map(options.contenders.map((one) => [one.name, one]));
  /** What each has written last. @type {Map<string, LoadData>} */
  const written = new Map();
  for (const [index, step] of options.steps.entries()) {
    options.signal?.throwIfAborted();
    options.onStep?.(index, step);
    const began = options.now();
    const contender = /** @type {Contender} */ (byName.get(step.contender));
    const sample = await sampleOf(contender, step, written, options, result);
    if (sample && !step.warmUp) result.samples.push(sample);
    options.onStepEnd?.(step, options.now() - began);
  }
}

/**
 * Takes a sample, again where the page was hidden meanwhile.
 * @param {Contender} contender
 * @param {Step} step
 * @param {Map<string, LoadData>} written
 * @param {RunOptions} options
 * @param {RunResult} result
 * @returns {Promise<Sample | null>}
 */
async function sampleOf(contender, step, written, options, result) {
  const { visibility, signal, cold } = options;
  const { kind } = operationOf(step.operation);
  for (let tried = 0; tried <= REPEATS; tried++) {
    if (visibility?.isHidden) {
      options.onWait?.();
      await visibility.untilVisible(signal);
    }
    if (kind === "write") {
      // The Hub asks for no upload of bytes that it has, from whomever, so no write there repeats another's.
      const variant = `${contender.uploads ? contender.name : ""} ${tried > 0 ? tried : ""}`.trim();
      written.set(contender.name, await options.dataFor(step.round, step.load, variant));
    }
    const data = /** @type {LoadData} */ (written.get(contender.name));
    // What is to be sent lies on this device only, so nothing is forgotten before that.
    if (cold && kind !== "sync") await attempt(contender.name, "open", unlessAborted(contender.reopen(kind), signal));
    const stayedVisible = visibility?.watch();
    const work = measure(contender, step.operation, data, options);
    const { ms, seen } = await attempt(step.contender, step.operation, work);
    if (kind === "read") result.verified[contender.name] = (result.verified[contender.name] ?? 0) + 1;
    if (!stayedVisible || stayedVisible()) {
      return { contender: contender.name, operation: step.operation, load: step.load.key, ms, ...seen };
    }
    if (step.warmUp) return null;
    result.discarded += 1;
  }
  result.dropped += 1;
  return null;
}

/**
 * Only the contender's own work lies between the two looks at the clock; hashing comes after.
 * @param {Contender} contender
 * @param {OperationKey} operation
 * @param {LoadData} data
 * @param {RunOptions} options
 * @returns {Promise<{ ms: number, seen: Seen }>}
 */
async function measure(contender, operation, data, { now, signal, hashBytes, hashProject, watch }) {
  const work = {
    writePdf: () => contender.writePdf(data.pdf, signal),
    readPdf: () => contender.readPdf(signal),
    syncPdf: () => contender.sync(),
    writeProject: () => contender.writeProject(data.project),
    readProject: () => contender.readProject(),
    syncProject: () => contender.sync(),
  }[operation];
  const finish = watch?.();
  const start = now();
  /** @type {unknown} */
  const value = await unlessAborted(/** @type {Promise<unknown>} */ (work()), signal);
  const ms = now() - start;
  const seen = (await finish?.()) ?? { blocking: null, network: null };
  if (operation === "readPdf") {
    mustBe(await hashBytes(/** @type {Uint8Array<ArrayBuffer>} */ (value)), data.sha256, "the PDF");
  }
  if (operation === "readProject") mustBe(await hashProject(value), data.sha256, "the project");
  return { ms, seen };
}

/**
 * @param {string} actual
 * @param {string} expected
 * @param {string} what
 */
function mustBe(actual, expected, what) {
  if (actual !== expected) {
    const hashes = `SHA-256 ${actual.slice(0, 12)}… instead of ${expected.slice(0, 12)}…`;
    throw new Error(`${what} that was read differs from what was written (${hashes})`);
  }
}

/**
 * @template T
 * @param {string} contender
 * @param {OperationKey | "open" | "fill"} operation
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function attempt(contender, operation, work) {
  try {
    return await work;
  } catch (error) {
    throw new StepError(contender, operation, error);
  }
}

/**
 * Removes what the contender wrote and closes it. A failure here must hide neither the result nor the first error.
 * @param {Contender} contender
 * @param {number} ms
 * @param {string[]} leftovers
 */
async function tidy(contender, ms, leftovers) {
  try {
    await within(contender.cleanup(), ms);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    leftovers.push(`${contender.label}: ${contender.leaves} could not be removed (${why}).`);
  }
  // One that cannot be closed has nothing more to lose: its files are gone or listed above.
  await within(contender.close(), ms).catch(() => {});
}
