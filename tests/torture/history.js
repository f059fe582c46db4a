// The dataset as git has it: every version of every item, read from the Hub's repository, and the files of a clone.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { documentContent, pdfContent } from "./journal.js";
import { deflate, markOfPdf } from "./pages/contents.js";

const run = promisify(execFile);
const ENV = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
/** The LFS filter is named on the command line: nothing of the machine's configuration is used. */
const LFS = ["smudge=git-lfs smudge -- %f", "process=git-lfs filter-process", "clean=git-lfs clean -- %f"].flatMap(
  (filter) => ["-c", `filter.lfs.${filter}`],
);
const OPTIONS = /** @type {const} */ ({ env: ENV, encoding: "buffer", maxBuffer: 1 << 30, timeout: 120_000 });
const git = async (folder, ...args) => (await run("git", [...LFS, "-C", folder, ...args], OPTIONS)).stdout;

/** @typedef {import("./journal.js").Content} Content */
/**
 * @typedef {object} Version
 * @property {number} commit its place in the history, from 0
 * @property {string} author the profile
 * @property {number} atMs of the commit, to the second
 * @property {Content | null} content null: deleted
 */

const FILE = /^(projects|pdfs)\/[0-9a-f]{2}\/(.+?)(\.json|\.json\.gz|\.pdf)$/;

/** @returns {{key: string, extension: string} | null} */
function itemOf(file) {
  const [, collection, name, extension] = FILE.exec(file) ?? [];
  return collection ? { key: `${collection}/${decodeURIComponent(name)}`, extension } : null;
}

/** @param {Buffer} bytes @param {string} extension @returns {Content | null} */
function contentOf(bytes, extension) {
  if (extension === ".pdf") {
    return pdfContent({ mark: markOfPdf(bytes), sha256: createHash("sha256").update(bytes).digest("hex") });
  }
  const text = extension === ".json.gz" ? gunzipSync(bytes) : bytes;
  return documentContent(deflate(JSON.parse(text.toString("utf8"))));
}

/** @param {Buffer} bytes of a regular file or of a pointer @param {(sha256: string) => string} lfsFile */
async function smudge(bytes, lfsFile) {
  const [, oid] = /^version https:\/\/git-lfs.*\noid sha256:([0-9a-f]{64})\n/.exec(bytes.toString("latin1")) ?? [];
  return oid ? readFile(lfsFile(oid)) : bytes;
}

/**
 * Every version of every item, in the order of the commits.
 * @param {{gitFolder: string, lfsFile: (sha256: string) => string}} hub
 * @returns {Promise<{chains: Map<string, Version[]>, commits: number, empty: string[]}>}
 */
export async function readHistory(hub) {
  const format = "--format=@%H %an %ct";
  const args = ["log", "--first-parent", "--reverse", "--raw", "-z", "--no-renames", "--no-abbrev", format, "main"];
  const fields = (await git(hub.gitFolder, ...args)).toString("utf8").split(/[\0\n]/).filter(Boolean);
  /** @type {Map<string, Version[]>} */
  const chains = new Map();
  const paths = new Map();
  const empty = [];
  let commit = -1;
  let head = { hash: "", author: "", atMs: 0, changes: 1 };
  for (let at = 0; at < fields.length; at += 1) {
    if (fields[at].startsWith("@")) {
      if (head.changes === 0) empty.push(head.hash);
      const [hash, author, seconds] = fields[at].slice(1).split(" ");
      head = { hash, author, atMs: Number(seconds) * 1000, changes: 0 };
      commit += 1;
      continue;
    }
    const [, , , oid, status] = fields[at].split(" ");
    const file = fields[(at += 1)];
    head.changes += 1;
    const item = itemOf(file);
    if (!item) continue;
    const present = paths.get(item.key) ?? new Map();
    paths.set(item.key, present);
    if (status === "D") present.delete(file);
    else present.set(file, await smudge(await git(hub.gitFolder, "cat-file", "blob", oid), hub.lfsFile));
    const chain = chains.get(item.key) ?? [];
    chains.set(item.key, chain);
    // A document that grows beyond a limit moves to another name: two changes of one commit are one version.
    if (chain.at(-1)?.commit === commit) chain.pop();
    const [[name, bytes] = []] = present;
    const content = name ? contentOf(bytes, itemOf(name).extension) : null;
    if (present.size > 1) content.damage = `is there as ${[...present.keys()].join(" and ")}`;
    chain.push({ commit, author: head.author, atMs: head.atMs, content });
  }
  return { chains, commits: commit + 1, empty };
}

/**
 * What a plain `git clone` with git-lfs gives.
 * @param {string} address @param {string} folder to clone into
 * @returns {Promise<Map<string, Content>>}
 */
export async function readClone(address, folder) {
  await git(".", "clone", "--quiet", address, folder);
  const contents = new Map();
  for (const file of (await git(folder, "ls-files", "-z")).toString("utf8").split("\0").filter(Boolean)) {
    const item = itemOf(file);
    if (item) contents.set(item.key, contentOf(await readFile(path.join(folder, file)), item.extension));
  }
  return contents;
}
