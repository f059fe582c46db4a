/**
 * A long-lived `git cat-file --batch-command`: starting git costs milliseconds, asking a running one costs a tenth of
 * one. Questions are written at once and answered in order.
 */
import { startGit } from "./run.js";

const IDLE_MS = 15_000;

/** More repositories than this are not kept open at once; the one that was asked longest ago goes first. */
const RUNNING_MAX = 16;

/** @type {Set<CatFile>} in the order in which they were asked last */
const running = new Set();

/**
 * @typedef {{oid: string, type: string, size: number, body?: Buffer}} GitObject
 */

/** Reads objects of one repository. The child starts with the first question and ends when nobody asked for a while. */
export class CatFile {
  #gitDir;
  #reader = null;
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

  /** Lets the child end once it has answered what it was asked; a later question starts a new one. */
  close() {
    clearTimeout(this.#idle);
    this.#reader?.end();
    this.#reader = null;
    running.delete(this);
  }

  #ask(command, name) {
    if (/[\n\0]/.test(name)) throw new Error("not an object name");
    if (!this.#reader || this.#reader.ended) this.#reader = new Reader(this.#gitDir);
    running.delete(this);
    running.add(this);
    if (running.size > RUNNING_MAX) running.values().next().value.close();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_MS);
    this.#idle.unref();
    return this.#reader.ask(command, name);
  }
}

/** One child with the questions that it was asked. */
class Reader {
  #child;
  #waiting = [];
  #chunks = [];
  #held = 0;
  ended = false;

  constructor(gitDir) {
    const child = startGit(gitDir, [`--git-dir=${gitDir}`, "cat-file", "--batch-command"]);
    this.#child = child;
    child.stdout.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      this.#answer();
    });
    child.stderr.resume();
    child.once("close", () => this.#fail(new Error("git cat-file ended")));
    child.once("error", (error) => this.#fail(error));
  }

  ask(command, name) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      this.#child.stdin.write(`${command} ${name}\n`);
    });
  }

  end() {
    this.#child.stdin.end();
  }

  #fail(error) {
    this.ended = true;
    for (const one of this.#waiting.splice(0)) one.reject(error);
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
  }

  #joined() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }
}
