/** One commit: compare the head, apply, store, move the head. Commits to one repo come one after the other. */
import { HubError, revisionNotFound } from "../http/replies.js";
import { addObject, encodeCommit } from "../git/objects.js";
import { applyOperations } from "./apply.js";

/** Clients must go by the status; this is nevertheless the Hub's text. */
const STALE = "The branch was updated since you opened this page. Please refresh and try again.";

/**
 * @param {object} hub
 * @param {import("../store/repos.js").Repo} repo
 * @param {{branch: string, createPr?: boolean, header: {summary: string, description: string, parentCommit?: string},
 *   operations: import("./parse.js").Operation[], author: string}} wish
 * @returns {Promise<{oid: string, pullRequest: number|null}>}
 */
export function commitTo(hub, repo, { branch, createPr = false, header, operations, author }) {
  return repo.git.serialise(async () => {
    const ref = branch.startsWith("refs/") ? branch : `refs/heads/${branch}`;
    const head = await repo.git.resolve(ref);
    if (head === null) throw revisionNotFound(branch);
    const parent = createPr ? await parentOfPullRequest(repo, head, header) : head;
    if (!createPr && header.parentCommit !== undefined && !head.startsWith(header.parentCommit)) {
      throw new HubError(412, STALE);
    }
    const { tree: base } = await repo.git.commit(parent);
    const { attributeLines } = hub.options;
    const { tree, objects } = await applyOperations(repo, base, operations, { baseCommit: parent, attributeLines });
    const message = header.description ? `${header.summary}\n\n${header.description}` : header.summary;
    const seconds = Math.floor(Date.now() / 1000);
    const oid = addObject(objects, "commit", encodeCommit({ tree, parents: [parent], author, message, seconds }));
    await repo.git.write(objects);
    const pullRequest = createPr ? await nextPullRequest(repo) : null;
    const target = createPr ? `refs/pr/${pullRequest}` : ref;
    try {
      await repo.git.moveRef(target, oid, createPr ? null : head);
    } catch (error) {
      // Only somebody who writes to the folder past this process can have moved the head in between.
      throw new HubError(409, `Cannot commit: another conflicting operation is in progress (${error.message})`);
    }
    return { oid, pullRequest };
  });
}

/** With a pull request, the parent is where it starts, not a condition. */
async function parentOfPullRequest(repo, head, { parentCommit }) {
  if (parentCommit === undefined) return head;
  const found = await repo.git.resolve(parentCommit);
  if (found === null) throw revisionNotFound(parentCommit);
  return found;
}

async function nextPullRequest(repo) {
  const numbers = (await repo.git.refs()).map(({ ref }) => Number(/^refs\/pr\/(\d+)$/.exec(ref)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}
