// What holds where nothing was entered, and what is refused before anything is sent.
import assert from "node:assert/strict";
import test from "node:test";
import { REAL_HUB, defaultDataset, defaultHub, settingsFrom } from "../../web/bench/settings.js";

const CONFIG = { hubUrl: "http://127.0.0.1:4000", token: "hf_local", dataset: "user/hubstash-bench" };
const entered = (more = {}) => ({ token: "", dataset: "", hubUrl: "", createDataset: true, rounds: "5", ...more });

test("without a token the local Hub is meant, with one the real Hub", () => {
  assert.equal(defaultHub("", CONFIG), CONFIG.hubUrl);
  assert.equal(defaultHub("hf_abc", CONFIG), REAL_HUB);
  assert.equal(defaultHub("", {}), REAL_HUB);
  assert.equal(defaultDataset("", CONFIG.hubUrl, CONFIG), "user/hubstash-bench");
  assert.equal(defaultDataset("hf_abc", CONFIG.hubUrl, CONFIG), "", "it follows from whose token it is");
  assert.equal(defaultDataset("hf_abc", REAL_HUB, CONFIG), "");
});

test("the local token goes to the local Hub only", () => {
  const local = settingsFrom(entered(), CONFIG, true);
  assert.deepEqual(local.settings, {
    token: "hf_local", dataset: "user/hubstash-bench", hubUrl: CONFIG.hubUrl, createDataset: true, rounds: 5,
  });
  assert.equal(settingsFrom(entered({ hubUrl: REAL_HUB }), CONFIG, true).field, "token");
  const real = settingsFrom(entered({ token: " hf_abc " }), CONFIG, true);
  assert.equal(real.settings.token, "hf_abc");
  assert.equal(real.settings.hubUrl, REAL_HUB);
});

test("a slash behind the address is no path", () => {
  assert.equal(settingsFrom(entered({ hubUrl: `${CONFIG.hubUrl}/` }), CONFIG, true).settings.hubUrl, CONFIG.hubUrl);
});

test("what cannot work is refused by field", () => {
  const rows = [
    [{ rounds: "0" }, "rounds"], [{ rounds: "2.5" }, "rounds"], [{ rounds: "101" }, "rounds"],
    [{ rounds: "" }, "rounds"], [{ rounds: "many" }, "rounds"],
    [{ hubUrl: "http://hub.example" }, "hubUrl"], [{ hubUrl: "hub" }, "hubUrl"],
    [{ hubUrl: "https://huggingface.co/datasets" }, "hubUrl"], [{ hubUrl: "https://a:b@huggingface.co" }, "hubUrl"],
    [{ hubUrl: "ftp://127.0.0.1" }, "hubUrl"], [{ hubUrl: "javascript:alert(1)" }, "hubUrl"],
    [{ token: "hf_a b" }, "token"], [{ token: "hf_ä" }, "token"],
    [{ dataset: "name" }, "dataset"], [{ dataset: "a/b/c" }, "dataset"], [{ dataset: "a/b?c" }, "dataset"],
  ];
  for (const [given, field] of rows) {
    assert.equal(settingsFrom(entered(given), CONFIG, true).field, field, JSON.stringify(given));
  }
});

test("IndexedDB alone needs no Hub", () => {
  assert.ok(settingsFrom(entered(), {}, false).settings);
  assert.equal(settingsFrom(entered(), {}, true).field, "token");
});
