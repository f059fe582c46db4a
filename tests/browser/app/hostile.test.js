// Goal: whatever stands in a file's name, in the dataset or in an answer of the Hub, the page shows it as text. A name
// with markup makes no element, runs nothing and loads nothing; a document of the wrong shape harms neither the list
// nor the reader; and the policy that the page has of its own would stop the rest.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { DATASET, REPORTLAB, SMALL, TOKEN, person, world } from "./support.js";

const MARKUP = '<img src=x onerror="globalThis.harmed = 1"><b>bold</b>';
let site, here;
before(async () => {
  site = await world();
  here = await person(site);
});
after(() => closeAll(here, site));

const isUnharmed = async () => {
  const seen = await here.page.evaluate(() => [globalThis.harmed ?? 0, document.querySelectorAll("img, b").length]);
  deepStrictEqual(seen, [0, 0]);
};

async function addAs(name, file) {
  await here.page.evaluate(async (fileName, base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], fileName, { type: "application/pdf" }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, name, readFileSync(file).toString("base64"));
}

test("markup in a file's name is the text of the list, the title, the dialog and the labels", async () => {
  await addAs(`${MARKUP}.pdf`, REPORTLAB);
  await here.isShown(1);
  deepStrictEqual(await here.names(), [MARKUP]);
  strictEqual(await here.text("#reader-title"), MARKUP);
  await here.page.click('[data-action="delete"]');
  match(await here.text("#confirm-text"), /<img src=x/);
  await here.press("Cancel", "#confirm");
  await here.page.type("#note-text", MARKUP);
  await here.page.keyboard.press("Enter");
  await here.hasMarks(1);
  deepStrictEqual(await here.marks(), [`Note: ${MARKUP}`]);
  await isUnharmed();
});

test("markup in the name of a refused file, and in the Hub's words, is text too", async () => {
  await addAs(`${MARKUP}.pdf`, path.join(site.folder, "app.css"));
  await here.hasProblem("This file is not a PDF");
  match(await here.text("#problem-title"), /<img src=x/);
  await here.press("Close", "#problem");
  await site.remote.fault({ match: { path: "/commit/" }, times: 1, status: 403, body: { error: MARKUP } });
  await here.sync();
  await here.hasProblem("You may not write to this dataset");
  match(await here.text("#problem-detail"), /^FORBIDDEN: .*<b>bold<\/b>/);
  await isUnharmed();
  await here.press("Close", "#problem");
  await here.sync();
  await here.says("All changes are on the Hub.");
});

test("documents of the wrong shape: listed, opened, and changed without losing what is not understood", async () => {
  const stroke = { id: "good", page: 1, colour: "#c4281a", width: 3, points: [100, 100, 300, 300] };
  const strokes = [
    null, 7, "x", {}, { ...stroke, id: 1 }, { ...stroke, id: "a", colour: "red;}" }, { ...stroke, id: "b", width: 1e9 },
    { ...stroke, id: "c", points: [NaN, "1"] }, { ...stroke, id: "d", points: {} }, stroke,
  ];
  const odd = { id: "odd", name: ["no text"], pdf: "lone", pageCount: "many", strokes, notes: { text: MARKUP } };
  await here.page.evaluate(async (hub, project, base64) => {
    const { openStore } = await import("./hubstash/index.js");
    const store = await openStore(hub);
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    await store.savePdf("lone", bytes);
    await store.savePdf("nobody-knows", bytes);
    await store.savePdf("not-a-pdf", new Blob(["<script>globalThis.harmed = 1</script>"]));
    await store.saveProject(project);
    await store.sync();
    await store.close();
  }, { hubUrl: site.remote.url, token: TOKEN, dataset: DATASET }, JSON.parse(JSON.stringify(odd)),
    readFileSync(SMALL).toString("base64"));
  for (const name of ["odd", "nobody-knows", "not-a-pdf"]) await here.isListed(name);
  await here.press("odd");
  await here.isShown(1);
  deepStrictEqual(await here.marks(), ["Red stroke 1"]);
  await here.press("Delete: Red stroke 1");
  await here.hasMarks(0);
  await here.press("Undo");
  await here.hasMarks(1);
  await here.press("nobody-knows");
  await here.isShown(1);
  await here.press("not-a-pdf");
  await here.hasProblem("This file is not a PDF");
  await isUnharmed();
});

test("the page's own policy allows no inline script, no eval and no host but the Hub", () => {
  const html = readFileSync(path.join(site.folder, "index.html"), "utf8");
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)[1].replace(/\s+/g, " ");
  const rules = Object.fromEntries(policy.split("; ").map((rule) => rule.trim().split(/ (.*)/s).slice(0, 2)));
  strictEqual(rules["default-src"], "'none'");
  strictEqual(rules["script-src"], "'self' 'wasm-unsafe-eval'");
  strictEqual(rules["connect-src"], "'self' https://huggingface.co https://*.hf.co");
  deepStrictEqual([rules["style-src"], rules["base-uri"], rules["form-action"]], ["'self'", "'none'", "'none'"]);
  deepStrictEqual(html.match(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/g), null);
});

test("no violation of the policy, and no error but the Hub's refusal", () => {
  deepStrictEqual(here.wrong.filter((line) => !line.includes("403")), []);
});
