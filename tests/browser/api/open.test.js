// Goal: the first page of a large PDF shows on a device that does not have the file, and what is fetched for it is a
// small part of the file: each range once, checked, and still there after a reload. With a real viewer (pdf.js) in a
// real browser against the local Hub, which counts the bytes that it sends; then the corners of reading ranges.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../harness/emscripten.js";
import { LARGE_PDFS, makeLargePdfs } from "./large-pdfs.js";
import { PDF_FOLDER } from "./pdfs.js";
import { closeAll, device, hub, manual, site } from "./support.js";

const MOST_PERCENT = 10;
const MIB = 1 << 20;

let pages, remote, writer, reader;
before(
  async () => {
    await makeLargePdfs();
    pages = await site({ roots: { "/pdfjs/": path.join(repository, "node_modules/pdfjs-dist/build/") } });
    remote = await hub();
    writer = await device(pages);
    await writer.evaluate((options) => open(options), manual(remote.url));
    await writer.evaluate(async (names) => {
      for (const name of names) await store.savePdf(name, await (await fetch(`/pdfs/${name}`)).blob());
      await store.sync();
    }, Object.values(LARGE_PDFS));
    reader = await device(pages);
    await openReader();
  },
  { timeout: 180_000 },
);
after(() => closeAll(writer, reader, remote, pages));

async function openReader() {
  await reader.evaluate((options) => open(options), manual(remote.url));
  await reader.evaluate(() => store.sync());
  await remote.forget();
}

/** Bytes that the Hub has sent from both its origins, and its requests for files. */
async function sent() {
  const requests = await remote.requests();
  const files = requests.filter(({ path: where }) => where.includes("/resolve"));
  return { bytes: requests.reduce((sum, { sentBytes = 0 }) => sum + sentBytes, 0), files: files.length };
}

const show = (id) => reader.evaluate(async (name) => (await import("/pages/first-page.js")).showFirstPage(name), id);

for (const [kind, name] of Object.entries(LARGE_PDFS)) {
  const what = `the first page of a ${kind} PDF of 44 MB: at most a tenth of it is fetched, once`;
  test(what, { timeout: 120_000 }, async (t) => {
    const { size } = statSync(path.join(PDF_FOLDER, name));
    await remote.forget();
    const shown = await show(name);
    const { bytes, files } = await sent();
    const percent = (100 * bytes) / size;
    t.diagnostic(`${kind}: ${bytes} of ${size} bytes (${percent.toFixed(2)} %), ${files} requests for files`);
    ok(shown.pages > 1_000, `${shown.pages} pages`);
    ok(shown.inked > shown.pixels / 1_000, `${shown.inked} of ${shown.pixels} pixels are not white`);
    ok(percent > 0.1 && percent <= MOST_PERCENT, `${percent} %`);
    strictEqual(await reader.evaluate((id) => store.listPdfs().then((all) => all.find((one) => one.id === id).cached),
      name), false);

    await reader.reload();
    await openReader();
    deepStrictEqual(await show(name), shown);
    deepStrictEqual(await sent(), { bytes: 0, files: 0 });
  });
}

test("every byte of a range is the file's, and reading all makes it cached", { timeout: 120_000 }, async () => {
  const name = LARGE_PDFS.plain;
  await remote.forget();
  const { size } = statSync(path.join(PDF_FOLDER, name));
  const result = await reader.evaluate(async (id, MIB) => {
    const expected = await (await fetch(`/pdfs/${id}`)).blob();
    const file = await store.openPdf(id);
    const same = async (offset, length) => {
      const bytes = await file.read(offset, length);
      const wanted = new Uint8Array(await expected.slice(offset, offset + length).arrayBuffer());
      return bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i]);
    };
    const reads = [[0, 1], [MIB - 1, 2], [5 * MIB + 7, 3 * MIB], [expected.size - 5, 100], [expected.size, 1], [3, 0]];
    const all = await Promise.all(reads.map(([offset, length]) => same(offset, length)));
    for (let at = 0; at < expected.size; at += 20 * MIB) all.push(await same(at, 20 * MIB));
    await until(async () => (await store.listPdfs()).find((one) => one.id === id).cached);
    const whole = await sha256(await store.loadPdf(id)) === await sha256(expected);
    file.close();
    return { all, whole };
  }, name, MIB);
  deepStrictEqual(result, { all: Array(result.all.length).fill(true), whole: true });
  ok((await sent()).bytes < size, "what was there from the test before was fetched again");
});

test("a file that is here: a body of its own for each range, in the page's memory only", async () => {
  const result = await writer.evaluate(async (id) => {
    const file = await store.openPdf(id);
    const first = await file.read(10, 5), second = await file.read(10, 5);
    const answer = { own: first.buffer !== second.buffer && first.buffer.byteLength === 5, size: file.size };
    file.close();
    return answer;
  }, LARGE_PDFS.plain);
  deepStrictEqual(result, { own: true, size: statSync(path.join(PDF_FOLDER, LARGE_PDFS.plain)).size });
});

test("a reader stays on its version, and says what is wrong with a range, a signal, and itself", async () => {
  const result = await reader.evaluate(async () => {
    const code = async (promise) => (await outcome(promise)).code;
    const text = (bytes) => new TextDecoder().decode(bytes);
    const old = "old ".repeat(10);
    await store.savePdf("text", new Blob([old]));
    const file = await store.openPdf("text");
    const answer = { before: text(await file.read(0, 4)) };
    await store.sync();
    await store.savePdf("text", new Blob(["new"]));
    answer.after = text(await file.read(4, 4));
    answer.size = file.size;
    answer.newer = text(await (await store.openPdf("text")).read(0, 100));
    answer.none = await store.openPdf("nobody");
    answer.wrong = [];
    for (const range of [[-1, 1], [0, -1], [0.5, 1], ["0", 1], [0, NaN], [2 ** 53, 1]]) {
      answer.wrong.push(await code(file.read(...range)));
    }
    answer.aborted = await code(file.read(0, 1, { signal: AbortSignal.abort() }));
    const control = new AbortController();
    const reading = code(file.read(0, 1, { signal: control.signal }));
    control.abort();
    answer.stopped = await reading;
    const waiting = code(file.read(0, 1));
    file.close();
    file.close();
    answer.closed = [await waiting, await code(file.read(0, 1))];
    return answer;
  });
  deepStrictEqual(result, {
    before: "old ",
    after: "old ",
    size: 40,
    newer: "new",
    none: null,
    wrong: Array(6).fill("INVALID_ARGUMENT"),
    aborted: "ABORTED",
    stopped: "ABORTED",
    closed: ["CLOSED", "CLOSED"],
  });
});

test("a worker that dies: the next read opens the same version again, if there is one", async () => {
  const result = await reader.evaluate(async () => {
    await store.close();
    const worker = await openAndCatchWorker({ mode: "local", cache: { memoryBytes: 0 } });
    await store.savePdf("a", new Blob(["some text"]));
    const file = await store.openPdf("a"), other = await store.openPdf("a");
    const text = async (promise) => {
      const { value, code } = await outcome(promise);
      return code ?? new TextDecoder().decode(value);
    };
    worker.dispatchEvent(new ErrorEvent("error", { message: "trapped" }));
    const again = await text(file.read(0, 4));
    await store.savePdf("a", new Blob(["other text"]));
    return [again, await text(other.read(0, 4))];
  });
  deepStrictEqual(result, ["some", "NOT_FOUND"]);
});
