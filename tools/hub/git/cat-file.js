/**
 * A long-lived `git cat-file --batch-command`: starting git costs milliseconds, asking a running one costs a tenth of
 * one. Questions are written at once and answered in order.
 */
import { startGit } from "./run.js";

const IDLE_MS = 15_000;

/**
 * @typedef {{oid: string, type: string, size: number, body?: Buffer}} GitObject
 */

/** Reads objects of one repository. The child starts with the first question and ends when nobody asked for a while. */
export class CatFile {
  #gitDir;
  #child = null;
  #waiting = [];
  #chunks = [];
  #held = 0;
  #idle = null;

  /** @param {string} gitDir */
  constructor(gitDir) {
    this.#gitDir = gitDir;
  }

  /**
   * @param {string} name an object name or expression; never free text, because a line break would be a second question
   * @returns {Promise<GitObject|null>}
   */
  info(name) {
    return this.#ask("info", name);
  }

  /**
   * @param {string} name
   * @returns {Promise<GitObject|null>} with its `body`
   */
  contents(name) {
    return this.#ask("contents", name);
  }

  /** Ends the child; a later question starts a new one. */
  close() {
    clearTimeout(this.#idle);
    this.#child?.stdin.end();
    this.#child?.kill("SIGTERM");
    this.#child = null;
  }

  #ask(command, name) {
    if (/[\n\0]/.test(name)) throw new Error("not an object name");
    if (!this.#child) this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      this.#child.stdin.write(`${command} ${name}\n`);
    });
  }

  #start() {
    const child = startGit(this.#gitDir, [`--git-dir=${this.#gitDir}`, "cat-file", "--batch-command"]);
    this.#child = child;
    this.#chunks = [];
    this.#held = 0;
    child.stdout.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      this.#answer();
    });
    child.stderr.resume();
    const ended = (error) => {
      if (this.#child === child) this.#child = null;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const one of waiting) one.reject(error instanceof Error ? error : new Error("git cat-file ended"));
    };
    child.once("close", ended);
    child.once("error", ended);
  }

  /** Settles every question whose answer has arrived whole. */
  #answer() {
    while (this.#waiting.length > 0 && this.#held > 0) {
      const { command, resolve } = this.#waiting[0];
      const wanted = this.#waiting[0].needs ?? 0;
      // A body of many megabytes arrives in many pieces; joining them for each piece would cost quadratic time.
      if (this.#held < wanted) return;
      const bytes = this.#joined();
      const end = bytes.indexOf(10);
      if (end === -1) return;
      const [oid, type, size] = bytes.toString("utf8", 0, end).split(" ");
      let used = end + 1;
      if (size === undefined || !/^\d+$/.test(size)) {
        resolve(null);
      } else if (command === "info") {
        resolve({ oid, type, size: Number(size) });
      } else {
        used += Number(size) + 1;
        if (bytes.length < used) {
          this.#waiting[0].needs = used;
          return;
        }
        resolve({ oid, type, size: Number(size), body: bytes.subarray(end + 1, used - 1) });
      }
      this.#waiting.shift();
      this.#chunks = [bytes.subarray(used)];
      this.#held = bytes.length - used;
    }
    if (this.#waiting.length === 0) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.close(), IDLE_MS);
      this.#idle.unref();
    }
  }

  #joined() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }
}
