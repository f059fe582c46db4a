// Goal: no byte that is not the one that was saved ever reaches the app. Every download names a commit and is checked
// against the object id of the listing; damage on the way is fetched again once and then refused with INTEGRITY; damage
// on this device's disk is healed from the Hub; and an answer that is not the Hub's changes nothing here or there.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { fetchPdfs } from "./pdfs.js";
import { DATASET, closeAll, device, hub, manual, site } from "./support.js";

const PDF = "reportlab.pdf";
/** Each kind of body: how it is loaded, and which request brings its bytes. */
const BODIES = {
  // Regular files are answered by the Hub itself after a redirect, LFS objects by the second origin.
  "a document": { kind: "document", id: "small", download: { path: "/resolve-cache/", method: "GET" } },
  "a gzipped document": { kind: "document", id: "large", download: { origin: "cdn", method: "GET" } },
  "a PDF": { kind: "pdf", id: PDF, download: { origin: "cdn", method: "GET" } },
};
const COMMIT = { path: "/commit/", method: "POST" };

let pages, remote, browser, there, expected;
before(async () => {
  await fetchPdfs();
  pages = await site();
  remote = await hub();
  browser = await device(pages);
  there = await device(pages);
  for (const one of [browser, there]) await one.evaluate((options) => open(options), manual(remote.url));
  expected = await browser.evaluate(async (pdf) => {
    await store.projects.saveMany([project("small", 20_000), project("large", 1_500_000)]);
    const { checksum } = await store.savePdf(pdf, await (await fetch(`/pdfs/${pdf}`)).blob());
    await store.sync();
    const text = (id, bytes) => sha256(new Blob([JSON.stringify(project(id, bytes))]));
    return { small: await text("small", 20_000), large: await text("large", 1_500_000), [pdf]: checksum };
  }, PDF);
});
afterEach(() => remote.heal());
after(() => closeAll(browser, there, remote, pages));

/** Nothing is on this device but the listing. */
async function listOnly() {
  await browser.evaluate(async () => {
    await store.clearLocal();
    await store.sync();
  });
  await remote.forget();
}

/** SHA-256 of what the app gets, or the code of the rejection. */
const loaded = ({ kind, id }) =>
  browser.evaluate(
    async (what, name) => {
      const loading = what === "pdf" ? store.loadPdf(name) : store.loadProject(name);
      const { value, code } = await outcome(loading);
      if (code) return code;
      return sha256(what === "pdf" ? value : new Blob([JSON.stringify(value)]));
    },
    kind,
    id,
  );

const isCached = ({ kind, id }) =>
  browser.evaluate(
    async (what, name) =>
      (await (what === "pdf" ? store.listPdfs() : store.listProjects())).find((item) => item.id === name).cached,
    kind,
    id,
  );

const downloads = async () => (await remote.requests()).filter(({ path }) => path.includes("/resolve/"));

test("every download and every listing names a commit, also when the branch has moved since", async () => {
  await listOnly();
  // Somebody else's commit: what is listed here is to be read as of the commit that was listed.
  const headers = { "Content-Type": "application/x-ndjson", Authorization: "Bearer hf_write" };
  const file = { key: "file", value: { path: "elsewhere.txt", content: "", encoding: "base64" } };
  const body = [{ key: "header", value: { summary: "else" } }, file].map((line) => JSON.stringify(line)).join("\n");
  const url = `${remote.url}/api/datasets/${DATASET}/commit/main`;
  ok((await fetch(url, { method: "POST", headers, body })).ok);
  for (const item of Object.values(BODIES)) strictEqual(await loaded(item), expected[item.id]);
  await browser.evaluate(() => store.sync());
  const read = (await remote.requests()).filter(({ path }) => /\/resolve\/|\/tree\//.test(path));
  ok(read.length >= 4, "three downloads and a listing");
  for (const { path } of read) match(path, /\/(resolve|tree)\/[0-9a-f]{40}(\/|\?|$)/);
});

for (const [name, item] of Object.entries(BODIES)) {
  const damaged = { match: item.download, corruptAt: 700 };

  test(`${name} that is damaged once on its way: fetched again, and nobody notices`, async () => {
    await listOnly();
    await remote.fault({ ...damaged, times: 1 });
    strictEqual(await loaded(item), expected[item.id]);
    strictEqual((await downloads()).length, 2);
    strictEqual(await isCached(item), true);
  });

  test(`${name} that is damaged each time: INTEGRITY after the second, nothing kept; later it loads`, async () => {
    await listOnly();
    await remote.fault(damaged);
    strictEqual(await loaded(item), "INTEGRITY");
    strictEqual((await downloads()).length, 2);
    strictEqual(await isCached(item), false);
    await remote.heal();
    strictEqual(await loaded(item), expected[item.id]);
  });

  test(`${name} that a proxy has cut short: INTEGRITY`, async () => {
    await listOnly();
    await remote.fault({ match: item.download, status: 200, body: '{"id":"small"}' });
    strictEqual(await loaded(item), "INTEGRITY");
    strictEqual(await isCached(item), false);
  });

  test(`${name} whose download breaks off: tried again; broken off each time, OFFLINE and never short`, async () => {
    await listOnly();
    await remote.fault({ match: item.download, truncateAt: 700, times: 1 });
    strictEqual(await loaded(item), expected[item.id]);
    await listOnly();
    await remote.fault({ match: item.download, truncateAt: 700 });
    strictEqual(await loaded(item), "OFFLINE");
    strictEqual(await isCached(item), false);
  });

  test(`${name} whose bytes on this device are damaged is healed from the Hub`, async () => {
    await listOnly();
    strictEqual(await loaded(item), expected[item.id]);
    await remote.forget();
    ok((await browser.evaluate(damageBodies, item.id)) > 0, "there are chunks to damage");
    strictEqual(await loaded(item), expected[item.id]);
    strictEqual((await downloads()).length, 1, "fetched once");
    strictEqual(await loaded(item), expected[item.id]);
    strictEqual((await downloads()).length, 1, "and whole on this device again");
  });
}

/** Turns over a byte in each stored chunk of an item. Runs in the page. */
async function damageBodies(id) {
  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  let damaged = 0;
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith("/hubstash/")) continue;
    const database = await finished(indexedDB.open(name));
    const records = database.transaction("FILE_DATA", "readwrite").objectStore("FILE_DATA");
    for (const key of await finished(records.getAllKeys())) {
      if (!key.includes("/body/") || !key.includes(`/${id}.`)) continue;
      const record = await finished(records.get(key));
      record.contents[Math.floor(record.contents.length / 2)] ^= 0x40;
      await finished(records.put(record, key));
      damaged += 1;
    }
    database.close();
  }
  return damaged;
}

test("a pending document whose bytes on this device are damaged is STORAGE_CORRUPT, not a wrong document", async () => {
  await browser.evaluate(() => store.saveProject(project("pending", 20_000)));
  await browser.evaluate(damageBodies, "pending");
  strictEqual(await loaded({ kind: "document", id: "pending" }), "STORAGE_CORRUPT");
  const { code } = await browser.evaluate(() => outcome(store.sync()));
  strictEqual(code, "STORAGE_CORRUPT", "and it is not sent");
  await browser.evaluate(() => store.deleteProject("pending"));
  await browser.evaluate(() => store.sync());
});

/** Answers with status 200 that are not what they should be. */
const PAGE = { status: 200, html: "<h1>Sign in to the hotel's network</h1>" };
const LIES = {
  "a page instead of the head": { match: { path: "/revision/" }, ...PAGE },
  "a head that is no commit": { match: { path: "/revision/" }, status: 200, body: { sha: "main", private: true } },
  "a page instead of a listing": { match: { path: "/tree/" }, ...PAGE },
  "a listing that is no list": { match: { path: "/tree/" }, status: 200, body: { entries: [] } },
  "a listing with an entry without id": {
    match: { path: "/tree/" }, status: 200, body: [{ type: "directory", path: "projects", oid: "0" }],
  },
  "a listing with a file of no size": {
    match: { path: "/tree/" }, status: 200, body: [{ type: "file", path: "projects/x", oid: "0".repeat(40), size: -1 }],
  },
  "a page instead of a commit's answer": { match: COMMIT, ...PAGE },
  "a commit's answer without its id": { match: COMMIT, status: 200, body: { success: true } },
  "a commit's answer with an id that is none": { match: COMMIT, status: 200, body: { commitOid: "deadbeef" } },
};

for (const [name, rule] of Object.entries(LIES)) {
  test(`${name}: BAD_RESPONSE, nothing is lost, and the next sync works`, async () => {
    // Another device's commit makes this one list the tree anew.
    await there.evaluate(async (text) => {
      await store.sync();
      await store.saveProject({ id: "there", text });
      await store.sync();
    }, name);
    await browser.evaluate((text) => store.saveProject({ id: "here", text }), name);
    await remote.fault(rule);
    const { code } = await browser.evaluate(() => outcome(store.sync()));
    strictEqual(code, "BAD_RESPONSE");
    const kept = await browser.evaluate(async () => ({
      pending: (await store.status()).pending,
      here: (await store.loadProject("here")).text,
    }));
    deepStrictEqual(kept, { pending: 1, here: name });
    for (const item of Object.values(BODIES)) strictEqual(await loaded(item), expected[item.id]);
    await remote.heal();
    strictEqual((await browser.evaluate(() => store.sync())).pushed, 1);
    const seen = await there.evaluate(async () => {
      await store.sync();
      return (await store.loadProject("here")).text;
    });
    strictEqual(seen, name);
    strictEqual(await browser.evaluate(async () => (await store.loadProject("there")).text), name);
  });
}

for (const [name, answer] of Object.entries({
  "a page": { html: "<h1>Time-out</h1>" },
  "no id": { body: { success: true } },
  "the id of another commit": { body: { success: true, commitOid: "1".repeat(40) } },
})) {
  test(`a commit that landed and was answered with ${name}: committed once, and everything is there`, async () => {
    const before = (await remote.commits()).length;
    await remote.fault({ match: COMMIT, times: 1, when: "after", status: 200, ...answer });
    const { pending, here } = await browser.evaluate(async (text) => {
      await store.saveProject({ id: "landed", text });
      await outcome(store.sync());
      await store.sync();
      return { pending: (await store.status()).pending, here: (await store.loadProject("landed")).text };
    }, name);
    deepStrictEqual({ pending, here }, { pending: 0, here: name });
    strictEqual((await remote.commits()).length - before, 1);
  });
}
