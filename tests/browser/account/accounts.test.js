// Goal: two people use one browser and one dataset, and each sees, and sends, what is theirs only.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { closeAll, device, hub, site } from "../api/support.js";

const ALICE = "hf_write", ALICE_LATER = "hf_alice_later", BOB = "hf_bob";
const OPTIONS = { dataset: "team/notes", sync: { auto: false, pollMs: 0 } };

let pages, browser, remote;
before(async () => {
  pages = await site();
});
after(() => pages.close());
beforeEach(async () => {
  remote = await hub({
    tokens: [`${ALICE}:write:alice`, `${ALICE_LATER}:write:alice`, `${BOB}:write:bob`],
    orgs: ["team=alice,bob"],
  });
  browser = await device(pages);
});
afterEach(() => closeAll(browser, remote));

/** A page on which `options` open a store; what it had open before is gone with it. */
async function open(options) {
  await browser.reload();
  await browser.evaluate((given) => globalThis.open(given), { ...OPTIONS, hubUrl: remote.url, ...options });
}

/** A store whose token function returns what `signIn` has set last. */
async function openSession(token, options = {}) {
  await browser.reload();
  await browser.evaluate(
    async ([given, first]) => {
      const { openStore } = await import("/dist/index.js");
      globalThis.token = first;
      globalThis.store = await openStore({ ...given, token: () => globalThis.token });
    },
    [{ ...OPTIONS, hubUrl: remote.url, ...options }, token],
  );
}
const signIn = (token) => browser.evaluate((next) => void (globalThis.token = next), token);

const save = (id, from) => browser.evaluate(([id, from]) => store.saveProject({ id, from }), [id, from]);
const sync = () => browser.evaluate(() => outcome(store.sync()));
const status = () => browser.evaluate(() => store.status());
const listed = () =>
  browser.evaluate(async () => (await store.listProjects()).map(({ id, state }) => `${id}:${state}`).join(" "));
const whoamis = async () => (await remote.requests()).filter(({ path }) => path.startsWith("/api/whoami")).length;

/** Who committed what, oldest first, without what made the dataset: "alice a1 a2". */
async function history() {
  const commits = await remote.request("/api/datasets/team/notes/commits/main");
  const said = [];
  let before = new Set();
  for (const { id, authors } of commits.reverse()) {
    const tree = await remote.request(`/api/datasets/team/notes/tree/${id}?recursive=true`);
    const items = tree.map(({ path }) => /^projects\/..\/(.*)\.json$/.exec(path)?.[1]).filter(Boolean);
    const news = items.filter((item) => !before.has(item)).sort();
    before = new Set(items);
    if (news.length > 0) said.push([authors[0].user, ...news].join(" "));
  }
  return said;
}

test("another account on this browser sees none of what the first has not sent, and sends none of it", async () => {
  await open({ token: ALICE });
  await save("a1", "alice");
  ok(!(await sync()).code);
  await save("a2", "alice");
  strictEqual(await listed(), "a1:synced a2:pending");

  await open({ token: BOB });
  const asBob = await sync();
  ok(!asBob.code, asBob.message);
  strictEqual(await listed(), "a1:remote-only");
  strictEqual((await status()).pending, 0);
  await save("b1", "bob");
  ok(!(await sync()).code);
  await save("b2", "bob");

  // Both are known now: each open shows the right data at once, without a question.
  await remote.forget();
  await open({ token: ALICE });
  strictEqual(await listed(), "a1:synced a2:pending");
  deepStrictEqual(await remote.requests(), []);
  ok(!(await sync()).code);
  strictEqual(await listed(), "a1:synced a2:synced b1:remote-only");
  await open({ token: BOB });
  strictEqual(await listed(), "a1:remote-only b1:synced b2:pending");
  ok(!(await sync()).code);
  strictEqual(await whoamis(), 0);
  deepStrictEqual(await history(), ["alice a1", "bob b1", "alice a2", "bob b2"]);
});

test("the open store goes over to the account that signs in, and back, and syncs for whoever is there", async () => {
  await openSession(ALICE);
  await save("a1", "alice");
  await browser.evaluate(() => collect("account", "change"));
  await browser.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  ok(!(await sync()).code);
  await save("a2", "alice");

  await signIn(BOB);
  // The app's last word on the token counts for ten seconds.
  await browser.evaluate(() => new Promise((resolve) => setTimeout(resolve, 10_500)));
  const asBob = await sync();
  ok(!asBob.code, asBob.message);
  strictEqual(asBob.value.pushed, 0);
  strictEqual(await listed(), "a1:remote-only");
  await browser.evaluate(() => until(() => events.some(({ type }) => type === "account")));
  const moves = await browser.evaluate(() => events.filter(({ type }) => type === "account"));
  deepStrictEqual(moves, [{ type: "account", detail: { account: "bob" } }]);
  await save("b1", "bob");
  ok(!(await sync()).code);

  await signIn(ALICE);
  await browser.evaluate(() => new Promise((resolve) => setTimeout(resolve, 10_500)));
  ok(!(await sync()).code);
  strictEqual(await listed(), "a1:synced a2:synced b1:remote-only");
  deepStrictEqual(await history(), ["alice a1", "bob b1", "alice a2"]);
});

test("an unknown token shows what was here last, but sends nothing until the Hub has said whose it is", async () => {
  await open({ token: ALICE });
  await save("a1", "alice");
  ok(!(await sync()).code);
  await save("a2", "alice");

  await remote.fault({ match: { path: "/api/whoami-v2" }, status: 503 });
  await remote.forget();
  await open({ token: ALICE_LATER });
  strictEqual(await listed(), "a1:synced a2:pending");
  strictEqual((await sync()).code, "HUB_ERROR");
  strictEqual(await listed(), "a1:synced a2:pending");
  ok((await remote.requests()).every(({ path }) => path.startsWith("/api/whoami")));

  await remote.heal();
  ok(!(await sync()).code);
  strictEqual(await listed(), "a1:synced a2:synced");
  await remote.forget();
  ok(!(await sync()).code);
  strictEqual((await remote.requests()).length, 1);
});

test("an app that names the account has its data from the first moment, without a network", async () => {
  await open({ token: ALICE, account: "alice" });
  await save("a1", "alice");
  ok(!(await sync()).code);
  await save("a2", "alice");
  await remote.stop();
  await open({ token: BOB, account: "bob" });
  strictEqual(await listed(), "");
  await save("b1", "bob");
  await open({ token: ALICE, account: "alice" });
  strictEqual(await listed(), "a1:synced a2:pending");
  await open({ token: BOB, account: "bob" });
  strictEqual(await listed(), "b1:pending");
});

test("a token of another account than the named one sends nothing and says so", async () => {
  await open({ token: ALICE, account: "alice" });
  await save("a1", "alice");
  await open({ token: BOB, account: "alice" });
  strictEqual(await listed(), "a1:pending");
  const refused = await sync();
  strictEqual(refused.code, "UNAUTHORIZED");
  ok(/"bob".*"alice"/.test(refused.message), refused.message);
  const { phase, waitingFor, pending } = await status();
  deepStrictEqual({ phase, waitingFor, pending }, { phase: "signed-out", waitingFor: "token", pending: 1 });
});

test("what was saved before anybody signed in goes to the first account that does", async () => {
  await openSession(null);
  await save("draft", "nobody");
  strictEqual((await sync()).code, "UNAUTHORIZED");
  await signIn(BOB);
  ok(!(await sync()).code);
  deepStrictEqual(await history(), ["bob draft"]);
  await open({ token: ALICE });
  ok(!(await sync()).code);
  strictEqual(await listed(), "draft:remote-only");
});

test("a token that expires in mid-queue is exchanged, and nothing is lost or sent twice", async () => {
  await openSession(ALICE);
  ok(!(await sync()).code);
  for (const id of ["a1", "a2"]) await save(id, "alice");
  await signIn(ALICE_LATER);
  await remote.fault({ match: { path: "/commit/" }, times: 1, status: 401 });
  const report = await sync();
  ok(!report.code, report.message);
  strictEqual(report.value.pushed, 2);
  strictEqual(await listed(), "a1:synced a2:synced");
  deepStrictEqual(await history(), ["alice a1 a2"]);
});

test("signing out in mid-sync leaves what is not committed pending, and no request has a token any more", async () => {
  await openSession(ALICE);
  ok(!(await sync()).code);
  await save("a1", "alice");
  await signIn(null);
  await remote.fault({ match: { path: "/commit/" }, times: 1, status: 401 });
  await remote.forget();
  strictEqual((await sync()).code, "UNAUTHORIZED");
  const { phase, waitingFor, nextSyncAt, pending } = await status();
  deepStrictEqual(
    { phase, waitingFor, nextSyncAt, pending },
    { phase: "signed-out", waitingFor: "token", nextSyncAt: null, pending: 1 },
  );
  await sync();
  const requests = await remote.requests();
  const refused = requests.findIndex(({ status }) => status === 401);
  ok(refused >= 0);
  ok(
    requests.slice(refused + 1).every(({ auth }) => auth === null),
    JSON.stringify(requests.map(({ method, path, status, auth }) => [method, path, status, auth])),
  );

  await signIn(ALICE_LATER);
  ok(!(await sync()).code);
  deepStrictEqual(await history(), ["alice a1"]);
});

test("no token is in the browser's storage, although it is known again", async () => {
  await open({ token: ALICE });
  ok(!(await sync()).code);
  const found = await browser.evaluate(async (token) => {
    const texts = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => {
        indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
      });
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        for (const all of [objects.getAll(), objects.getAllKeys()]) {
          await new Promise((resolve) => (all.onsuccess = resolve));
          const readable = (_, value) => (value?.buffer ? new TextDecoder().decode(value) : value);
          texts.push(JSON.stringify(all.result, readable));
        }
      }
      database.close();
    }
    return { names: texts.join().includes("alice"), token: texts.join().includes(token) };
  }, ALICE);
  deepStrictEqual(found, { names: true, token: false });
});
