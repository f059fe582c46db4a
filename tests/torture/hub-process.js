// The local Hub as a process of its own, which can be killed and started again at the same addresses.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { repository } from "../browser/harness/emscripten.js";
import { endProcess, within } from "../browser/harness/patience.js";

const PATIENCE_MS = 30_000;
const MAIN = path.join(repository, "tools/hub/main.js");
export const DATASET = "team/notes";
/** Two people of one organisation: the history says by its authors which profile made a commit. */
export const TOKENS = { ann: "hf_ann", ben: "hf_ben" };

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

export class HubProcess {
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  /** @type {string[]} Chosen before the first start, since later ones must have the same. */
  #ports = [];
  /** @type {Map<string, number>} Strikes by kind of fault, of rules that are gone. */
  faultsMet = new Map();
  restarts = 0;

  /** @param {string} data */
  constructor(data) {
    this.data = data;
    process.once("exit", () => this.#child?.kill("SIGKILL"));
  }

  get gitFolder() {
    return path.join(this.data, "datasets", ...DATASET.split("/"), "git");
  }
  /** @param {string} sha256 of an object that the Hub stores */
  lfsFile = (sha256) => {
    return path.join(this.data, "datasets", DATASET, "lfs", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };

  async start() {
    if (this.#ports.length === 0) this.#ports = [await freePort(), await freePort()];
    const [port, cdnPort] = this.#ports;
    const tokens = Object.entries(TOKENS).flatMap(([user, token]) => ["--token", `${token}:write:${user}`]);
    const args = ["--data", this.data, "--port", port, "--cdn-port", cdnPort, "--org", "team"];
    const child = spawn(process.execPath, [MAIN, ...args, ...tokens], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    const line = await within(PATIENCE_MS, "the Hub's start", Promise.race([
      new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
      new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`the Hub ended with ${code}`)))),
    ]));
    this.url = /^listening on (\S+)$/.exec(line)[1];
  }

  /** Ends it at once, in the middle of whatever it does. */
  async kill() {
    const child = this.#child;
    this.#child = null;
    if (child) await endProcess(child);
  }

  async restart(downMs) {
    await this.kill();
    await sleep(downMs);
    await this.start();
    this.restarts += 1;
  }

  async request(target, { method = "GET", body } = {}) {
    const headers = { Authorization: `Bearer ${TOKENS.ann}`, "Content-Type": "application/json" };
    const request = { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(new URL(target, this.url), request);
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status}`);
    return answer.json();
  }

  createDataset() {
    const [organization, name] = DATASET.split("/");
    return this.request("/api/repos/create", {
      method: "POST",
      body: { type: "dataset", organization, name, private: true },
    });
  }

  /** Counts what the present rules have done, and puts others in their place. @param {object[]} rules */
  async setFaults(rules) {
    if (!this.#child) return;
    for (const { id, fired } of (await this.request("/__hub/faults")).rules) {
      const kind = id.split("#")[0];
      if (fired > 0) this.faultsMet.set(kind, (this.faultsMet.get(kind) ?? 0) + fired);
    }
    await this.request("/__hub/faults", { method: "PUT", body: rules });
  }
}
