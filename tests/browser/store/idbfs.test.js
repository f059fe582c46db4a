// Goal: the local store is an IDBFS database like any other, and survives what browsers do to databases. Method: look
// at the database from outside (raw IndexedDB, stock IDBFS, another tab, DevTools), and kill the browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./support.js";

let setting;
before(async () => { setting = await start(); });
after(() => setting?.close());

const call = (...args) => setting.call(...args);
let mounts = 0;
const mount = () => `/idbfs/${++mounts}`;

test("records are IDBFS's: modes, dates, directories, contents of exactly their size", async () => {
  const db = mount();
  await call("open", db);
  await call("run", db, { puts: [["meta/projects/a", "hello"], ["top", ""]] });
  await call("run", db, { puts: [["meta/projects/b", "again"]] });
  const { version, entries } = await call("raw", db);
  assert.equal(version, 21);
  assert.deepEqual(entries.map(({ path, mode, type, size, buffer }) => [path, mode.toString(8), type, size, buffer]), [
    [`${db}/meta`, "40777", undefined, undefined, undefined],
    [`${db}/meta/projects`, "40777", undefined, undefined, undefined],
    [`${db}/meta/projects/a`, "100666", "Uint8Array", 5, 5],
    [`${db}/meta/projects/b`, "100666", "Uint8Array", 5, 5],
    [`${db}/top`, "100666", "Uint8Array", 0, 0],
  ]);
});

test("stock IDBFS reads every file and finds none to write back", async () => {
  const db = mount();
  await call("open", db);
  const puts = [["meta/a b/ü", "one"], ["body/x/r1/0", "two"], ["body/x/r1/1", "three"], ["z", "four"]];
  await call("run", db, { puts });
  await call("run", db, { deletePrefixes: ["body/x/r1/"], puts: [["body/x/r2/0", "five"]] });
  // Its directories do get new dates: filling them with the files changes these.
  const rawFiles = async () => (await call("raw", db)).entries.filter(({ size }) => size !== undefined);
  const before = await rawFiles();
  const files = await call("stockRead", db);
  const text = (hex) => Buffer.from(hex, "hex").toString();
  const texts = Object.fromEntries(Object.entries(files).map(([path, hex]) => [path, text(hex)]));
  assert.deepEqual(texts, { "meta/a b/ü": "one", "body/x/r2/0": "five", z: "four" });
  assert.deepEqual(await rawFiles(), before);
});

test("a file that stock IDBFS wrote is read", async () => {
  const db = mount();
  await call("stockWrite", db, "foreign", "from elsewhere");
  await call("open", db);
  assert.deepEqual((await call("run", db, { gets: ["foreign"], scans: [""] })).values, ["from elsewhere"]);
});

test("timestamps grow, even past one from the future", async () => {
  const db = mount();
  await call("open", db);
  const future = Date.now() + 3_600_000;
  await call("rawPut", db, `${db}/a/x`, { timestamp: future, mode: 0o100666, contents: new Uint8Array() });
  const seen = [future];
  for (let i = 0; i < 20; i++) {
    await call("run", db, { puts: [["a/x", String(i)]], strict: false });
    const { entries } = await call("raw", db);
    const { time } = entries.find(({ path }) => path === `${db}/a/x`);
    assert.ok(time > seen.at(-1), `${time} after ${seen.at(-1)}`);
    seen.push(time);
  }
});

test("a directory that another tab deleted is written again", async () => {
  const db = mount();
  const other = await setting.openTab();
  await call("open", db);
  await other.call("open", db);
  await call("run", db, { puts: [["a/b/1", "1"], ["a/c/1", "1"]] });
  await other.call("run", db, { deletePrefixes: ["a/"] });
  await call("run", db, { puts: [["a/b/2", "2"], ["a/new/3", "3"]] });
  assert.deepEqual(Object.keys(await call("stockRead", db)), ["a/b/2", "a/new/3"]);
  await other.page.close();
});

test("two tabs: one of two racing writers is stale", async () => {
  const db = mount();
  const other = await setting.openTab();
  await call("open", db);
  await other.call("open", db);
  const parts = (value) => ({ expects: [["a/x", ""]], puts: [["a/x", value]] });
  const [a, b] = await Promise.all([call("run", db, parts("mine")), other.call("run", db, parts("theirs"))]);
  assert.equal(Number(a.stale) + Number(b.stale), 1);
  assert.deepEqual((await call("run", db, { gets: ["a/x"] })).values, [a.stale ? "theirs" : "mine"]);
  await other.page.close();
});

test("a deletion from elsewhere is not blocked, and the store opens again", async () => {
  const db = mount();
  await call("open", db);
  await call("run", db, { puts: [["a/x", "gone"]] });
  await call("deleteDatabase", db);
  assert.deepEqual((await call("run", db, { gets: ["a/x"] })).values, [null]);
  assert.equal((await call("run", db, { puts: [["a/x", "new"]] })).code, null);
  assert.deepEqual(Object.keys(await call("stockRead", db)), ["a/x"]);
});

test("a connection that has died is replaced", async () => {
  const db = mount();
  await call("open", db);
  await call("run", db, { puts: [["a/x", "1"]] });
  await call("breakConnection", db);
  const parts = { gets: ["a/x"], expects: [["a/x", "1"]], puts: [["a/y", "2"]] };
  assert.deepEqual((await call("run", db, parts)).values, ["1"]);
});

test("clearing the site's data under an open store leaves it usable", async () => {
  const db = mount();
  await call("open", db);
  await call("run", db, { puts: [["a/x", "1"]] });
  const devtools = await setting.page.createCDPSession();
  await devtools.send("Storage.clearDataForOrigin", { origin: setting.origin, storageTypes: "indexeddb" });
  const answer = await call("run", db, { gets: ["a/x"], puts: [["a/y", "2"]] });
  assert.deepEqual([answer.code, answer.values], [null, [null]]);
});

test("a newer database is refused by name", async () => {
  const db = mount();
  await call("createVersion", db, 99);
  await assert.rejects(call("open", db), /NEWER_FORMAT/);
});

test("a database that another tab holds is STORAGE_BLOCKED, and opens when that tab lets go", async () => {
  const db = mount();
  await call("holdOlder", db);
  await call("setOpenTimeout", 300);
  await assert.rejects(call("open", db), /STORAGE_BLOCKED/);
  await call("releaseOlder", db);
  await call("setOpenTimeout", 10_000);
  await call("open", db);
  assert.equal((await call("run", db, { puts: [["a/x", "1"]] })).code, null);
});

test("no storage is STORAGE_UNAVAILABLE, and may come back", async () => {
  const db = mount();
  await assert.rejects(call("openDenied", db), /STORAGE_UNAVAILABLE/);
  await call("open", db);
});

test("a closed store answers CLOSED", async () => {
  const db = mount();
  await call("open", db);
  await call("close", db);
  assert.equal((await call("run", db, { gets: ["a/x"] })).code, "CLOSED");
});

test("what was acknowledged is there after the browser was killed", async () => {
  const db = mount();
  await call("open", db);
  for (let i = 0; i < 10; i++) await call("run", db, { puts: [[`a/${i}`, `value ${i}`]], strict: i % 2 === 0 });
  await setting.chromium.kill();
  const again = await setting.relaunch();
  await again.call("open", db);
  const [records] = (await again.call("run", db, { scans: ["a/"] })).scanned;
  assert.equal(records.length, 10);
});
