// The benchmark's scenario matrix: what is ticked becomes loads and settings, and nothing is measured twice in vain.
import assert from "node:assert/strict";
import test from "node:test";
import { CONTENDERS, datasetFor, entryOf } from "../../../web/bench/contenders/index.js";
import {
  DURABILITIES, ITEMS, PDFS, PROJECTS, TEMPERATURES, USUAL, loadsFor, selectionProblem, selectionWords, settingWords,
  settingsOf, takingPart,
} from "../../../web/bench/matrix.js";
import { pdfOfSize } from "../../../web/bench/sample-pdf.js";
import { schedule } from "../../../web/bench/schedule.js";
import { fillerItems, makeProject } from "../../../web/bench/workload.js";

test("both kinds go from 2 kB to 40 MB, PDFs also as picked", () => {
  for (const loads of [PROJECTS, PDFS.slice(1)]) {
    assert.deepEqual(loads.map(({ bytes }) => bytes), [2_000, 100_000, 1_000_000, 10_000_000, 40_000_000]);
  }
  assert.equal(PDFS[0].bytes, null);
});

test("generated files have about the size that was asked for", () => {
  for (const bytes of [2_000, 100_000, 1_000_000, 10_000_000]) {
    const pdf = pdfOfSize(bytes);
    assert.ok(Math.abs(pdf.length / bytes - 1) < 0.2, `PDF of ${bytes}: ${pdf.length}`);
    assert.match(new TextDecoder("latin1").decode(pdf.subarray(0, 8)), /^%PDF-1/);
    const project = JSON.stringify(makeProject("m", 1, 2, bytes)).length;
    assert.ok(Math.abs(project / bytes - 1) < 0.2, `project of ${bytes}: ${project}`);
  }
});

test("all settings are the product of what is ticked, and the usual choice is one setting with two loads", () => {
  const all = settingsOf({ temperatures: TEMPERATURES, durabilities: DURABILITIES, items: ITEMS });
  assert.equal(new Set(all.map(settingWords)).size, 8);
  assert.deepEqual(settingsOf(USUAL).map(settingWords), ["warm, strict, empty"]);
  assert.deepEqual(loadsFor(USUAL).map(({ key }) => key), ["pdf-picked", "project-100kB"]);
});

test("a store that cannot be asked for durability takes part once", () => {
  const settings = settingsOf({ temperatures: ["warm"], durabilities: ["strict", "relaxed"], items: [0] });
  const names = settings.map((setting) => takingPart(CONTENDERS, setting, settings).map(({ name }) => name));
  assert.equal(names[0].length, CONTENDERS.length);
  assert.deepEqual(names[1].sort(), ["dexie", "hubstash", "indexeddb", "opfs", "raw"]);
});

test("each thing that was left unticked is named", () => {
  const whole = { ...USUAL, contenders: ["indexeddb"] };
  assert.equal(selectionProblem(whole), null);
  for (const [key, words] of [["contenders", /store/], ["temperatures", /warm/], ["durabilities", /strict/],
    ["items", /items/]]) {
    assert.match(selectionProblem({ ...whole, [key]: [] }), words, key);
  }
  assert.match(selectionProblem({ ...whole, pdfs: [], projects: [] }), /size/);
  const words = selectionWords(whole, (name) => entryOf(name).label);
  assert.equal(words, "IndexedDB; 2 sizes; warm, strict, empty");
});

test("only stores that send by a step of their own have such steps, right after their writes", () => {
  const contenders = [{ name: "a" }, { name: "b", syncs: true }];
  const steps = schedule({ contenders, loads: loadsFor(USUAL), rounds: 1, warmUps: 0 }, () => 0);
  const of = (name) => steps.filter(({ contender }) => contender === name).map(({ operation }) => operation);
  assert.deepEqual(of("a"), ["writePdf", "readPdf", "writeProject", "readProject"]);
  assert.deepEqual(of("b"), ["writePdf", "syncPdf", "readPdf", "writeProject", "syncProject", "readProject"]);
});

test("stores on the Hub never share a dataset, since their commits would disturb each other", () => {
  const entries = ["indexeddb", "hubstash", "dataset"].map(entryOf);
  const names = entries.slice(1).map(({ name }) => datasetFor("alice/bench", name, entries));
  assert.deepEqual(names, ["alice/bench", "alice/bench-dataset"]);
});

test("what is stored beside has ids that tell whose it is", () => {
  const items = fillerItems("bench-1a2b3c4d", 1000, 7);
  assert.equal(new Set(items.map(({ id }) => id)).size, 1000);
  assert.ok(items.every(({ id, document }) => id.startsWith("bench-1a2b3c4d-") && document.id === id));
});
