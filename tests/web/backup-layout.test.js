// Goal: a backup is a zip that people and other programs can read: the manifest says what each file is, the files have
// the bytes that were stored and names as in the dataset, and no two of them are one file on any disk.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { Names, encodeId } from "../../web/src/backup/names.js";
import { FakeEngine } from "./fake-engine.js";

const folder = mkdtempSync(path.join(tmpdir(), "hubstash-backup-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The files of a zip, as Python's own module reads them: path -> [content, how it is packed]. */
async function unpack(zip) {
  const file = path.join(folder, "backup.zip");
  writeFileSync(file, Buffer.from(await zip.arrayBuffer()));
  const script = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({i.filename: [z.read(i).decode(), i.compress_type, i.flag_bits] for i in z.infolist()}))`;
  return JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
}
const STORED = 0, DEFLATED = 8;

test("the manifest and the files agree, documents are packed, blobs are not", async () => {
  const engine = new FakeEngine()
    .has("projects", "json", "proj 1", '{ "id": "proj 1", "n": 1.000 }')
    .has("pdfs", "blob", "thesis", "%PDF-1.7", "application/pdf")
    .has("images", "blob", "a.png", "", "image/png");
  const files = await unpack(await engine.store.exportBackup());
  const { items, created, ...head } = JSON.parse(files["hubstash.json"][0]);
  deepStrictEqual(head, { format: "hubstash-backup", version: 1, reason: "exportBackup" });
  ok(Math.abs(created - Date.now()) < 60_000);
  deepStrictEqual(
    items.map((item) => [item.path, item.collection, item.kind, item.id, item.type, item.size]),
    [
      ["projects/proj%201.json", "projects", "json", "proj 1", "application/json", 30],
      ["pdfs/thesis.pdf", "pdfs", "blob", "thesis", "application/pdf", 8],
      ["images/a.png", "images", "blob", "a.png", "image/png", 0],
    ],
  );
  deepStrictEqual(Object.keys(files).sort(), [...items.map((item) => item.path), "hubstash.json"].sort());
  for (const item of items) {
    const [content, method, flags] = files[item.path];
    strictEqual(content, engine.content()[`${item.collection}/${item.id}`]);
    strictEqual(createHash("sha256").update(content).digest("hex"), item.sha256);
    strictEqual(item.modified, Date.UTC(2026, 0, 2, 3, 4, 6));
    if (item.size > 0) strictEqual(method, item.kind === "json" ? DEFLATED : STORED);
    strictEqual(flags & 8, 0, "its size stands before it");
  }
  deepStrictEqual(engine.writes, []);
});

test("an empty store has an empty backup, which can be imported", async () => {
  const zip = await new FakeEngine().store.exportBackup();
  deepStrictEqual(Object.keys(await unpack(zip)), ["hubstash.json"]);
  const report = await new FakeEngine().store.importBackup(zip);
  deepStrictEqual(report, { imported: 0, skipped: 0, replaced: 0, backupId: null, problems: [] });
});

test("names are those of the dataset", () => {
  // The cases of encode_id in tests/unit/base/ids_test.cpp.
  for (const [id, name] of [
    ["proj_1", "proj_1"],
    ["a.b", "a.b"],
    [".hidden", "%2Ehidden"],
    ["end.", "end%2E"],
    ["...", "%2E.%2E"],
    ["100%", "100%25"],
    ["é", "%C3%A9"],
    ["Thesis (v2).pdf", "Thesis%20%28v2%29.pdf"],
    ["a:b*c?", "a%3Ab%2Ac%3F"],
  ]) {
    strictEqual(encodeId(id), name);
  }
  // Percent-encoded it would be longer than 240 bytes: 66 characters of three bytes.
  strictEqual(encodeId("漢".repeat(66)), "漢".repeat(66));
  strictEqual(encodeId(`${"漢".repeat(60)} `), `${"漢".repeat(60)}%20`);
});

test("no two names are one file on a disk that does not tell cases apart, and none is a device's", () => {
  const names = new Names();
  const given = ["a", "A", "a~2", "é", "con", "CON.x"].map((id) => names.pathOf("notes", "json", id));
  deepStrictEqual(given, [
    "notes/a.json",
    "notes/A~2.json",
    "notes/a~2~2.json",
    "notes/%C3%A9.json",
    "notes/con~2.json",
    "notes/CON.x~2.json",
  ]);
  strictEqual(names.pathOf("pdfs", "blob", "a"), "pdfs/a.pdf");
  strictEqual(names.pathOf("images", "blob", "a.json"), "images/a.json");
});

test("conflict copies are in it, as they are", async () => {
  const copy = "a~local-0123456789abcdef";
  const engine = new FakeEngine()
    .has("projects", "json", "a", '{"id":"a","n":1}')
    .has("projects", "json", copy, '{"id":"a","n":2}');
  const files = await unpack(await engine.store.exportBackup());
  strictEqual(files[`projects/${copy}.json`][0], '{"id":"a","n":2}');
  const target = new FakeEngine();
  const { imported, problems } = await target.store.importBackup(await engine.store.exportBackup());
  strictEqual(imported, 1);
  deepStrictEqual(target.content(), { "projects/a": '{"id":"a","n":1}' });
  strictEqual(problems.length, 1);
  strictEqual(problems[0].path, `projects/${copy}.json`);
  match(problems[0].reason, /conflict copy of "a"/);
});

test("what cannot be read ends an export, and says which item it is", async () => {
  const damaged = new FakeEngine().has("projects", "json", "a", '{"id":"a"}').has("pdfs", "blob", "p", "%PDF");
  const fail = (error) => (damaged.onCall = ({ call, id }) => (call === "load" && id === "p" ? error : null));
  fail({ code: "STORAGE_CORRUPT", message: "Bad." });
  await rejects(damaged.store.exportBackup(), { code: "STORAGE_CORRUPT", message: /"p" of "pdfs".*Bad\./ });
  fail({ code: "OFFLINE", message: "Away." });
  await rejects(damaged.store.exportBackup(), { code: "OFFLINE", message: /Away/ });
  // An import would refuse it: somebody has edited the file on the Hub by hand.
  const deep = `{"id":"a","n":${"[".repeat(300)}${"]".repeat(300)}}`;
  for (const text of ["{", "[]", "null", '{"id":"b"}', '{"n":1}', deep]) {
    const edited = new FakeEngine().has("projects", "json", "a", text);
    await rejects(edited.store.exportBackup(), { code: "STORAGE_CORRUPT", message: /"a".*Save it again/ });
  }
});

test("an item that is deleted meanwhile is left out", async () => {
  const engine = new FakeEngine().has("projects", "json", "a", '{"id":"a"}').has("projects", "json", "b", '{"id":"b"}');
  const items = engine.named("projects", "json");
  engine.onCall = ({ call, id }) => void (call === "load" && id === "b" && items.delete("b"));
  const files = await unpack(await engine.store.exportBackup());
  deepStrictEqual(JSON.parse(files["hubstash.json"][0]).items.map(({ id }) => id), ["a"]);
});

test("aborting ends it between two items; progress tells of each", async () => {
  const engine = new FakeEngine().has("projects", "json", "a", '{"id":"a"}').has("pdfs", "blob", "p", "%PDF");
  const seen = [];
  await engine.store.exportBackup({ onProgress: (progress) => seen.push(progress) });
  deepStrictEqual(seen, [
    { phase: "export", loaded: 0, total: 14, item: "projects/a.json" },
    { phase: "export", loaded: 10, total: 14, item: "pdfs/p.pdf" },
    { phase: "export", loaded: 14, total: 14 },
  ]);
  const stop = new AbortController();
  const onProgress = ({ item }) => item?.startsWith("pdfs") && stop.abort();
  const ended = engine.store.exportBackup({ signal: stop.signal, onProgress });
  await rejects(ended, { code: "ABORTED" });
  await rejects(engine.store.exportBackup({ signal: stop.signal }), { code: "ABORTED" });
  await rejects(engine.store.exportBackup({ signal: 7 }), { code: "INVALID_ARGUMENT" });
});
