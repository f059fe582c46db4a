// The demo: a PDF is added and shown, is on the Hub after a sync, is still there after a reload, and a second device
// shows its page too. The page's policy is never violated.
import { ok, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildApp } from "../../../tools/app/build.js";
import { servePage } from "../../../tools/start/serve-page.js";
import { DATASET, TOKEN } from "../../browser/api/support.js";
import { PDF_FOLDER } from "../../browser/api/pdfs.js";
import { waitFor } from "../stage.js";

const isOpen = () => !document.querySelector("#workplace").hidden;
const isShown = () => document.querySelector("#reader-news").textContent.startsWith("Page 1 of");
const isListed = () => document.querySelectorAll(".entry-name").length === 1;
const isSynced = () => document.querySelector("#sync-now").textContent === "Sync now";

/** Gives the page a file as a person's choice does. */
const choose = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], "guide.pdf", { type: "application/pdf" }));
  const input = document.querySelector("#files");
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const inked = () => {
  const canvas = document.querySelector("#page-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 0 && data[i] + data[i + 1] + data[i + 2] < 700) count += 1;
  }
  return count;
};

async function visit(tab, address) {
  await tab.goto(address);
  await waitFor(tab, isOpen);
  await tab.evaluate(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective }) => violations.push(violatedDirective));
  });
}

export async function play({ bareDevice, remote }) {
  const folder = await mkdtemp(path.join(tmpdir(), "hubstash-app-"));
  await buildApp(folder);
  const app = { folder, config: { hubUrl: remote.url, token: TOKEN, dataset: DATASET } };
  const server = await servePage({ port: 0, config: {}, app });
  const address = `${server.url}app/`;
  try {
    const here = await bareDevice();
    await visit(here.tab, address);
    await here.tab.evaluate(choose, readFileSync(path.join(PDF_FOLDER, "reportlab.pdf")).toString("base64"));
    await waitFor(here.tab, isShown);
    ok((await here.tab.evaluate(inked)) > 1_000);
    await here.tab.evaluate(() => document.querySelector("#sync-now").click());
    await waitFor(here.tab, isSynced);
    strictEqual(await here.tab.evaluate(() => violations.join()), "");
    const tree = await remote.request(`/api/datasets/${DATASET}/tree/main?recursive=true`);
    ok(tree.some(({ path: name }) => name.startsWith("pdfs/")), JSON.stringify(tree));

    const there = await bareDevice();
    for (const { tab } of [here, there]) {
      await visit(tab, address);
      await waitFor(tab, isListed);
      await tab.evaluate(() => document.querySelector(".entry-name").click());
      await waitFor(tab, isShown);
      ok((await tab.evaluate(inked)) > 1_000);
      strictEqual(await tab.evaluate(() => violations.join()), "");
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
