// From a full disk everything that waits still reaches the Hub, and then what the Hub has makes room for a new save.
import { ok, strictEqual } from "node:assert/strict";
import { hubFiles } from "../../browser/api/two-devices.js";

export async function play({ smallDevice, open, remote }) {
  const here = await smallDevice();
  await open(here);
  const { saved } = await here.evaluate(() => fillWithPdfs(1 << 20, 60));
  const { pushed } = await here.evaluate(() => store.sync());
  strictEqual(pushed, saved);
  strictEqual(Object.keys(await hubFiles(remote, "pdfs")).length, saved);
  strictEqual(await here.evaluate(() => store.savePdf("new", noise(1 << 20, 99)).then(() => "saved")), "saved");
  ok(await here.evaluate(async () => (await store.metrics()).cache.evictions > 0));
}
