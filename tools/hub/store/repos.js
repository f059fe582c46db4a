/**
 * The repos on disk. One folder holds all of a repo: `repo.json` (name and visibility), `git` (a bare repository) and
 * `lfs` (its objects). Folders are lower-case, as names are matched without regard to case. A folder appears and
 * disappears by one rename, so a crash leaves a whole repo or none.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { MODE_FILE, addObject, encodeCommit, encodeTree } from "../git/objects.js";
import { DEFAULT_ATTRIBUTES } from "../git/patterns.js";
import { Repository } from "../git/repository.js";
import { git } from "../git/run.js";
import { LfsStore } from "../lfs/store.js";

const SEGMENT = /^(?=.{1,96}$)(?!.*(--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/;

/** @param {string} name one part of `ns/name` */
export const isName = (name) => typeof name === "string" && SEGMENT.test(name) && !/\.git$/i.test(name);

/** A dataset repo. */
export class Repo {
  /**
   * @param {string} dir
   * @param {{id: string, ns: string, name: string, private: boolean, createdAt: string}} facts
   */
  constructor(dir, facts) {
    this.dir = dir;
    this.ns = facts.ns;
    this.name = facts.name;
    this.facts = facts;
    this.git = new Repository(join(dir, "git"));
    this.lfs = new LfsStore(join(dir, "lfs"));
  }

  get id() {
    return `${this.ns}/${this.name}`;
  }

  get private() {
    return this.facts.private;
  }

  /** @param {boolean} value */
  setPrivate(value) {
    this.facts = { ...this.facts, private: value };
    writeFacts(this.dir, this.facts);
  }
}

/** All repos, found by name. */
export class Repos {
  #dir;
  #tmp;
  #byKey = new Map();
  #changing = new Set(); // Names of those that are being made or removed; nobody else may take them meanwhile.

  /** @param {string} dataDir */
  constructor(dataDir) {
    this.#dir = join(dataDir, "datasets");
    this.#tmp = join(dataDir, "tmp");
    // What a killed Hub left half-made is worth nothing.
    rmSync(this.#tmp, { recursive: true, force: true });
    mkdirSync(this.#tmp, { recursive: true });
    mkdirSync(this.#dir, { recursive: true });
    for (const ns of readdirSync(this.#dir)) {
      for (const name of readdirSync(join(this.#dir, ns))) this.#load(join(this.#dir, ns, name));
    }
  }

  /** A fresh name for a file or folder on the same disk as the repos. */
  temporary() {
    return join(this.#tmp, randomBytes(12).toString("hex"));
  }

  /** @returns {Repo|undefined} */
  find(ns, name) {
    return this.#byKey.get(`${ns}/${name}`.toLowerCase());
  }

  /** Whether the repo was not removed since it was found. @param {Repo} repo */
  holds(repo) {
    return this.find(repo.ns, repo.name) === repo;
  }

  /** Whether a repo of that name is just being made or removed. */
  isChanging(ns, name) {
    return this.#changing.has(`${ns}/${name}`.toLowerCase());
  }

  /** @returns {Repo[]} */
  all() {
    return [...this.#byKey.values()];
  }

  /**
   * Makes a repo with its first commit, so that `main` has a head from the start.
   * @param {{ns: string, name: string, private: boolean, author: string}} wish
   * @returns {Promise<Repo|null>} `null` when the name is taken
   */
  async create({ ns, name, private: hidden, author }) {
    const key = `${ns}/${name}`.toLowerCase();
    if (this.#byKey.has(key) || this.#changing.has(key)) return null;
    this.#changing.add(key);
    try {
      const making = this.temporary();
      const facts = {
        id: randomBytes(12).toString("hex"),
        ns,
        name,
        private: hidden,
        createdAt: new Date().toISOString(),
      };
      await mkdir(join(making, "lfs"), { recursive: true });
      await git(join(making, "git"), ["init", "--quiet", "--bare", "--initial-branch=main", "--template="]);
      await git(join(making, "git"), ["config", "gc.auto", "0"]);
      await firstCommit(join(making, "git"), author);
      writeFacts(making, facts);
      const dir = join(this.#dir, ...key.split("/"));
      await mkdir(join(dir, ".."), { recursive: true });
      await rename(making, dir);
      return this.#load(dir);
    } finally {
      this.#changing.delete(key);
    }
  }

  /** @param {Repo} repo */
  async remove(repo) {
    const key = repo.id.toLowerCase();
    repo.git.close();
    this.#byKey.delete(key);
    this.#changing.add(key);
    const doomed = this.temporary();
    await rename(repo.dir, doomed).finally(() => this.#changing.delete(key));
    await rm(doomed, { recursive: true, force: true });
  }

  close() {
    for (const repo of this.all()) repo.git.close();
  }

  #load(dir) {
    removeLocks(join(dir, "git"));
    const repo = new Repo(dir, JSON.parse(readFileSync(join(dir, "repo.json"), "utf8")));
    this.#byKey.set(repo.id.toLowerCase(), repo);
    return repo;
  }
}

/** A git that was killed leaves the lock of the ref that it was moving, which would refuse every later commit. */
function removeLocks(gitDir) {
  for (const name of readdirSync(join(gitDir, "refs"), { recursive: true })) {
    if (name.endsWith(".lock")) rmSync(join(gitDir, "refs", name), { force: true });
  }
}

function writeFacts(dir, facts) {
  const file = join(dir, "repo.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

async function firstCommit(gitDir, author) {
  const repository = new Repository(gitDir);
  const objects = new Map();
  const attributes = addObject(objects, "blob", Buffer.from(DEFAULT_ATTRIBUTES));
  const tree = addObject(objects, "tree", encodeTree([{ mode: MODE_FILE, name: ".gitattributes", oid: attributes }]));
  const seconds = Math.floor(Date.now() / 1000);
  const commit = encodeCommit({ tree, parents: [], author, message: "initial commit", seconds });
  const head = addObject(objects, "commit", commit);
  await repository.write(objects);
  await repository.moveRef("refs/heads/main", head, null);
  repository.close();
}
