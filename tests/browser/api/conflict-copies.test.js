// Goal: conflicts of PDFs lose no byte either; and a conflict that is met by itself, after being offline, or in a
// browser that is killed in the middle, ends like any other.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll } from "./support.js";
import { diverge, hubFiles, load, save, share, sync, twoDevices, view } from "./two-devices.js";

let devices, here, there, remote;
before(async () => {
  devices = await twoDevices();
  ({ here, there, remote } = devices);
});
after(() => closeAll(devices));

const savePdf = (where, id, text) => where.evaluate((name, body) => store.savePdf(name, new Blob([body])), id, text);
const typed = (text) => `application/pdf: ${text}`;

/** Both devices have changed a PDF that both had; `theirs` is on the Hub. */
async function divergePdfs(id, ours, theirs) {
  await savePdf(here, id, "%PDF base");
  await sync(here);
  await sync(there);
  await there.evaluate((name) => store.loadPdf(name), id);
  await savePdf(there, id, theirs);
  await sync(there);
  await savePdf(here, id, ours);
}

for (const [policy, side, resolution] of [
  ["merge", "local", "use-copy"],
  ["keep-both", "local", "discard-copy"],
  ["local", "remote", "use-copy"],
  ["remote", "local", "discard-copy"],
]) {
  test(`a PDF changed by both, policy ${policy}, then ${resolution}`, async () => {
    const id = `pdf-${policy}`;
    const [ours, theirs] = [`%PDF ours ${policy}`, `%PDF theirs ${policy}`];
    const [stays, loses] = side === "local" ? [theirs, ours] : [ours, theirs];
    await devices.reopen(here, { conflict: policy });
    await divergePdfs(id, ours, theirs);
    const [{ copyId }] = (await sync(here)).events;
    match(copyId, new RegExp(`^${id}~${side}-[0-9a-f]{16}$`));
    for (const where of [here, there]) {
      deepStrictEqual(await view(where, id, "pdfs"), {
        content: typed(stays),
        state: "conflict",
        copies: [{ copyId, side, content: typed(loses) }],
      });
    }
    const files = await hubFiles(remote, "pdfs");
    deepStrictEqual([String(files[`${id}.pdf`]), String(files[`${copyId}.pdf`])], [stays, loses]);
    await there.evaluate((copy, how) => store.pdfs.resolve(copy, how), copyId, resolution);
    await sync(there);
    const left = resolution === "use-copy" ? loses : stays;
    for (const where of [here, there]) {
      deepStrictEqual(await view(where, id, "pdfs"), { content: typed(left), state: "synced", copies: [] });
    }
    deepStrictEqual(Object.keys(await hubFiles(remote, "pdfs")).filter((name) => name.startsWith(id)), [`${id}.pdf`]);
    await devices.reopen(here);
  });
}

test("a resolver gets a PDF's versions as Blobs, and may give another", async () => {
  await devices.reopen(here, { asks: true });
  await divergePdfs("asked", "%PDF ours", "%PDF theirs");
  await here.evaluate(() => {
    globalThis.decide = async ({ base, local, remote }) => {
      globalThis.sides = [base, `${local.type}: ${await local.text()}`, `${remote.type}: ${await remote.text()}`];
      return new Blob([local, "\n", remote], { type: "application/pdf" });
    };
  });
  strictEqual((await sync(here)).events[0].outcome, "resolver");
  deepStrictEqual(await here.evaluate(() => globalThis.sides), [null, typed("%PDF ours"), typed("%PDF theirs")]);
  for (const where of [here, there]) {
    const { content, copies } = await view(where, "asked", "pdfs");
    deepStrictEqual([content, copies], [typed("%PDF ours\n%PDF theirs"), []]);
  }
  await devices.reopen(here);
});

test("changes made offline on both devices meet when the network is back", async () => {
  await share(devices, { id: "off", a: 1, b: 1, c: 1 });
  await remote.fault({ reset: true });
  await save(here, { id: "off", a: 2, b: 1, c: 2 });
  await save(there, { id: "off", a: 1, b: 2, c: 1 });
  for (const where of [here, there]) {
    const { code } = await where.evaluate(() => outcome(store.sync()));
    strictEqual(code, "OFFLINE");
  }
  await remote.heal();
  strictEqual((await sync(there)).conflicts, 0);
  strictEqual((await sync(here)).events[0].outcome, "merged");
  for (const where of [here, there]) {
    deepStrictEqual((await view(where, "off")).content, { id: "off", a: 2, b: 2, c: 2 });
  }
});

test("a store that syncs by itself decides by itself, and every tab hears of it", async () => {
  await share(devices, { id: "auto", name: "old" });
  await save(there, { id: "auto", name: "theirs" });
  await sync(there);
  const second = await here.newTab();
  await second.evaluate(async (options) => {
    await open(options);
    collect("conflict");
  }, { dataset: "alice/notes", hubUrl: remote.url, token: "hf_write", sync: { auto: false, pollMs: 0 } });
  await devices.reopen(here, { sync: { auto: true, idleMs: 0, pollMs: 0 } });
  await save(here, { id: "auto", name: "ours" });
  for (const where of [here, second]) {
    await where.evaluate(() => until(() => events.some(({ detail }) => detail.outcome && detail.id === "auto")));
  }
  // The decision is told at once; the other device sees it when the commit has landed.
  await here.evaluate(() => until(async () => (await store.status()).synced));
  await second.close();
  await devices.reopen(here);
  const { content, copies } = await view(there, "auto");
  deepStrictEqual([content.name, copies.map((copy) => copy.content.name)], ["theirs", ["ours"]]);
});

// Where the sync that meets the conflict stands still when the browser is killed.
const CRASHES = [
  ["the Hub's version is fetched", { match: { path: "/resolve/" } }],
  ["the commit is on its way", { match: { path: "/commit/" } }],
  ["the commit has landed", { match: { path: "/commit/" }, when: "after" }],
];

for (const [index, [name, rule]] of CRASHES.entries()) {
  test(`a browser that is killed while ${name} loses neither version`, { timeout: 120_000 }, async () => {
    const [id, pdf] = [`crash-${index}`, `crash-pdf-${index}`];
    await share(devices, { id, name: "old" });
    await diverge(devices, id, { id, name: "ours" }, { id, name: "theirs" });
    await divergePdfs(pdf, "%PDF ours", "%PDF theirs");
    await remote.forget();
    await remote.fault({ ...rule, delayMs: 20_000 });
    await here.evaluate(() => void outcome(store.sync()));
    const struck = async () => (await remote.requests()).some(({ path }) => path.includes(rule.match.path));
    for (let i = 0; i < 100 && !(await struck()); i++) await new Promise((resolve) => setTimeout(resolve, 100));
    // A little more, so that a commit which is to land has landed.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await here.crash();
    await remote.heal();
    await devices.reopen(here);
    await sync(here);
    for (const where of [here, there]) {
      const document = await view(where, id);
      deepStrictEqual(document.content, { id, name: "theirs" });
      deepStrictEqual(document.copies.map((copy) => copy.content), [{ id, name: "ours" }]);
      const { content, copies } = await view(where, pdf, "pdfs");
      deepStrictEqual([content, copies.map((copy) => copy.content)], [typed("%PDF theirs"), [typed("%PDF ours")]]);
    }
    ok((await load(there, id)).name === "theirs");
  });
}
