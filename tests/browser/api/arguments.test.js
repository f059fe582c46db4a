// Goal: what cannot be stored is refused by name before anything changes, through the public API and the real module.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll, device, site } from "./support.js";

let pages, browser;
before(async () => {
  pages = await site();
  browser = await device(pages);
  await browser.evaluate(() => open({ mode: "local" }));
});
after(() => closeAll(browser, pages));

const HOSTILE_IDS = {
  empty: "",
  "201 bytes": "x".repeat(201),
  "201 bytes in 67 characters": "漢".repeat(67),
  "a way up": "../x",
  "a way up, encoded": "%2e%2e",
  "a way up, encoded in part": "%2e%2e%2fx",
  "a dot": ".",
  "git's own": ".git/config",
  "git's own, other case": ".GIT",
  "a path": "a/b",
  "a Windows path": "a\\b",
  "an absolute path": "/etc/passwd",
  NUL: "a\0b",
  "a line break": "a\nb",
  DEL: "a\u007fb",
  "half of a surrogate pair": "a\ud800b",
};

for (const [name, id] of Object.entries(HOSTILE_IDS)) {
  test(`id: ${name}`, async () => {
    // As code units, because a lone surrogate does not survive the way to the page.
    const units = Array.from({ length: id.length }, (_, i) => id.charCodeAt(i));
    const codes = await browser.evaluate(async (codeUnits) => {
      const bad = String.fromCharCode(...codeUnits);
      const pdf = new Blob(["%PDF-1.7"]);
      const { store } = globalThis;
      const calls = [
        store.saveProject({ id: bad }),
        store.loadProject(bad),
        store.deleteProject(bad),
        store.savePdf(bad, pdf),
        store.loadPdf(bad),
        store.deletePdf(bad),
        store.pdfs.exists(bad),
        store.pdfs.url(bad),
        store.pdfs.evict(bad),
        store.projects.saveMany([{ id: "good" }, { id: bad }]),
      ];
      return (await Promise.all(calls.map(outcome))).map(({ code }) => code);
    }, units);
    deepStrictEqual(codes, Array(10).fill("INVALID_ID"));
  });
}

test("nothing of all that was stored, not even the good half of a saveMany", async () => {
  const lists = await browser.evaluate(() => Promise.all([store.listProjects(), store.listPdfs()]));
  deepStrictEqual(lists, [[], []]);
});

test("ids that only look unusual are stored and read back", async () => {
  const ids = [
    "x".repeat(200),
    "漢字 😀",
    "100%",
    "%zz",
    "a b+c?d#e",
    "CON",
    "..x",
    "é",
    "e\u0301",
    "-",
    "a.json",
    "__proto__",
  ];
  const loaded = await browser.evaluate(async (all) => {
    const notes = store.collection("odd", "json");
    for (const id of all) await notes.save({ id, own: id });
    const documents = await Promise.all(all.map((id) => notes.load(id)));
    const listed = (await notes.list()).map(({ id }) => id);
    return { own: documents.map(({ own }) => own), listed };
  }, ids);
  deepStrictEqual(loaded.own, ids);
  deepStrictEqual(loaded.listed.sort(), [...ids].sort());
});

test("documents that JSON would change are refused with the path", async () => {
  const outcomes = await browser.evaluate(() => {
    const cycle = { id: "c", list: [] };
    cycle.list.push(cycle);
    return Promise.all(
      [
        { name: "no id" },
        cycle,
        { id: "a", big: [{ n: 1n }] },
        { id: "a", deep: { list: [0, NaN] } },
        { id: "a", made: new Date() },
      ].map((document) => outcome(store.saveProject(document))),
    );
  });
  for (const { name, code, retry } of outcomes) {
    deepStrictEqual({ name, code, retry }, { name: "StoreError", code: "INVALID_ARGUMENT", retry: "never" });
  }
  match(outcomes[3].message, /\$\.deep\.list\[1\] is NaN/);
});

test("an empty PDF is refused with advice, in each form of bytes", async () => {
  const outcomes = await browser.evaluate(() =>
    Promise.all(
      [new Blob([]), new ArrayBuffer(0), new Uint8Array(8).subarray(8), new Blob([]).stream()].map((data) =>
        outcome(store.savePdf("empty", data)),
      ),
    ),
  );
  for (const { code, message } of outcomes) {
    strictEqual(code, "INVALID_ARGUMENT");
    match(message, /"empty" has 0 bytes/);
  }
});

test("an empty blob of another collection is stored, with its type", async () => {
  const loaded = await browser.evaluate(async () => {
    const files = store.collection("files", "blob");
    await files.save("none", new Blob([], { type: "text/plain" }));
    const { size, type } = await files.load("none");
    return { size, type };
  });
  deepStrictEqual(loaded, { size: 0, type: "text/plain" });
});

test("what is not there is null or false, and deleting it is no error", async () => {
  const found = await browser.evaluate(() =>
    Promise.all([store.loadProject("none"), store.loadPdf("none"), store.pdfs.exists("none"), store.pdfs.url("none")]),
  );
  deepStrictEqual(found, [null, null, false, null]);
});

test("after close every call says CLOSED, and the next open finds the data", async () => {
  const { code, name } = await browser.evaluate(async () => {
    await store.saveProject({ id: "kept", name: "here" });
    await store.close();
    const { code: closed } = await outcome(store.loadProject("kept"));
    await open({ mode: "local" });
    return { code: closed, name: (await store.loadProject("kept")).name };
  });
  deepStrictEqual({ code, name }, { code: "CLOSED", name: "here" });
});
