#!/usr/bin/env node
// Fuzzes what reads foreign bytes, and the engine itself, with libFuzzer. Each target first tries its committed corpus
// (tests/fuzz/corpus/<target>), then makes new inputs from it.
//
//   npm run fuzz                                     every target for a minute
//   npm run fuzz -- --seconds 600 --target tree      one target for ten
//   npm run fuzz -- --target tree --input FILE       tries this one input again
//   npm run fuzz -- --target tree --keep             adds what the runs found to the committed corpus, minimised
//
// Inputs that lead further are kept in build/fuzz-found/<target>; what breaks something is left in build/fuzz-crashes.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.js";
import { keepFound, listTargets, runTarget, tryInput } from "./fuzz/run.js";

const OPTIONS = {
  seconds: { type: "string", default: "60" },
  seed: { type: "string", default: "0" }, // 0: another one each time.
  target: { type: "string" },
  input: { type: "string" },
  keep: { type: "boolean", default: false },
};

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const known = listTargets();
  if (values.target !== undefined && !known.includes(values.target)) {
    throw new Error(`No such target: ${values.target}. There are: ${known.join(", ")}.`);
  }
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds wants a whole number of at least 1.");
  if ((values.input !== undefined || values.keep) && values.target === undefined) throw new Error("Name a --target.");

  await build("fuzz");
  if (values.input !== undefined) return tryInput(values.target, resolve(values.input));
  if (values.keep) return keepFound(values.target);
  let ok = true;
  for (const target of values.target === undefined ? known : [values.target]) {
    const result = await runTarget(target, { seconds, seed: Number(values.seed), keep: true });
    ok &&= result.ok;
  }
  return ok;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`npm run fuzz: ${error.message}`);
  process.exitCode = 2;
}
