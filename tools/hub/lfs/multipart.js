/** Uploads in parts: part addresses on the second origin, and the request to the Hub that joins the parts. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "../http/body.js";
import { HubError, json } from "../http/replies.js";
import { joined, writeHashed } from "./store.js";
import { completeUrl, partUrl } from "./urls.js";

/**
 * @param {import("../http/listener.js").Context} ctx
 * @param {import("../store/repos.js").Repo} repo
 * @returns {Promise<{href: string, header: Record<string, string>}>} the upload action of the batch answer
 */
export async function startMultipart(ctx, repo, oid, size) {
  const { hub } = ctx;
  const { partSize } = hub.options;
  const uploadId = randomBytes(16).toString("hex");
  await mkdir(partsDir(hub, uploadId), { recursive: true });
  const header = { chunk_size: String(partSize) };
  for (let part = 1; part <= Math.ceil(size / partSize); part += 1) {
    header[String(part).padStart(5, "0")] = partUrl(hub, repo, oid, uploadId, part);
  }
  return { href: completeUrl(hub, ctx.base, repo, oid, uploadId, size), header };
}

/**
 * Takes one part in; the address has been checked.
 * @returns {Promise<string>} its MD5
 */
export async function receivePart(ctx) {
  const dir = partsDir(ctx.hub, ctx.query.get("uploadId"));
  const part = Number(ctx.query.get("partNumber"));
  const incoming = join(dir, `${part}.${randomBytes(4).toString("hex")}`);
  const { md5, size } = await writeHashed(ctx.req, incoming, ctx.hub.options.partSize);
  if (size > ctx.hub.options.partSize) {
    await rm(incoming, { force: true });
    throw new HubError(400, "The part is larger than the chunk size");
  }
  await rename(incoming, join(dir, String(part)));
  await writeFile(join(dir, `${part}.etag`), md5);
  return md5;
}

/** `POST /api/complete_multipart`: no token, the signature is the right. */
export async function completeMultipart(ctx) {
  const { hub, query } = ctx;
  if (hub.signer.check(ctx.url) !== null) throw new HubError(403, "Invalid or expired signature");
  const body = await readJson(ctx.req);
  const [oid, uploadId] = [query.get("oid"), query.get("uploadId")];
  const repo = hub.repos.find(...query.get("repo").split("/"));
  if (!repo || body.oid !== oid || !Array.isArray(body.parts)) throw new HubError(400, "Invalid multipart completion");
  ctx.repo = repo;
  const dir = partsDir(hub, uploadId);
  const files = [];
  for (const [index, { partNumber, etag } = {}] of body.parts.entries()) {
    const file = join(dir, String(index + 1));
    const stored = await readFile(`${file}.etag`, "utf8").catch(() => null);
    if (partNumber !== index + 1 || stored === null || etag?.replaceAll('"', "") !== stored) {
      throw new HubError(400, `Part ${index + 1} is missing or has another ETag`);
    }
    await stat(file);
    files.push(file);
  }
  await repo.lfs.receive(oid, Number(query.get("size")), joined(files), hub.repos.temporary());
  await rm(dir, { recursive: true, force: true });
  const etag = createHash("md5").update(oid).digest("hex");
  return json({ success: true, etag: `"${etag}-${files.length}"` });
}

function partsDir(hub, uploadId) {
  if (!/^[0-9a-f]{32}$/.test(uploadId ?? "")) throw new HubError(400, "Invalid upload id");
  return join(hub.options.data, "tmp", `parts-${uploadId}`);
}
