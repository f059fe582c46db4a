// What one device saves the other has after a sync, and back; a deletion too.
import { deepStrictEqual, strictEqual } from "node:assert/strict";

export async function play({ device, open }) {
  const here = await device();
  const there = await device();
  await open(here);
  await open(there);
  const saved = await here.evaluate(async () => {
    const pdf = await (await fetch("/pdfs/reportlab.pdf")).blob();
    await store.savePdf("guide", pdf);
    await store.saveProject(project("plan", 30_000));
    await store.sync();
    return { pdf: await sha256(pdf), plan: project("plan", 30_000) };
  });
  const found = await there.evaluate(async () => {
    await store.sync();
    const states = [...(await store.listPdfs()), ...(await store.listProjects())].map(({ state }) => state);
    return { states, pdf: await sha256(await store.loadPdf("guide")), plan: await store.loadProject("plan") };
  });
  deepStrictEqual(found, { states: ["remote-only", "remote-only"], ...saved });

  await there.evaluate(async () => {
    await store.saveProject({ ...(await store.loadProject("plan")), name: "renamed there" });
    await store.deletePdf("guide");
    await store.sync();
  });
  await here.evaluate(() => store.sync());
  strictEqual((await here.evaluate(() => store.loadProject("plan"))).name, "renamed there");
  strictEqual(await here.evaluate(() => store.loadPdf("guide")), null);
}
