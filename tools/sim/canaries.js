// Planted bugs: the checker must notice each of them, or it proves nothing. They are done to the engine's effects by
// the simulated host (tests/sim/canary.h), never in the engine.
import { runSeeds } from "./run.js";

/** By number: the invariant that each of the first ten breaks (tests/sim/checker.h). */
const CANARIES = [
  "answers transactions that it never carries out",
  "forgets rows of the outbox",
  "sends commits without their parent",
  "sends commits twice",
  "clears what is pending",
  "keeps blobs for ever",
  "shows a device an old head",
  "forgets the budget",
  "answers calls twice",
  "damages what is loaded",
  "forgets claims of commits",
];
const MOST_SEEDS = 500;

/** The number of a planted bug as it was typed; 0 is none. */
export function canaryNumber(text) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= CANARIES.length) return number;
  throw new Error(`--plant ${text}: there are 1 to ${CANARIES.length} (npm run sim -- --canary names them).`);
}

/** @returns {Promise<{ canary: number, noticed: boolean }[]>} */
export async function canaries() {
  const results = [];
  for (const [index, about] of CANARIES.entries()) {
    const canary = index + 1;
    const { violations } = await runSeeds({ preset: "native", firstSeed: 1n, seeds: MOST_SEEDS, canary });
    const hit = violations.find((violation) => violation.invariant === canary) ?? violations[0];
    const noticed = hit !== undefined;
    const how = noticed ? `at seed ${hit.seed}, by invariant ${hit.invariant}: ${hit.what}` : `${MOST_SEEDS} seeds`;
    console.log(`canary ${canary} (${about}): ${noticed ? "noticed" : "NOT NOTICED"} ${how}`);
    results.push({ canary, noticed });
  }
  return results;
}
