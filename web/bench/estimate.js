/** What a run will ask of the Hub, before it starts. Pure. Rather too high than too low: the cap must not surprise. */
import { formatBytes } from "../common/format.js";
import { CAP, RESERVE } from "./budget.js";
import { entryOf } from "./contenders/index.js";
import { loadsFor, settingsOf, takingPart } from "./matrix.js";
import { PROBES } from "./round-trip.js";
import { WARM_UPS } from "./settings.js";

/**
 * What each kind of step asks for, as the local Hub has seen it; a test holds the figures against it.
 * @typedef {object} Cost
 * @property {number} open opening for the first time, creating the dataset included
 * @property {{ project: number, pdf: number }} write with its commit
 * @property {number} read one that the Hub must answer
 * @property {boolean} readsHere whether warm reads need no Hub
 * @property {number} cold besides, for each thing and round
 * @property {import("./budget.js").Calls} cleanup
 * @property {import("./budget.js").Calls} fill with the removal
 */

/** @type {Record<string, Cost>} */
const COSTS = {
  dataset: {
    open: 5,
    write: { project: 2, pdf: 4 },
    read: 2,
    readsHere: false,
    cold: 9,
    cleanup: { requests: 6, commits: 2 },
    fill: { requests: 16, commits: 2 },
  },
  hubstash: {
    open: 4,
    write: { project: 2, pdf: 4 },
    read: 1,
    readsHere: true,
    cold: 7,
    cleanup: { requests: 4, commits: 1 },
    fill: { requests: 6, commits: 2 },
  },
  "huggingface-hub": {
    open: 2,
    write: { project: 2, pdf: 4 },
    read: 2,
    readsHere: false,
    cold: 0,
    cleanup: { requests: 3, commits: 1 },
    fill: { requests: 12, commits: 1 },
  },
};

/**
 * @typedef {object} Estimate
 * @property {number} requests
 * @property {number} commits
 * @property {number} bytes each way, over the network
 * @property {number} steps of all contenders
 * @property {boolean} overCap
 * @property {number} roundsThatFit
 */

/**
 * @param {import("./matrix.js").Selection} selection
 * @param {number} rounds
 * @param {number} pickedBytes of the picked PDF
 * @returns {Estimate}
 */
export function estimateFor(selection, rounds, pickedBytes) {
  const estimate = callsFor(selection, rounds, pickedBytes);
  let roundsThatFit = 0;
  const isOver = (/** @type {number} */ count) => exceeds(callsFor(selection, count, pickedBytes));
  while (roundsThatFit < rounds && !isOver(roundsThatFit + 1)) roundsThatFit += 1;
  return { ...estimate, overCap: exceeds(estimate), roundsThatFit };
}

/** @param {import("./budget.js").Calls & { last: import("./budget.js").Calls }} calls */
function exceeds({ requests, commits, last }) {
  // What the last cleaning up takes comes out of what is kept back for it, as far as that goes.
  const isOver = (/** @type {keyof import("./budget.js").Calls} */ what, /** @type {number} */ count) =>
    count > CAP[what] - Math.max(0, RESERVE[what] - last[what]);
  return isOver("requests", requests) || isOver("commits", commits);
}

/**
 * @param {import("./matrix.js").Selection} selection
 * @param {number} rounds
 * @param {number} pickedBytes
 */
function callsFor(selection, rounds, pickedBytes) {
  const loads = loadsFor(selection);
  const settings = settingsOf(selection);
  const entries = selection.contenders.map(entryOf);
  const all = { requests: 0, commits: 0, bytes: 0, steps: 0, last: { requests: 0, commits: 0 } };
  // The round trip, and whose token it is.
  if (entries.some(({ hub }) => hub)) all.requests += PROBES + 1;
  const turns = rounds + WARM_UPS;
  for (const setting of settings) {
    const cleanup = { requests: 0, commits: 0 };
    for (const { name, syncs } of takingPart(entries, setting, settings)) {
      all.steps += turns * loads.length * (syncs ? 3 : 2);
      const cost = COSTS[name];
      if (!cost) continue;
      const isCold = setting.temperature === "cold";
      const beside = setting.items > 0 ? cost.fill : { requests: 0, commits: 0 };
      all.requests += cost.open + beside.requests + cost.cleanup.requests;
      all.commits += beside.commits + cost.cleanup.commits;
      cleanup.requests += cost.cleanup.requests;
      cleanup.commits += cost.cleanup.commits;
      for (const { kind, bytes } of loads) {
        const read = cost.readsHere && !isCold ? 0 : cost.read;
        all.requests += turns * (cost.write[kind] + read + (isCold ? cost.cold : 0));
        all.commits += turns;
        all.bytes += turns * (bytes ?? pickedBytes);
      }
    }
    if (cleanup.commits > 0) all.last = cleanup;
  }
  return all;
}

/**
 * @param {Estimate} estimate
 * @param {number} rounds
 * @param {boolean} localHub
 * @returns {string}
 */
export function estimateWords({ requests, commits, bytes, steps }, rounds, localHub) {
  const head = `One warm-up and ${rounds} ${rounds === 1 ? "round" : "rounds"}, ${steps.toLocaleString("en")} steps`;
  if (commits === 0) return `${head}, nothing of it on the Hub.`;
  return (
    `${head}: about ${formatBytes(bytes)} each way, ${commits} commits and ${requests} requests on ` +
    `${localHub ? "the local Hub" : "the Hub"}. A run never makes more than ${CAP.commits} and ${CAP.requests}.`
  );
}

/**
 * @param {Estimate} estimate
 * @returns {string} why a run is refused
 */
export function overCapWords({ requests, commits, roundsThatFit }) {
  const advice =
    roundsThatFit > 0
      ? `With these choices, at most ${roundsThatFit} ${roundsThatFit === 1 ? "round fits" : "rounds fit"}.`
      : "Choose fewer stores, sizes or settings.";
  return (
    `This would take ${commits} commits and ${requests} requests; a run may make ${CAP.commits} and ${CAP.requests}, ` +
    `so that your own apps keep theirs. ${advice}`
  );
}
