// Goal: the tabs of one browser share what the Hub allows. The hour's commits are counted together, and when the Hub
// says to one tab that it has had enough, the others leave it alone as well. Saves go on all the while.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { closeAll, device, hub, manual, site } from "../api/support.js";
import { commitStatuses } from "./support.js";

let pages, remote, browser, tabs;
beforeEach(async () => {
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  tabs = [browser.chromium.page, await browser.newTab()];
});
afterEach(() => closeAll(browser, remote, pages));

const openBoth = (sync = {}) =>
  Promise.all(
    tabs.map((page) =>
      page.evaluate((options) => open(options), manual(remote.url, { sync: { auto: false, pollMs: 0, ...sync } })),
    ),
  );

/** Saves an item and syncs at once. */
const push = (page, id) =>
  page.evaluate(async (name) => {
    await store.saveProject({ id: name });
    const { code } = await outcome(store.sync());
    const { pending } = await store.status();
    return { code, pending };
  }, id);

test("both tabs together make no more commits in an hour than one may", { timeout: 60_000 }, async () => {
  await openBoth({ commitsPerHour: 3 });
  // The first of them creates the layout, the next two are the saves'.
  const first = [await push(tabs[0], "a"), await push(tabs[1], "b"), await push(tabs[0], "c")];
  const commits = await commitStatuses(remote);
  ok(commits.length <= 3, `${commits}`);
  const late = await push(tabs[1], "d");
  strictEqual(late.code, "RATE_LIMITED", JSON.stringify({ first, late }));
  ok(late.pending >= 1);
  strictEqual((await commitStatuses(remote)).length, 3);
  const items = await tabs[0].evaluate(async () => (await store.listProjects()).map(({ id }) => id).sort());
  deepStrictEqual(items, ["a", "b", "c", "d"], "what is not sent yet is there in every tab");
});

test("told 429 in one tab, the other asks nothing either", { timeout: 60_000 }, async () => {
  await openBoth();
  strictEqual((await push(tabs[0], "a")).code, undefined);
  await remote.fault({ match: { path: "/api/datasets/" }, status: 429, times: 1 });
  strictEqual((await push(tabs[0], "b")).code, "RATE_LIMITED");
  await remote.forget();
  const other = await push(tabs[1], "c");
  strictEqual(other.code, "RATE_LIMITED");
  strictEqual(other.pending, 2);
  const paths = (await remote.requests()).map(({ path }) => path);
  deepStrictEqual(paths.filter((path) => path.includes("/api/datasets/")), []);
});
