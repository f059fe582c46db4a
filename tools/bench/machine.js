// Where and with what a run was made.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../lib/toolchain.js";

const PACKAGES = ["@huggingface/hub", "dexie", "esbuild", "idb-keyval", "localforage", "pako", "pouchdb-browser"];

const describe = (folder) => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));

/** The load at the end of a run includes the run itself; far more than the cores means that others were at work. */
export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    load: loadavg().map((value) => Math.round(value * 100) / 100),
  };
}

/** @param {string} browser */
export function versions(browser) {
  const versionOf = (name) => describe(`node_modules/${name}`).version;
  return {
    hubstash: commit(),
    browser,
    node: process.version,
    ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}

/** The commit of the sources, marked when they differ from it; a package without git has its version alone. */
function commit() {
  const { version } = describe(".");
  try {
    const options = { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    const git = (...args) => execFileSync("git", args, options);
    const changed = git("status", "--porcelain", "--untracked-files=no").trim() !== "";
    return `${version} (${git("rev-parse", "--short=10", "HEAD").trim()}${changed ? ", changed" : ""})`;
  } catch {
    return version;
  }
}
