/** Which commit last changed each path. History has one line here, so walking the first parents finds it. */

/**
 * @param {import("../git/repository.js").Repository} git
 * @param {string} commit
 * @param {{path: string, entry: {oid: string}}[]} items present at `commit`
 * @returns {Promise<Map<string, {id: string, title: string, date: string}>>}
 */
export async function lastCommits(git, commit, items) {
  const found = new Map();
  let open = items;
  for (let id = commit; open.length > 0;) {
    const { parents, title, date } = await git.commit(id);
    const before = parents[0] ? (await git.commit(parents[0])).tree : null;
    const still = [];
    for (const item of open) {
      const earlier = before && (await git.entry(before, item.path));
      if (earlier?.oid === item.entry.oid) still.push(item);
      else found.set(item.path, { id, title, date: date.toISOString() });
    }
    open = still;
    id = parents[0];
  }
  return found;
}
