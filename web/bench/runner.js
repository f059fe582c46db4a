/**
 * Runs the contenders against each other. No DOM, no clock and no network of its own: all come in as arguments, so that
 * the whole runs in Node with fakes.
 */
import { unlessAborted, within } from "./abort.js";
import { operationOf } from "./operations.js";
import { schedule } from "./schedule.js";

/**
 * @typedef {import("./operations.js").OperationKey} OperationKey
 * @typedef {import("./contenders/contender.js").Contender} Contender
 * @typedef {import("./workload.js").RoundData} RoundData
 * @typedef {import("./schedule.js").Step} Step
 */

/**
 * @typedef {object} RunResult
 * @property {Record<string, Record<OperationKey, number[]>>} samples ms, by contender and operation
 * @property {Record<string, number>} verified reads whose bytes were right, warm-ups included, by contender
 * @property {Record<string, import("./contenders/contender.js").Usage | null>} usage
 * @property {number} hiddenSteps measured steps during which the page was hidden
 * @property {string[]} leftovers what could not be cleaned up
 */

/**
 * @typedef {object} RunOptions
 * @property {Contender[]} contenders
 * @property {(round: number) => Promise<RoundData>} dataFor prepared before the clock starts
 * @property {number} rounds
 * @property {number} warmUps
 * @property {() => number} random
 * @property {() => number} now ms, monotonic
 * @property {(project: unknown) => Promise<string>} hashProject
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<string>} hashBytes
 * @property {(done: number, total: number, step: Step) => void} [onStep] before each step
 * @property {() => void} [onCleanup]
 * @property {() => boolean} [isHidden]
 * @property {AbortSignal} [signal]
 * @property {number} [cleanupMs] how long tidying one contender may take
 */

/** A step failed. `cause` is the contender's own error. */
export class StepError extends Error {
  /**
   * @param {string} contender
   * @param {OperationKey | "open"} operation
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
  const { contenders } = options;
  const result = emptyResult(contenders);
  /** @type {Contender[]} */
  const opened = [];
  try {
    for (const contender of contenders) {
      options.signal?.throwIfAborted();
      // Counted as opened at once: one that fails half-way may have left something to close.
      opened.push(contender);
      await attempt(contender.name, "open", unlessAborted(contender.open(), options.signal));
    }
    await runSteps(options, result);
    for (const contender of contenders) result.usage[contender.name] = await contender.usage();
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
  const { contenders, rounds, warmUps, random, signal } = options;
  const byName = new Map(contenders.map((one) => [one.name, one]));
  const steps = schedule([...byName.keys()], rounds, warmUps, random);
  /** @type {RoundData | null} */
  let data = null;
  let dataRound = -1;
  for (const [index, step] of steps.entries()) {
    signal?.throwIfAborted();
    if (data === null || step.round !== dataRound) {
      data = await options.dataFor(step.round);
      dataRound = step.round;
    }
    options.onStep?.(index, steps.length, step);
    const contender = /** @type {Contender} */ (byName.get(step.contender));
    const hiddenBefore = options.isHidden?.() ?? false;
    const ms = await attempt(step.contender, step.operation, measure(contender, step.operation, data, options));
    if (operationOf(step.operation).kind === "read") {
      result.verified[step.contender] = (result.verified[step.contender] ?? 0) + 1;
    }
    if (step.warmUp) continue;
    result.samples[step.contender]?.[step.operation].push(ms);
    if (hiddenBefore || options.isHidden?.()) result.hiddenSteps++;
  }
}

/**
 * Only the contender's own work lies between the two looks at the clock; hashing comes after.
 * @param {Contender} contender
 * @param {OperationKey} operation
 * @param {RoundData} data
 * @param {RunOptions} options
 * @returns {Promise<number>} ms
 */
async function measure(contender, operation, data, { now, signal, hashBytes, hashProject }) {
  const start = now();
  if (operation === "writePdf" || operation === "writeProject") {
    const isPdf = operation === "writePdf";
    await unlessAborted(isPdf ? contender.writePdf(data.pdf, signal) : contender.writeProject(data.project), signal);
    return now() - start;
  }
  if (operation === "readPdf") {
    const bytes = await unlessAborted(contender.readPdf(signal), signal);
    const ms = now() - start;
    mustBe(await hashBytes(bytes), data.pdfSha256, "the PDF");
    return ms;
  }
  const project = await unlessAborted(contender.readProject(), signal);
  const ms = now() - start;
  mustBe(await hashProject(project), data.projectSha256, "the project");
  return ms;
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
 * @param {OperationKey | "open"} operation
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

/**
 * @param {Contender[]} contenders
 * @returns {RunResult}
 */
function emptyResult(contenders) {
  /** @type {RunResult} */
  const result = { samples: {}, verified: {}, usage: {}, hiddenSteps: 0, leftovers: [] };
  for (const { name } of contenders) {
    result.samples[name] = { writePdf: [], readPdf: [], writeProject: [], readProject: [] };
    result.verified[name] = 0;
    result.usage[name] = null;
  }
  return result;
}
