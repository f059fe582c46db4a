// Makes the machine ready and the package built. Both are quick when nothing is to be done.
import { exec } from "../lib/exec.js";
import { ROOT } from "../lib/toolchain.js";
import { say } from "./say.js";

export async function prepare() {
  say("Preparing (the first time installs and compiles what is missing, which takes minutes) …");
  await run("tools/setup", []);
  await run(process.execPath, ["tools/build.js"]);
  await run(process.execPath, ["tools/start/bundle-libraries.js"]);
}

/** Their own words are shown as they come. */
async function run(command, args) {
  const { ok } = await exec(command, args, { cwd: ROOT });
  const name = [command === process.execPath ? "node" : command, ...args].join(" ");
  if (!ok) throw new Error(`${name} failed; see above.`);
}
