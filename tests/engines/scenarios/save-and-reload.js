// A project and a real PDF are there, byte for byte, when the page is loaded again.
import { deepStrictEqual, ok } from "node:assert/strict";

const look = async () => ({
  project: await store.loadProject("plan"),
  pdf: await sha256(await store.loadPdf("guide")),
  listed: (await store.listPdfs()).map(({ id, size, state, cached }) => ({ id, size, state, cached })),
});

export async function play({ device, open }) {
  const here = await device();
  await open(here);
  const saved = await here.evaluate(async () => {
    const pdf = await (await fetch("/pdfs/reportlab.pdf")).blob();
    const plan = project("plan", 50_000);
    await store.saveProject(plan);
    await store.savePdf("guide", pdf);
    return { project: plan, pdf: await sha256(pdf), size: pdf.size };
  });
  ok(saved.size > 500_000);
  const expected = {
    project: saved.project,
    pdf: saved.pdf,
    listed: [{ id: "guide", size: saved.size, state: "pending", cached: true }],
  };
  deepStrictEqual(await here.evaluate(look), expected);
  await here.reload();
  await open(here);
  deepStrictEqual(await here.evaluate(look), expected);
}
