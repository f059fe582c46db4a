/** The only place that starts git. Every child is known here, so that closing the Hub leaves none behind. */
import { spawn } from "node:child_process";

/** @type {Map<import("node:child_process").ChildProcess, string>} each with the repository that it works on */
const children = new Map();

/**
 * Nothing of the developer's own git configuration may change what the Hub stores, and nothing of a caller's
 * environment may redirect git to another repository.
 */
const ENV = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

/**
 * @param {string} gitDir
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {import("node:child_process").ChildProcessWithoutNullStreams}
 */
export function startGit(gitDir, args, env = {}) {
  const child = spawn("git", args, { env: { ...ENV, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  children.set(child, gitDir);
  child.once("close", () => children.delete(child));
  child.once("error", () => children.delete(child));
  // A child that died early must not take the process with it through a broken pipe; its exit code tells the story.
  child.stdin.on("error", () => {});
  return child;
}

/**
 * Runs git to its end.
 * @param {string} gitDir
 * @param {string[]} args
 * @param {Buffer|Buffer[]} [input]
 * @returns {Promise<Buffer>} what it printed; rejects when it fails
 */
export function git(gitDir, args, input = []) {
  return new Promise((resolve, reject) => {
    const child = startGit(gitDir, [`--git-dir=${gitDir}`, ...args]);
    const out = [];
    const err = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new Error(`git ${args[0]} failed (${code}): ${Buffer.concat(err).toString().trim()}`));
    });
    for (const chunk of Array.isArray(input) ? input : [input]) child.stdin.write(chunk);
    child.stdin.end();
  });
}

/** Ends the children that work below a folder; they are idle readers, or answer somebody who has gone. */
export function endChildren(folder) {
  for (const [child, gitDir] of children) if (gitDir.startsWith(folder)) child.kill("SIGTERM");
}
