// Makes the machine ready and the package built. Both are quick when nothing is to be done.
import { exec } from "../lib/exec.js";
import { ROOT } from "../lib/toolchain.js";
import { say } from "./say.js";

export async function prepare() {
  say("Preparing (the first time installs and compiles what is missing, which takes minutes) …");
  const { ok } = await exec("tools/setup", [], { cwd: ROOT });
  if (!ok) throw new Error("tools/setup failed; see above.");
  // Loaded late: before the set-up the bundler may not have been installed.
  await (await import("../build.js")).build();
  await (await import("./bundle-libraries.js")).bundleLibraries();
}
