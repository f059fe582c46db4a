// The benchmark page compares both stores, checks every byte, and recommends something.
import { ok, strictEqual } from "node:assert/strict";
import { servePage } from "../../../tools/start/serve-page.js";
import { DATASET, TOKEN } from "../../browser/api/support.js";
import { waitFor } from "../stage.js";

const isReady = () => globalThis.hubstashBench?.state === "ready";
const hasEnded = () => ["done", "failed"].includes(globalThis.hubstashBench.state);

export async function play({ bareDevice, remote }) {
  const server = await servePage({ port: 0, config: { hubUrl: remote.url, token: TOKEN, dataset: DATASET } });
  try {
    const { tab } = await bareDevice();
    await tab.goto(server.url);
    await waitFor(tab, isReady);
    await tab.evaluate(() => {
      document.querySelector("#rounds").value = "1";
      document.querySelector("#run-both").click();
    });
    await waitFor(tab, hasEnded);
    const { state, error, rows, title } = await tab.evaluate(() => ({
      state: hubstashBench.state,
      error: JSON.stringify(hubstashBench.error ?? null),
      rows: hubstashBench.report?.rows.length,
      title: document.querySelector("#recommendation-title").textContent,
    }));
    strictEqual(state, "done", error);
    ok(rows >= 8, `${rows} rows`);
    ok(title.length > 0);
    strictEqual(await tab.evaluate(() => document.querySelector("#error-card").hidden), true);
  } finally {
    await server.close();
  }
}
