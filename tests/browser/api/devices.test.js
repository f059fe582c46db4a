// Goal: what was saved survives a crash of the browser, reaches the Hub, and arrives on another device byte for byte;
// deletions arrive too. With real PDFs of three producers, 0.6 to 29 MB, and projects of 2 KB to 10 MB.
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { PDFS, fetchPdfs } from "./pdfs.js";
import { closeAll, device, hub, manual, site } from "./support.js";

const NAMES = PDFS.map(({ name }) => name);
const SIZES = { small: 2_000, middle: 300_000, large: 10_000_000 };

let pages, remote, here, there;
before(async () => {
  await fetchPdfs();
  pages = await site();
  remote = await hub();
  here = await device(pages);
});
after(() => closeAll(here, there, remote, pages));

/** SHA-256 of each PDF and each project as they are in this browser's store. */
const contents = (where) =>
  where.evaluate(
    async (names, ids) => {
      const hashes = {};
      for (const name of names) {
        const blob = await store.loadPdf(name);
        hashes[name] = blob && `${blob.type} ${await sha256(blob)}`;
      }
      for (const id of ids) {
        const document = await store.loadProject(id);
        hashes[id] = document && (await sha256(new Blob([JSON.stringify(document)])));
      }
      return hashes;
    },
    NAMES,
    Object.keys(SIZES),
  );

let expected;

test("a crash right after the saves loses nothing", { timeout: 120_000 }, async () => {
  await here.evaluate((options) => open(options), manual(remote.url));
  expected = await here.evaluate(
    async (names, sizes) => {
      const hashes = {};
      for (const name of names) {
        const blob = await (await fetch(`/pdfs/${name}`)).blob();
        const { checksum, size } = await store.savePdf(name, blob);
        const sha = await sha256(blob);
        if (checksum !== sha || size !== blob.size) throw new Error(`the receipt of ${name} is wrong`);
        hashes[name] = `application/pdf ${sha}`;
      }
      for (const [id, bytes] of Object.entries(sizes)) {
        const document = project(id, bytes);
        await store.saveProject(document);
        hashes[id] = await sha256(new Blob([JSON.stringify(document)]));
      }
      return hashes;
    },
    NAMES,
    SIZES,
  );
  await here.crash();
  await here.evaluate((options) => open(options), manual(remote.url));
  deepStrictEqual(await contents(here), expected);
  strictEqual((await here.evaluate(() => store.status())).pending, 6);
});

test("all of it goes to the Hub", { timeout: 120_000 }, async () => {
  const { report, status, compression } = await here.evaluate(async () => ({
    report: await store.sync(),
    status: await store.status(),
    compression: (await store.metrics()).compression,
  }));
  strictEqual(report.pushed, 6);
  deepStrictEqual([status.pending, status.synced], [0, true]);
  strictEqual(report.commit, (await remote.commits())[0].id);
  // Of all of them only the large document was compressed.
  const { rawBytes, storedBytes } = compression;
  ok(rawBytes >= 0.9 * SIZES.large && rawBytes < 2 * SIZES.large, `${rawBytes}`);
  ok(storedBytes > 0 && storedBytes < rawBytes / 2, `${storedBytes} of ${rawBytes}`);
});

test("several items that fit are one commit", async () => {
  const before = (await remote.commits()).length;
  const { pushed } = await here.evaluate(async () => {
    await store.projects.saveMany(["x", "y", "z"].map((id) => ({ id })));
    await store.savePdf("p", new Blob(["%PDF-1.7"]));
    await store.deleteProject("y");
    return store.sync();
  });
  // What never was on the Hub need not be deleted there.
  strictEqual(pushed, 3);
  strictEqual((await remote.commits()).length - before, 1);
  await here.evaluate(async () => {
    await Promise.all([store.deleteProject("x"), store.deleteProject("z"), store.deletePdf("p")]);
    await store.sync();
  });
});

test("a sync with nothing to do is one request", async () => {
  await remote.forget();
  const report = await here.evaluate(() => store.sync());
  const requests = await remote.requests();
  deepStrictEqual(
    [report.requests, report.pushed, report.pulled, requests.length],
    [1, 0, 0, 1],
    JSON.stringify(requests),
  );
});

test("an empty device has the same bytes after a sync", { timeout: 120_000 }, async () => {
  there = await device(pages);
  await there.evaluate((options) => open(options), manual(remote.url));
  strictEqual((await there.evaluate(() => store.sync())).pulled, 6);
  const items = await there.evaluate(async () => [...(await store.listPdfs()), ...(await store.listProjects())]);
  deepStrictEqual(
    items.map(({ id, cached }) => [id, cached]).sort(),
    [...NAMES, ...Object.keys(SIZES)].map((id) => [id, false]).sort(),
  );
  deepStrictEqual(await contents(there), expected);
});

test("what was deleted there is gone here", async () => {
  await there.evaluate(async (name) => {
    await store.deletePdf(name);
    await store.deleteProject("small");
    await store.sync();
  }, NAMES[0]);
  const left = await here.evaluate(async (name) => {
    const { deleted } = await store.sync();
    const listed = [...(await store.listPdfs()), ...(await store.listProjects())].map(({ id }) => id);
    return { deleted, listed, gone: [await store.loadPdf(name), await store.loadProject("small")] };
  }, NAMES[0]);
  deepStrictEqual(left.gone, [null, null]);
  deepStrictEqual(left.listed.sort(), [...NAMES.slice(1), "large", "middle"].sort());
  strictEqual(left.deleted, 2);
});

test("a change there arrives here, and tells the page", async () => {
  await there.evaluate(async () => {
    await store.saveProject({ ...(await store.loadProject("middle")), name: "changed there" });
    await store.sync();
  });
  const { events, name } = await here.evaluate(async () => {
    collect("change");
    await store.sync();
    return { events: globalThis.events, name: (await store.loadProject("middle")).name };
  });
  strictEqual(name, "changed there");
  deepStrictEqual(events, [{ type: "change", detail: { collection: "projects", ids: ["middle"], source: "remote" } }]);
});
