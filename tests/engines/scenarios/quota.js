// On a full disk a save is refused with QUOTA_EXCEEDED, and what was acknowledged is there, byte for byte, then and
// after a reload.
import { ok, strictEqual } from "node:assert/strict";

const damaged = async (count) => {
  for (let i = 0; i < count; i++) {
    const expected = await sha256(new Blob([noise(1 << 20, i + 1)]));
    if ((await sha256(await store.loadPdf(`p${i}`))) !== expected) return `p${i}`;
  }
  return "none";
};

export async function play({ smallDevice, open }) {
  const here = await smallDevice();
  await open(here);
  const filled = await here.evaluate(() => fillWithPdfs(1 << 20, 60));
  strictEqual(filled.code, "QUOTA_EXCEEDED", `${filled.saved} MiB were saved`);
  ok(filled.saved >= 4, `${filled.saved} saved`);
  strictEqual(await here.evaluate(damaged, filled.saved), "none");
  await here.reload();
  await open(here);
  strictEqual(await here.evaluate(damaged, filled.saved), "none");
  const { pending } = await here.evaluate(() => store.status());
  strictEqual(pending, filled.saved);
}
