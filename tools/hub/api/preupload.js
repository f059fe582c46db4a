/** `POST R/preupload/{rev}`: which files go through LFS. A pure question; nothing is remembered. */
import { openRepo } from "../access.js";
import { REGULAR_MAX, looksBinary } from "../commits/content.js";
import { ignoreRule, lfsRule } from "../git/patterns.js";
import { MODE_TREE } from "../git/objects.js";
import { readJson } from "../http/body.js";
import { HubError, json } from "../http/replies.js";
import { openRevision } from "./revisions.js";

const MAX_FILES = 1000;

export async function preupload(ctx) {
  const repo = openRepo(ctx, ctx.query.get("create_pr") ? "read" : "write");
  const body = await readJson(ctx.req);
  checkBody(body);
  const { oid: head, tree } = await openRevision(repo, ctx.params.rev);
  const isLfs = lfsRule(body.gitAttributes ?? (await repo.git.textAt(tree, ".gitattributes")));
  const isIgnored = ignoreRule(body.gitIgnore ?? (await repo.git.textAt(tree, ".gitignore")));
  const files = await Promise.all(
    body.files.map(async ({ path, size, sample }) => {
      const present = await presentId(repo, tree, path);
      return {
        path,
        uploadMode: uploadMode(isLfs(path), size, Buffer.from(sample, "base64")),
        shouldIgnore: isIgnored(path),
        ...(present ? { oid: present } : {}),
      };
    }),
  );
  return json({ files, commitOid: head });
}

/** The LFS store refuses empty objects, so size 0 comes before every other rule. */
function uploadMode(tracked, size, sample) {
  if (size === 0) return "regular";
  return tracked || size > REGULAR_MAX || looksBinary(sample) ? "lfs" : "regular";
}

/** What the client compares with its own hash: the SHA-256 of an LFS file, the blob id of a regular one. */
async function presentId(repo, tree, path) {
  const entry = await repo.git.entry(tree, path);
  if (!entry || entry.mode === MODE_TREE) return null;
  const [facts] = await repo.git.facts([entry.oid]);
  return facts.lfs?.oid ?? entry.oid;
}

function checkBody({ files, gitAttributes, gitIgnore }) {
  const good =
    Array.isArray(files) &&
    files.length <= MAX_FILES &&
    files.every(
      (file) =>
        typeof file?.path === "string" &&
        file.path !== "" &&
        Number.isSafeInteger(file.size) &&
        file.size >= 0 &&
        typeof file.sample === "string",
    );
  const texts = [gitAttributes, gitIgnore].every((one) => one === undefined || typeof one === "string");
  if (!good || !texts) throw new HubError(422, "Invalid preupload request: expected files with path, size and sample");
}
