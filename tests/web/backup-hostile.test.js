// Goal: a backup is looked at as a whole before anything changes. Whatever is wrong with it (a damaged file, another
// program's zip, one that somebody made to do harm) is BAD_BACKUP, with the path, and nothing has changed.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { backup, documentItem, documentText, itemOf, manifest, pack } from "./backup-zips.js";
import { FakeEngine } from "./fake-engine.js";

/** A store with something in it that must not change. */
const engine = () =>
  new FakeEngine().has("projects", "json", "a", '{"id":"a","mine":1}').has("notes", "json", "n", '{"id":"n"}');

async function refused(zip, message, code = "BAD_BACKUP") {
  for (const mode of ["merge", "replace"]) {
    const target = engine();
    const before = target.content();
    await rejects(target.store.importBackup(zip, { mode }), (error) => {
      strictEqual(error.name, "StoreError");
      strictEqual(error.code, code, error.message);
      match(error.message, message);
      match(error.message, /[Nn]othing was changed/);
      return true;
    });
    deepStrictEqual(target.content(), before);
    deepStrictEqual(target.writes, []);
    deepStrictEqual(await target.store.listBackups(), []);
  }
}

const text = documentText("a");
const good = documentItem("a");
const files = [["projects/a.json", text]];
const blobs = (more) => itemOf("pdfs/p.pdf", "pdfs", "blob", "p", "%PDF", more);

test("what is no backup", async () => {
  await refused(new Blob([]), /the file is not a zip/);
  await refused(new Blob(["%PDF-1.7"]), /the file is not a zip/);
  const zip = await backup();
  await refused(zip.slice(0, zip.size - 5), /the file is not a zip/);
  await refused(zip.slice(5), /./);
  await refused(await pack([["a.txt", "hello"]]), /hubstash\.json is missing: this is a zip, but not a backup/);
  await refused(await pack([]), /hubstash\.json is missing/);
  const inFolder = [["backup/hubstash.json", manifest([good])], ["backup/projects/a.json", text]];
  await refused(await pack(inFolder), /hubstash\.json is missing: it is in a folder/);
});

test("manifests that are wrong", async () => {
  const withManifest = async (content) => pack([...files, ["hubstash.json", content]]);
  await refused(await withManifest("{"), /hubstash\.json is not JSON/);
  for (const other of ["[]", "null", "7", "{}", '{"format":"other","version":1,"items":[]}']) {
    await refused(await withManifest(other), /hubstash\.json is not that of a hubstash backup/);
  }
  for (const version of [0, -1, 1.5, "1", null]) {
    await refused(await backup({ more: { version } }), /hubstash\.json states no version/);
  }
  await refused(await backup({ more: { version: 2 } }), /has version 2, .* Update the app/, "NEWER_FORMAT");
  for (const items of [null, {}, "x"]) await refused(await backup({ more: { items } }), /has no list of items/);
  await refused(await backup({ items: [good, null] }), /items\[1\] of hubstash\.json is not an object/);
  await refused(await backup({ items: [[]] }), /items\[0\] of hubstash\.json is not an object/);
});

const MEMBERS = {
  path: ["", 7, null, undefined, "hubstash.json", {}],
  collection: ["", "Notes", "../x", "a/b", "__proto__", "constructor\n", 7, null, undefined, "a".repeat(33)],
  kind: ["text", "", 7, null, undefined, "__proto__"],
  id: [7, null, undefined, {}, "\ud800"],
  type: [7, null, undefined, "a\nb", "x".repeat(256), "é"],
  size: [-1, 1.5, "3", null, undefined, (64 << 20) + 1, 2 ** 53],
  sha256: ["", "abc", 7, null, undefined, "A".repeat(64), "g".repeat(64)],
  modified: [-1, 1.5, "now", null, undefined],
};
for (const [member, values] of Object.entries(MEMBERS)) {
  test(`a manifest whose items have a wrong ${member}`, async () => {
    for (const value of values) {
      await refused(await backup({ items: [{ ...good, [member]: value }] }), /items\[0\] of hubstash\.json/);
    }
  });
}

test("members of Object.prototype are no members of an item", async () => {
  const json = `{"format":"hubstash-backup","version":1,"items":[{"__proto__":${JSON.stringify(good)}}]}`;
  await refused(await pack([...files, ["hubstash.json", json]]), /items\[0\] of hubstash\.json/);
});

test("files that are not what the manifest states", async () => {
  await refused(await backup({ files: [] }), /projects\/a\.json is missing/);
  await refused(await backup({ files: [["projects/A.json", text]] }), /projects\/a\.json is missing/);
  const asFolder = await backup({ files: [["projects/a.json/", "", { directory: true }]] });
  await refused(asFolder, /projects\/a\.json is missing/);
  await refused(await backup({ files: [["projects/a.json", `${text} `]] }), /has \d+ bytes, the manifest states/);
  const other = await backup({ files: [["projects/a.json", text.replace("a", "b")]] });
  await refused(other, /projects\/a\.json has another SHA-256/);
  const secret = await backup({ files: [["projects/a.json", text, { password: "secret" }]] });
  await refused(secret, /projects\/a\.json is encrypted/);
  const locked = [...files, ["hubstash.json", manifest([good]), { password: "secret" }]];
  await refused(await pack(locked), /hubstash\.json is encrypted/);
});

test("two of what there may be one of", async () => {
  const b = documentItem("b", text, { id: "b" });
  await refused(await backup({ items: [good, { ...b, path: good.path }] }), /stands twice in hubstash\.json/);
  const twice = await backup({
    items: [good, { ...good, path: "projects/b.json" }],
    files: [...files, ["projects/b.json", text]],
  });
  await refused(twice, /projects\/b\.json is a second file for the item "a"/);
});

test("a zip with two files of one name", async () => {
  // zip.js writes none, so the second one is renamed in both places where its name stands.
  const zip = await backup({ files: [...files, ["projects/b.json", documentText("b")]] });
  const renamed = Buffer.from(await zip.arrayBuffer());
  for (let at = renamed.indexOf("projects/b.json"); at >= 0; at = renamed.indexOf("projects/b.json")) {
    renamed.write("projects/a.json", at);
  }
  await refused(new Blob([renamed]), /projects\/a\.json stands in the zip more than once/);
});

test("kinds that are not those of the collection", async () => {
  const asBlob = itemOf("projects/a.json", "projects", "blob", "a", text);
  await refused(await backup({ items: [asBlob] }), /has the kind "blob", but "projects" has the kind "json"/);
  const pdf = itemOf("pdfs/p", "pdfs", "json", "p", documentText("p"));
  await refused(await backup({ items: [pdf] }), /"pdfs" has the kind "blob"/);
  const scans = [itemOf("x/1", "scans", "json", "a", text), itemOf("x/2", "scans", "blob", "b", text)];
  await refused(await backup({ items: scans, files: [["x/1", text], ["x/2", text]] }), /"scans" has the kind "json"/);
  // Here "notes" is a collection of documents.
  const notes = itemOf("notes/n", "notes", "blob", "n", "bytes");
  await refused(
    await backup({ items: [notes], files: [["notes/n", "bytes"]] }),
    /notes\/n has the kind "blob", but the collection "notes" has the kind "json" here/,
  );
});

test("ids that cannot be saved", async () => {
  for (const id of ["", "../../etc/passwd", "a/b", "..", ".git", "a\\b", "x".repeat(201)]) {
    const item = documentItem("a", documentText(id), { id });
    const zip = await backup({ items: [item], files: [["projects/a.json", documentText(id)]] });
    await refused(zip, /projects\/a\.json cannot be saved: The id/);
  }
});

test("documents that are none", async () => {
  const deep = `{"id":"a","n":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  for (const content of ["", "{", "[]", "null", '"a"', '{"n":1}', '{"id":7}', deep]) {
    const zip = await backup({ items: [documentItem("a", content)], files: [["projects/a.json", content]] });
    await refused(zip, /projects\/a\.json is not a document/);
  }
  const b = documentText("b");
  const other = await backup({ items: [documentItem("a", b)], files: [["projects/a.json", b]] });
  await refused(other, /projects\/a\.json has the id "b" in it, not "a"/);
});

test("a PDF of 0 bytes", async () => {
  const empty = itemOf("pdfs/p.pdf", "pdfs", "blob", "p", "");
  await refused(await backup({ items: [empty], files: [["pdfs/p.pdf", ""]] }), /pdfs\/p\.pdf is a PDF of 0 bytes/);
});

/** Writes `size` where the zip says how large the file `path` is when it is unpacked. */
async function claimSize(zip, path, size) {
  const bytes = Buffer.from(await zip.arrayBuffer());
  for (let at = bytes.indexOf(path); at >= 0; at = bytes.indexOf(path, at + 1)) {
    const isLocal = bytes.readUInt32LE(at - 30) === 0x04034b50;
    const isCentral = at >= 46 && bytes.readUInt32LE(at - 46) === 0x02014b50;
    if (isLocal) bytes.writeUInt32LE(size, at - 8);
    else if (isCentral) bytes.writeUInt32LE(size, at - 22);
  }
  return new Blob([bytes]);
}

test("a bomb is stopped when it has become as large as it may be", async () => {
  // 64 MiB of blanks are 64 KiB packed. The zip and the manifest both say that it is small.
  const large = `{"id":"a"${" ".repeat(64 << 20)}}`;
  const small = documentItem("a");
  const zip = await backup({ items: [small], files: [["projects/a.json", large]] });
  ok(zip.size < 1 << 20);
  await refused(zip, /projects\/a\.json has \d+ bytes, the manifest states/);
  const stopped = /cannot be read \(Invalid uncompressed size\)/;
  await refused(await claimSize(zip, "projects/a.json", small.size), stopped);
  // The same with the manifest.
  const fat = await pack([...files, ["hubstash.json", manifest([good]) + " ".repeat(130 << 20)]]);
  await refused(fat, /hubstash\.json is larger than a manifest can be/);
  await refused(await claimSize(fat, "hubstash.json", 400), stopped);
});

test("names that lead elsewhere do no harm", async () => {
  for (const name of ["../../a.json", "/etc/a.json", "C:\\a.json", "..\\a.json"]) {
    const zip = await backup({ items: [{ ...good, path: name }], files: [[name, text]] });
    await refused(zip, /the file is not a zip, or a damaged one \(.*[Ff]ilename/);
  }
  // These are names like any other: nothing is read off them.
  for (const name of ["__proto__", "constructor", "a\\b.json", " ", "projects/\u202ea.json"]) {
    const target = engine();
    const zip = await backup({ items: [{ ...good, path: name }], files: [[name, text]] });
    strictEqual((await target.store.importBackup(zip)).replaced, 1);
    strictEqual(target.content()["projects/a"], text);
  }
  strictEqual({}.id, undefined);
});

test("an item may have any id that a save takes, and a document any members", async () => {
  const content = '{"id":"__proto__","__proto__":{"x":1},"toJSON":1,"constructor":null,"n":1.00}';
  const item = documentItem("a", content, { id: "__proto__" });
  const target = engine();
  await target.store.importBackup(await backup({ items: [item], files: [["projects/a.json", content]] }));
  strictEqual(target.content()["projects/__proto__"], content);
  strictEqual({}.x, undefined);
});

test("files that the manifest does not name are left out, and reported", async () => {
  const target = engine();
  const zip = await backup({ files: [["__MACOSX/._a", "x"], ...files, ["projects/", "", { directory: true }]] });
  const report = await target.store.importBackup(zip);
  const reason = "The manifest does not name it, so it was left out.";
  deepStrictEqual(report.problems, [{ path: "__MACOSX/._a", reason }]);
  strictEqual(report.replaced, 1);
});

test("a file that was packed again by another program is the same backup", async () => {
  const again = await pack(
    [["projects/", "", { directory: true }], ...files, ["hubstash.json", manifest([good])]],
    { level: 9, dataDescriptor: true },
  );
  strictEqual((await engine().store.importBackup(again)).replaced, 1);
});

test("every byte of a backup flipped: it is imported exactly, or refused and nothing has changed", async () => {
  const pdf = blobs({ type: "application/pdf" });
  const zip = await backup({ items: [good, pdf], files: [...files, ["pdfs/p.pdf", "%PDF", { level: 0 }]] });
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const outcomes = { same: 0, refused: 0 };
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0x01, 0x80]) {
      const flipped = bytes.slice();
      flipped[at] ^= mask;
      const target = engine();
      const before = target.content();
      const { report, error } = await target.store.importBackup(new Blob([flipped])).then(
        (report) => ({ report }),
        (error) => ({ error }),
      );
      if (report) {
        deepStrictEqual(target.content(), { ...before, "projects/a": text, "pdfs/p": "%PDF" }, `byte ${at}`);
        deepStrictEqual([report.imported, report.replaced], [1, 1]);
        outcomes.same += 1;
      } else {
        strictEqual(error.code, "BAD_BACKUP", `byte ${at}: ${error.message}`);
        deepStrictEqual([target.content(), target.writes], [before, []], `byte ${at}`);
        outcomes.refused += 1;
      }
    }
  }
  strictEqual(outcomes.same + outcomes.refused, 2 * bytes.length);
  // Most of a zip says something; times and versions do not.
  ok(outcomes.refused > bytes.length && outcomes.same > 0, JSON.stringify(outcomes));
});

test("every cut of a backup is refused", async () => {
  const zip = await backup();
  for (let size = 0; size < zip.size; size++) await refusedQuickly(zip.slice(0, size));
});

async function refusedQuickly(zip) {
  const target = engine();
  await rejects(target.store.importBackup(zip), { code: "BAD_BACKUP" });
  deepStrictEqual(target.writes, []);
}

test("what is no Blob, and other options, are the caller's mistakes", async () => {
  const { store } = engine();
  for (const zip of [undefined, null, "PK", new Uint8Array(4), {}]) {
    await rejects(store.importBackup(zip), { code: "INVALID_ARGUMENT", message: /as a Blob/ });
  }
  const zip = await backup();
  for (const options of [{ mode: "overwrite" }, { mode: null }, { signal: 1 }, { onProgress: 1 }, null, 7]) {
    await rejects(store.importBackup(zip, options), { code: "INVALID_ARGUMENT" });
  }
});
