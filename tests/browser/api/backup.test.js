// Goal: in a real browser, under a strict Content-Security-Policy and against a real Hub: a backup of one browser is
// the same data in another one, byte for byte; what an import replaces is kept in this browser, for this account only,
// and comes back; and pages that make no backup do not load the code for it.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { PDF_FOLDER, fetchPdfs } from "./pdfs.js";
import { closeAll, device, hub, manual, site } from "./support.js";

let pages, remote, laptop, phone;
const folder = mkdtempSync(path.join(tmpdir(), "hubstash-backup-"));
before(async () => {
  await fetchPdfs();
  pages = await site();
});
after(async () => {
  await closeAll(pages);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  remote = await hub({ tokens: ["hf_write:write:alice", "hf_bob:write:bob"], orgs: ["team=alice,bob"] });
  await remote.createDataset();
  [laptop, phone] = [await device(pages), await device(pages)];
});
afterEach(() => closeAll(laptop, phone, remote));

const open = (browser, options = {}) =>
  browser.evaluate((given) => globalThis.open(given), manual(remote.url, options));
const openLocal = (browser, options = {}) =>
  browser.evaluate((given) => globalThis.open(given), { mode: "local", cache: { memoryBytes: 0 }, ...options });
const hashOfPdf = (name) => createHash("sha256").update(readFileSync(path.join(PDF_FOLDER, name))).digest("hex");

/** Saves projects, PDFs and items of two more collections. */
const fill = (browser, pdfs = ["reportlab.pdf"]) =>
  browser.evaluate(async (names) => {
    await store.projects.saveMany([project("proj 1", 3_000), project("large", 1_500_000)]);
    for (const name of names) await store.savePdf(name, await (await fetch(`/pdfs/${name}`)).blob());
    await store.collection("notes", "json").save({ id: "n", text: "é" });
    await store.collection("images", "blob").save("i", new Blob(["png"], { type: "image/png" }));
  }, pdfs);

/** Everything of the four collections: "collection/id" -> SHA-256. */
const contents = (browser) =>
  browser.evaluate(async () => {
    const all = {};
    for (const [name, kind] of [["projects", "json"], ["notes", "json"], ["pdfs", "blob"], ["images", "blob"]]) {
      const items = store.collection(name, kind);
      for (const { id } of await items.list()) {
        const loaded = await items.load(id);
        all[`${name}/${id}`] = await sha256(loaded instanceof Blob ? loaded : new Blob([JSON.stringify(loaded)]));
      }
    }
    return all;
  });

/** The backup as a file of this machine. */
async function exported(browser, name = "backup.zip") {
  const base64 = await browser.evaluate(async () => {
    const zip = await store.exportBackup();
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.split(",")[1]);
      reader.readAsDataURL(zip);
    });
  });
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.from(base64, "base64"));
  return file;
}

/** Imports a file of this machine. */
const imported = (browser, file, options = {}) =>
  browser.evaluate(
    async ([base64, given]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return outcome(store.importBackup(new File([bytes], "backup.zip"), given));
    },
    [readFileSync(file).toString("base64"), options],
  );
const backups = (browser) => browser.evaluate(() => store.listBackups());
const databases = (browser) =>
  browser.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => /backups/.test(name)));

test("what one browser exports another one has after the import, byte for byte", { timeout: 120_000 }, async () => {
  await openLocal(laptop);
  await fill(laptop, ["reportlab.pdf", "colour.pdf"]);
  const file = await exported(laptop);
  // Other programs read it: the PDF is a file that can be opened.
  const script = `import hashlib, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({n: hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist()}))`;
  const files = JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
  strictEqual(files["pdfs/colour.pdf.pdf"], hashOfPdf("colour.pdf"));
  deepStrictEqual(Object.keys(files).sort(), [
    "hubstash.json",
    "images/i",
    "notes/n.json",
    "pdfs/colour.pdf.pdf",
    "pdfs/reportlab.pdf.pdf",
    "projects/large.json",
    "projects/proj%201.json",
  ]);

  await openLocal(phone);
  const { value } = await imported(phone, file);
  deepStrictEqual(value, { imported: 6, skipped: 0, replaced: 0, backupId: null, problems: [] });
  deepStrictEqual(await contents(phone), await contents(laptop));
  strictEqual((await contents(phone))["pdfs/reportlab.pdf"], hashOfPdf("reportlab.pdf"));
  strictEqual(await phone.evaluate(async () => (await store.collection("images", "blob").load("i")).type), "image/png");
  // The import is on the disk.
  await phone.crash();
  await openLocal(phone);
  strictEqual((await imported(phone, file)).value.skipped, 6);
});

test("bodies that are only on the Hub are fetched, and not kept in memory", async () => {
  await open(laptop);
  await fill(laptop);
  await laptop.evaluate(() => store.sync());
  await open(phone, { cache: { memoryBytes: 16 << 20 } });
  // Nothing was opened here: not one of the collections is known by name.
  const file = await exported(phone);
  strictEqual(await phone.evaluate(async () => (await store.metrics()).cache.memoryBytes), 0);
  await phone.reload();
  await openLocal(phone);
  strictEqual((await imported(phone, file)).value.imported, 5);
  deepStrictEqual(await contents(phone), await contents(laptop));
  // Offline, with nothing here, there is no backup that is not whole.
  await phone.reload();
  await open(phone);
  await phone.evaluate(() => store.clearLocal());
  await phone.evaluate(() => store.sync());
  await remote.stop();
  strictEqual((await phone.evaluate(() => outcome(store.exportBackup()))).code, "OFFLINE");
});

test("an import is saved and synced like any other change, on top of what the Hub has", async () => {
  await open(laptop);
  await fill(laptop);
  await laptop.evaluate(() => store.sync());
  const file = await exported(laptop);
  await laptop.evaluate(async () => {
    await store.saveProject({ id: "proj 1", name: "changed" });
    await store.saveProject({ id: "new" });
    await store.deletePdf("reportlab.pdf");
    await store.sync();
  });
  await open(phone);
  await phone.evaluate(() => store.sync());
  const { imported: added, skipped, replaced, backupId } = (await imported(phone, file, { mode: "replace" })).value;
  deepStrictEqual([added, skipped, replaced], [1, 3, 2]);
  strictEqual(await phone.evaluate(async () => (await store.status()).pending), 3);
  await phone.evaluate(() => store.sync());
  await laptop.evaluate(() => store.sync());
  const after = await contents(laptop);
  deepStrictEqual(Object.keys(after).sort(), [
    "images/i",
    "notes/n",
    "pdfs/reportlab.pdf",
    "projects/large",
    "projects/proj 1",
  ]);
  deepStrictEqual(await contents(phone), after);
  // It can be undone: what was replaced and deleted comes back.
  const undone = (await phone.evaluate((id) => outcome(store.restoreBackup(id)), backupId)).value;
  deepStrictEqual([undone.imported, undone.replaced], [1, 1]);
  strictEqual(await phone.evaluate(async () => (await store.loadProject("proj 1")).name), "changed");
});

/** Saves the project `a` with each number, and imports over it: an automatic backup each. */
const replaceTimes = (browser, times) =>
  browser.evaluate(async (count) => {
    const ids = [];
    for (let n = 0; n < count; n++) {
      await store.saveProject({ id: "a", n: "imported" });
      const zip = await store.exportBackup();
      await store.saveProject({ id: "a", n });
      ids.push((await store.importBackup(zip)).backupId);
    }
    return ids;
  }, times);

test("automatic backups: the last five are kept through a crash, and each can be restored", async () => {
  await openLocal(laptop);
  const ids = await replaceTimes(laptop, 6);
  await laptop.crash();
  await openLocal(laptop);
  const kept = await backups(laptop);
  deepStrictEqual(kept.map(({ id }) => id), ids.slice(1).reverse());
  for (const { created, items, size, reason } of kept) {
    deepStrictEqual([items, reason], [1, "importBackup"]);
    ok(size > 100 && Math.abs(created - Date.now()) < 600_000);
  }
  await laptop.evaluate((id) => store.restoreBackup(id), ids[1]);
  strictEqual(await laptop.evaluate(async () => (await store.loadProject("a")).n), 1);
  strictEqual((await laptop.evaluate((id) => outcome(store.restoreBackup(id)), ids[0])).code, "NOT_FOUND");
  // Another store of this browser has others; clearLocal() removes those of this one.
  await laptop.evaluate(() => store.close());
  await openLocal(laptop, { prefix: "other" });
  deepStrictEqual(await backups(laptop), []);
  await replaceTimes(laptop, 1);
  strictEqual((await databases(laptop)).length, 2);
  await laptop.evaluate(() => store.clearLocal());
  deepStrictEqual(await backups(laptop), []);
  await laptop.evaluate(() => store.close());
  await openLocal(laptop);
  strictEqual((await backups(laptop)).length, 5);
});

test("an automatic backup that is damaged is BAD_BACKUP, and nothing changes", async () => {
  await openLocal(laptop);
  const [id] = await replaceTimes(laptop, 1);
  await laptop.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((database) => /backups/.test(database.name));
    const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
    const database = await done(indexedDB.open(name));
    const [key] = await done(database.transaction("zips").objectStore("zips").getAllKeys());
    const zip = await done(database.transaction("zips").objectStore("zips").get(key));
    await done(database.transaction("zips", "readwrite").objectStore("zips").put(zip.slice(0, zip.size - 9), key));
    database.close();
  });
  const { code, message } = await laptop.evaluate((id) => outcome(store.restoreBackup(id)), id);
  strictEqual(code, "BAD_BACKUP", message);
  strictEqual(await laptop.evaluate(async () => (await store.loadProject("a")).n), "imported");
});

test("another account on this browser sees none of the backups", async () => {
  const team = (token) => open(laptop, { dataset: "team/notes", token });
  await team("hf_write");
  await laptop.evaluate(() => outcome(store.sync()));
  const [id] = await replaceTimes(laptop, 1);
  await laptop.reload();
  await team("hf_bob");
  await laptop.evaluate(() => outcome(store.sync()));
  deepStrictEqual(await backups(laptop), []);
  strictEqual((await laptop.evaluate((id) => outcome(store.restoreBackup(id)), id)).code, "NOT_FOUND");
  await replaceTimes(laptop, 1);
  await laptop.evaluate(() => store.clearLocal({ force: true }));
  await laptop.reload();
  await team("hf_write");
  deepStrictEqual((await backups(laptop)).map((info) => info.id), [id]);
});

test("remote mode: it works, and keeps nothing in the browser", async () => {
  await open(laptop, { mode: "remote" });
  await laptop.evaluate(async () => {
    await store.saveProject({ id: "a", n: 1 });
    await store.savePdf("p", new Blob(["%PDF"]));
  });
  const file = await exported(laptop);
  await laptop.evaluate(() => store.saveProject({ id: "a", n: 2 }));
  await laptop.evaluate(() => store.deletePdf("p"));
  const { imported: added, replaced, backupId } = (await imported(laptop, file)).value;
  deepStrictEqual([added, replaced], [1, 1]);
  strictEqual(await laptop.evaluate(async () => (await store.loadProject("a")).n), 1);
  await laptop.evaluate((id) => store.restoreBackup(id), backupId);
  strictEqual(await laptop.evaluate(async () => (await store.loadProject("a")).n), 2);
  deepStrictEqual(await laptop.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)), []);
  await laptop.reload();
  await open(laptop, { mode: "remote" });
  deepStrictEqual(await backups(laptop), []);
});

test("a full disk: whole items or nothing, the message says which, and a second import completes it", async () => {
  await openLocal(phone);
  const file = path.join(folder, "noise.zip");
  const base64 = await phone.evaluate(async () => {
    const noise = () => new Blob(Array.from({ length: 32 }, () => crypto.getRandomValues(new Uint8Array(1 << 16))));
    for (const id of ["1", "2", "3", "4"]) await store.savePdf(id, noise());
    const bytes = new Uint8Array(await (await store.exportBackup()).arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  });
  writeFileSync(file, Buffer.from(base64, "base64"));
  await openLocal(laptop);
  const devtools = await laptop.chromium.page.createCDPSession();
  const { usage } = await devtools.send("Storage.getUsageAndQuota", { origin: pages.origin });
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: pages.origin, quotaSize: usage + (7 << 20) });
  const full = await imported(laptop, file);
  strictEqual(full.code, "QUOTA_EXCEEDED", JSON.stringify(full));
  match(full.message, /has made [1-3] of 4 changes.*Import the same backup again/);
  const before = Object.keys(await contents(laptop)).length;
  ok(full.message.includes(`made ${before} of 4`), full.message);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: pages.origin });
  const { imported: added, skipped } = (await imported(laptop, file)).value;
  deepStrictEqual([added, skipped], [4 - before, before]);
  deepStrictEqual(await contents(laptop), await contents(phone));
});

test("without a network the code may not be there: the call says so, and the store works on", async () => {
  await openLocal(laptop);
  const { page } = laptop.chromium;
  await page.setRequestInterception(true);
  const cut = (request) => void (/backup\.js$/.test(request.url()) ? request.abort() : request.continue());
  page.on("request", cut);
  const { code, message } = await laptop.evaluate(() => outcome(store.exportBackup()));
  deepStrictEqual([code, /backup\.js could not be loaded.*beside index\.js/.test(message)], ["OFFLINE", true], message);
  strictEqual((await laptop.evaluate(() => outcome(store.saveProject({ id: "a" })))).code, undefined);
  page.off("request", cut);
  await page.setRequestInterception(false);
  await laptop.reload();
  await openLocal(laptop);
  strictEqual((await laptop.evaluate(() => outcome(store.exportBackup()))).code, undefined);
});

test("the code for backups is loaded by the first call that needs it", async () => {
  const loaded = () =>
    laptop.evaluate(() => {
      const scripts = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
      return scripts.filter((name) => name === "/dist/backup.js").length;
    });
  await openLocal(laptop);
  await laptop.evaluate(() => store.saveProject({ id: "a" }));
  strictEqual(await loaded(), 0);
  await laptop.evaluate(async () => void (await store.exportBackup()));
  strictEqual(await loaded(), 1);
  deepStrictEqual(laptop.chromium.log.filter((line) => /Content.Security/i.test(line)), []);
});
