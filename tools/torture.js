#!/usr/bin/env node
// Real browsers against the real local Hub, with everything failing at random; see tests/torture.
//
//   npm run torture                            one minute, a new seed
//   npm run torture -- --seconds 600 --seed 7  longer; the seed decides the script, though not its timing
//   npm run torture -- --check <folder>        checks again what a failed run has left in build/torture
import { parseArgs } from "node:util";
import path from "node:path";
import { HubProcess } from "../tests/torture/hub-process.js";
import { Torture, checkFolder } from "../tests/torture/torture.js";
import { build } from "./build.js";
import { ROOT } from "./lib/toolchain.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    check: { type: "string" },
  },
});

async function checkAgain(folder) {
  const hub = new HubProcess(path.join(folder, "hub"));
  await hub.start();
  try {
    return await checkFolder(folder, hub);
  } finally {
    await hub.kill();
  }
}

if (values.check) {
  const { failures, checked } = await checkAgain(values.check);
  console.log(JSON.stringify(checked));
  for (const failure of failures) console.log(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} else {
  await build("wasm");
  const [seed, seconds] = [Number(values.seed), Number(values.seconds)];
  const folder = path.join(ROOT, "build/torture", String(seed));
  const { failures, report } = await new Torture({ seed, seconds, folder }).run();
  console.log(report);
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  if (failures.length > 0) {
    console.log(`journal: ${folder}/journal.jsonl\nagain: npm run torture -- --seed ${seed} --seconds ${seconds}`);
    process.exitCode = 1;
  }
}
