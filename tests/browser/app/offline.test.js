// Goal: after the first visit the app works without its server and without the Hub: it starts, lists, shows a PDF,
// takes strokes and keeps them, says that it is offline, and sends them when all is back. Its service worker keeps its
// own files only, never the Hub's answers or the token; and a new version takes over whole.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { REPORTLAB, TOKEN, person, world } from "./support.js";

let site, here;
before(async () => {
  site = await world();
  here = await person(site);
});
after(() => closeAll(here, site));

const isControlled = () => here.page.evaluate(async () => {
  const { active } = await navigator.serviceWorker.ready;
  return active.state === "activated" && navigator.serviceWorker.controller !== null;
});

/** Paths below the app of everything that its service worker keeps. */
const kept = () => here.page.evaluate(async () => {
  const paths = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push([name, url]);
  }
  return paths;
});

test("the service worker keeps the app's files, and neither a token nor anything of the Hub", async () => {
  await here.add(REPORTLAB);
  await here.isShown(1);
  await here.sync();
  await here.says("All changes are on the Hub.");
  await here.wait(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");
  ok(await isControlled());
  const all = await kept();
  const names = all.map(([, url]) => url.replace(site.address, ""));
  for (const name of ["index.html", "main.js", "app.css", "hubstash/hubstash-core.wasm", "pdfjs/worker.js"]) {
    ok(names.includes(name), name);
  }
  deepStrictEqual(names.filter((name) => /^http|config\.json|README/.test(name)), []);
  deepStrictEqual([...new Set(all.map(([cache]) => cache))], [`hubstash-app-${site.built.version}`]);
  const remembered = await here.page.evaluate(() => JSON.stringify({ ...localStorage }));
  ok(!remembered.includes(TOKEN), remembered);
});

test("with server and Hub gone it starts, shows the PDF, and keeps what is drawn", { timeout: 60_000 }, async () => {
  await site.stopServer();
  await site.remote.fault({ match: {}, reset: true });
  await here.page.setOfflineMode(true);
  await here.visit();
  await here.isListed("reportlab");
  ok(await here.page.$eval("#offline", (element) => !element.hidden));
  await here.says("Offline.");
  await here.press("reportlab");
  await here.isShown(1);
  await here.draw([0.2, 0.2], [0.8, 0.2]);
  await here.hasMarks(1);
  await here.says("Offline. 1 change not on the Hub yet; safe to close: it stays on this device.");
  await here.visit();
  await here.press("reportlab");
  await here.hasMarks(1);
  deepStrictEqual(await here.states(), [["On this device", "Not on the Hub yet"]]);
});

test("back online the change is sent", { timeout: 60_000 }, async () => {
  await site.remote.heal();
  await site.serve();
  await here.page.setOfflineMode(false);
  await here.visit();
  await here.sync();
  await here.says("All changes are on the Hub.");
  ok(await here.page.$eval("#offline", (element) => element.hidden));
});

test("a new version is offered, and takes over with all its files", { timeout: 60_000 }, async () => {
  const edit = (name, change) => {
    const file = path.join(site.folder, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  };
  edit("index.html", (text) => text.replace("<h1>PDF notes</h1>", "<h1>PDF notes 2</h1>"));
  edit("service-worker.js", (text) => text.replaceAll(site.built.version, "fedcba9876543210"));
  await here.visit();
  strictEqual(await here.text("h1"), "PDF notes", "the old version's files until the person agrees");
  await here.wait(() => !document.querySelector("#update").hidden);
  await Promise.all([here.page.waitForNavigation(), here.press("Use it now")]);
  await here.wait(() => document.querySelector("h1").textContent === "PDF notes 2");
  await here.wait(async () => (await caches.keys()).join() === "hubstash-app-fedcba9876543210");
  await here.isListed("reportlab");
});

test("nothing was wrong but the network", () => {
  deepStrictEqual(here.wrong.filter((line) => !/ERR_(INTERNET_DISCONNECTED|CONNECTION|EMPTY)/.test(line)), []);
});
