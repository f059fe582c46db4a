// What the scenarios of several tabs look at: the Hub's log, the dataset's history, and the lease in the database.
import { ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { DATASET, TOKEN } from "../api/support.js";

const run = promisify(execFile);
const isCommit = ({ method, path }) => method === "POST" && path.includes("/commit/");

/** Pairs of commits that were under way at the same time. */
export async function overlaps(remote) {
  const commits = (await remote.requests()).filter(isCommit).sort((a, b) => a.startedMs - b.startedMs);
  return commits.slice(1).filter(({ startedMs }, i) => startedMs < commits[i].startedMs + commits[i].sentMs);
}

export const commitStatuses = async (remote) =>
  (await remote.requests()).filter(isCommit).map(({ status }) => status);

/** How often each file of a collection was written or deleted in the dataset's history, by its name. */
export async function timesCommitted(remote, collection = "projects") {
  const folder = await mkdtemp(path.join(tmpdir(), "hubstash-clone-"));
  try {
    const header = `http.extraHeader=Authorization: Bearer ${TOKEN}`;
    await run("git", ["-c", header, "clone", "-q", "--bare", `${remote.url}/datasets/${DATASET}`, folder]);
    const { stdout } = await run("git", ["-C", folder, "log", "--format=", "--name-only", "--no-renames"]);
    const counts = {};
    for (const line of stdout.split("\n").filter((line) => line.startsWith(`${collection}/`))) {
      const name = path.basename(line, ".json");
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves when the fault has struck: the request that it meets is on its way. */
export async function struck(remote, { ids: [id] }) {
  for (let i = 0; i < 600; i++) {
    const { rules } = await remote.request("/__hub/faults");
    if (rules.find((rule) => rule.id === id)?.fired > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  ok(false, "the fault has struck");
}

/** The lease as the database of the page's store has it: {owner, fence, until}. */
export const readLease = (page) =>
  page.evaluate(async () => {
    const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith("/hubstash/"));
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const entry = await new Promise((resolve) => {
      const getting = database.transaction("FILE_DATA").objectStore("FILE_DATA").get(`${name}/sync/lease`);
      getting.onsuccess = () => resolve(getting.result);
    });
    database.close();
    const bytes = entry.contents.subarray(24); // After the record's head; docs/FORMATS.md has the fields.
    const owner = new TextDecoder().decode(bytes.subarray(1, 17));
    let at = 17;
    let fence = 0;
    for (let shift = 0; ; shift += 7) {
      fence |= (bytes[at] & 127) << shift;
      if (bytes[at++] < 128) break;
    }
    const until = Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true));
    return { owner, fence, until };
  });

/** Makes every page that is loaded in `page` from now on one of a browser without Web Locks. */
export const withoutLocks = (page) =>
  page.evaluateOnNewDocument(() => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }));
