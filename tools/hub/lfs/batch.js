/** The LFS batch and verify endpoints. A failure of one object is told inside a 200, as git-lfs wants it. */
import { missingRight, openRepo } from "../access.js";
import { readJson } from "../http/body.js";
import { HubError, json } from "../http/replies.js";
import { startMultipart } from "./multipart.js";
import { isOid } from "./store.js";
import { downloadUrl, uploadUrl } from "./urls.js";

const LFS_JSON = "application/vnd.git-lfs+json";
const MAX_OBJECTS = 1000;

/** `POST /datasets/{ns}/{name}.git/info/lfs/objects/batch` */
export async function batch(ctx) {
  const repo = openRepo(ctx, "read");
  const body = await readJson(ctx.req);
  const { operation, transfers = ["basic"], objects, hash_algo: algorithm = "sha256" } = body;
  if (!Array.isArray(objects) || objects.length > MAX_OBJECTS) throw new HubError(422, "Invalid list of objects");
  if (!["sha256", "sha_256"].includes(algorithm)) throw new HubError(409, `Unsupported hash algorithm ${algorithm}`);
  if (operation !== "upload" && operation !== "download") throw new HubError(422, "Unknown operation");
  if (operation === "upload" && !ctx.account().mayWrite(repo)) throw missingRight(ctx, ctx.account());
  const answer = operation === "upload" ? offerUpload : offerDownload;
  const answers = await Promise.all(
    objects.map(async ({ oid, size } = {}) => {
      if (!isOid(oid) || !Number.isSafeInteger(size) || size < 0) {
        return { oid, size, error: { code: 422, message: "Invalid object id or size" } };
      }
      return { oid, size, ...(await answer(ctx, repo, oid, size, transfers)) };
    }),
  );
  const multipart = answers.some((one) => one.actions?.upload?.header?.chunk_size);
  return json({ transfer: multipart ? "multipart" : "basic", objects: answers }, { type: LFS_JSON });
}

/** `POST …/info/lfs/objects/verify` */
export async function verify(ctx) {
  const repo = openRepo(ctx, "write");
  const { oid, size } = await readJson(ctx.req);
  if (!isOid(oid) || (await repo.lfs.size(oid)) !== size) throw new HubError(404, "Object does not exist");
  return json({}, { type: LFS_JSON });
}

async function offerUpload(ctx, repo, oid, size, transfers) {
  // Without "actions" the client knows that the object is there already.
  if ((await repo.lfs.size(oid)) === size) return {};
  const { multipartAbove, uploadSeconds } = ctx.hub.options;
  const verifyAction = { href: `${ctx.base}/datasets/${repo.id}.git/info/lfs/objects/verify` };
  const upload =
    transfers.includes("multipart") && size > multipartAbove
      ? await startMultipart(ctx, repo, oid, size)
      : { href: uploadUrl(ctx.hub, repo, oid, size) };
  return { authenticated: true, actions: { upload: { ...upload, expires_in: uploadSeconds }, verify: verifyAction } };
}

async function offerDownload(ctx, repo, oid) {
  if ((await repo.lfs.size(oid)) === null) return { error: { code: 404, message: "Object does not exist" } };
  const href = downloadUrl(ctx.hub, repo, oid);
  return { authenticated: true, actions: { download: { href, expires_in: ctx.hub.options.downloadSeconds } } };
}
