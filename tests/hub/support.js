/** What the tests of the local Hub share: a Hub on a folder of its own, and short ways to speak its protocol. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHub } from "../../tools/hub/server.js";

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
export const gitBlobId = (bytes) =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(bytes)}\0`)
    .update(bytes)
    .digest("hex");
export const bytesOf = (size) => randomBytes(size);

/** A folder that is gone when the test is. */
export async function temporaryFolder(t) {
  const dir = await mkdtemp(join(tmpdir(), "hub-test-"));
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

/** A running Hub, closed when the test ends. */
export async function withHub(t, options = {}) {
  const data = options.data ?? (await temporaryFolder(t));
  const hub = await startHub({ ...options, data });
  t.after(() => hub.close());
  return new Caller(hub.url, hub);
}

/** Speaks to one Hub with one token. */
export class Caller {
  constructor(url, hub, token = "hf_test") {
    this.url = url;
    this.hub = hub;
    this.token = token;
  }

  as(token) {
    return new Caller(this.url, this.hub, token);
  }

  fetch(path, { headers = {}, ...init } = {}) {
    const auth = this.token === null ? {} : { Authorization: `Bearer ${this.token}` };
    return fetch(new URL(path, this.url), { redirect: "manual", ...init, headers: { ...auth, ...headers } });
  }

  async json(path, init) {
    const answer = await this.fetch(path, init);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  post(path, body, init = {}) {
    const headers = { "Content-Type": "application/json", ...init.headers };
    return this.json(path, { method: "POST", ...init, headers, body: JSON.stringify(body) });
  }

  create(name, more = {}) {
    const [organization, bare] = name.split("/");
    return this.post("/api/repos/create", { type: "dataset", name: bare, organization, ...more });
  }

  commit(repo, operations, { rev = "main", query = "", ...header } = {}) {
    const lines = [{ key: "header", value: { summary: "a change", ...header } }, ...operations];
    return this.json(`/api/datasets/${repo}/commit/${rev}${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: lines.map((line) => JSON.stringify(line)).join("\n"),
    });
  }

  async head(repo) {
    return (await this.json(`/api/datasets/${repo}/revision/main?expand=sha`)).body.sha;
  }

  batch(repo, objects, operation = "upload", more = {}) {
    return this.post(
      `/datasets/${repo}.git/info/lfs/objects/batch`,
      { operation, transfers: ["basic"], objects, ...more },
      {
        headers: { "Content-Type": "application/vnd.git-lfs+json", Accept: "application/vnd.git-lfs+json" },
      },
    );
  }

  /** Uploads to the LFS store and returns the line that a commit refers to it with. */
  async upload(repo, path, bytes) {
    const object = { oid: sha256(bytes), size: bytes.length };
    const { body } = await this.batch(repo, [object]);
    const href = body.objects[0].actions?.upload.href;
    if (href) await fetch(href, { method: "PUT", body: bytes });
    return { key: "lfsFile", value: { path, algo: "sha256", ...object } };
  }
}

export const file = (path, content) => ({ key: "file", value: { path, content } });
export const file64 = (path, bytes) => ({
  key: "file",
  value: { path, content: bytes.toString("base64"), encoding: "base64" },
});
export const deletedFile = (path) => ({ key: "deletedFile", value: { path } });
