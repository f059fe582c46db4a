// The local Hub in a process of its own, so that its work is not this program's, and what its log says of a sync.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../lib/toolchain.js";

const TOKEN = "hf_bench";
const OWNER = "alice";

/**
 * @param {string} data folder
 */
export async function startHubProcess(data) {
  const args = [join(ROOT, "tools/hub/main.js"), "--data", data, "--token", `${TOKEN}:write:${OWNER}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the local Hub ended with ${code}`)));
  });
  const url = /^listening on (\S+)$/.exec(line)[1];

  const request = async (target, { method = "GET", body = undefined } = {}) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
    const answer = await fetch(new URL(target, url), { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };

  let datasets = 0;
  return {
    /** @returns {Promise<{ url: string, token: string, dataset: string }>} a new, empty, private dataset */
    async dataset() {
      const name = `bench-${(datasets += 1)}`;
      await request("/api/repos/create", {
        method: "POST",
        body: { type: "dataset", organization: OWNER, name, private: true },
      });
      return { url, token: TOKEN, dataset: `${OWNER}/${name}` };
    },
    /** @param {string} dataset @returns {Promise<number>} how many commits somebody made in it */
    async commits(dataset) {
      return (await request(`/api/datasets/${dataset}/commits/main`)).length;
    },
    /** @param {string} dataset @returns {Promise<{ path: string, size: number }[]>} all files, of up to 20 pages */
    async files(dataset) {
      const files = [];
      let target = `/api/datasets/${dataset}/tree/main?recursive=true`;
      for (let page = 0; page < 20 && target; page++) {
        const answer = await fetch(new URL(target, url), { headers: { Authorization: `Bearer ${TOKEN}` } });
        files.push(...(await answer.json()).filter(({ type }) => type === "file"));
        target = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1] ?? "";
      }
      return files;
    },
    forget: () => request("/__hub/log", { method: "DELETE" }),
    /** The requests since `forget()`, without the browser's own preflights. */
    log: async () => summary((await request("/__hub/log")).entries),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/**
 * The server's time is that in which it worked at any request at all: requests that overlap are not counted twice.
 * @param {{ method: string, path: string, status: number, startedMs: number, serverMs: number, sentBytes?: number }[]}
 *   entries
 * @returns {{ requests: number, sentBytes: number, preflights: number, serverMs: number, paths: string[] }}
 */
export function summary(entries) {
  let serverMs = 0;
  let until = -Infinity;
  for (const { startedMs, serverMs: lasted } of [...entries].sort((a, b) => a.startedMs - b.startedMs)) {
    const end = startedMs + lasted;
    serverMs += Math.max(0, end - Math.max(startedMs, until));
    until = Math.max(until, end);
  }
  const real = entries.filter(({ method }) => method !== "OPTIONS");
  return {
    requests: real.length,
    sentBytes: real.reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0),
    preflights: entries.length - real.length,
    serverMs,
    paths: real.map(({ method, path, status }) => `${method} ${path} ${status}`),
  };
}
