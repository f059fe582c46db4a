// What the page watches while it measures: whether it is visible, how long it still takes, whose frame it is in.
import assert from "node:assert/strict";
import test from "node:test";
import { environmentWords, partitionOf } from "../../../web/bench/facts.js";
import { TimeLeft, timeLeftWords } from "../../../web/bench/time-left.js";
import { Visibility } from "../../../web/bench/visibility.js";

class FakePage extends EventTarget {
  visibilityState = "visible";
  become(state) {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

test("a page that was hidden meanwhile is noticed, also when it is visible again", () => {
  const page = new FakePage();
  const visibility = new Visibility(page);
  const undisturbed = visibility.watch();
  assert.ok(undisturbed());
  const disturbed = visibility.watch();
  page.become("hidden");
  assert.equal(visibility.watch()(), false);
  page.become("visible");
  assert.equal(disturbed(), false);
  assert.ok(visibility.watch()());
});

test("waiting ends when the page is visible, or when the run is stopped", async () => {
  const page = new FakePage();
  const visibility = new Visibility(page);
  await visibility.untilVisible();
  page.become("hidden");
  let shown = false;
  const waiting = visibility.untilVisible().then(() => (shown = true));
  await Promise.resolve();
  assert.equal(shown, false);
  page.become("visible");
  await waiting;
  page.become("hidden");
  const stop = new AbortController();
  const stopped = visibility.untilVisible(stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(stopped, /stopped/);
});

test("the time left follows from like steps, and is not told before one of each kind is known", () => {
  const step = (operation, contender) => ({ operation, contender, load: { key: "pdf-picked" } });
  const left = new TimeLeft();
  left.add(step("writePdf", "a"), 100);
  assert.equal(left.of([step("readPdf", "a")]), null);
  left.add(step("writePdf", "a"), 300);
  left.add(step("readPdf", "a"), 50);
  assert.equal(left.of([step("writePdf", "a"), step("readPdf", "a")]), 250);
  assert.equal(left.of([step("readPdf", "b")]), 50, "of another store, until its own is known");
  assert.deepEqual([null, 20, 61_000, 600_000].map(timeLeftWords),
    ["", "about 1 s left", "about 61 s left", "about 10 min left"]);
});

test("a frame of another site has a storage of its own, and says so", () => {
  const page = { location: { origin: "https://a.example" } };
  page.self = page.top = page;
  assert.equal(partitionOf(page), "first-party");
  const framed = (ancestorOrigins) => ({ self: {}, top: page, location: { ...page.location, ancestorOrigins } });
  assert.equal(partitionOf(framed(["https://a.example"])), "framed, same site");
  assert.match(partitionOf(framed(["https://huggingface.co"])), /partitioned/);
  assert.match(partitionOf(framed(undefined)), /partitioned/, "a browser that does not tell");
});

test("what a browser does not tell is said in words", () => {
  const facts = { userAgent: "B", cores: null, deviceMemoryGB: null, jsHeapLimitBytes: null, storage: null,
    partition: "first-party", versions: {} };
  const words = Object.fromEntries(environmentWords(facts, String));
  for (const name of ["Cores", "Memory", "Heap limit", "Storage used"]) {
    assert.equal(words[name], "not told by this browser", name);
  }
  assert.equal(words.Versions, "not known here");
});
