// Goal: in Chromium, Firefox and WebKitGTK the same scenarios end the same way: what was saved is there after a reload
// and a kill, in other tabs, offline, on another device, on a full disk and in a frame. Method: the package as it is
// shipped, in each engine's own browser with its own IndexedDB, against the local Hub.
//
//   HUBSTASH_ENGINES=firefox,webkit node --test tests/engines    without it: chromium
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { ENGINES } from "./engines.js";
import { openStage } from "./stage.js";

const FOLDER = new URL("scenarios/", import.meta.url);
const names = readdirSync(FOLDER).map((file) => file.replace(/\.js$/, ""));

for (const engineName of (process.env.HUBSTASH_ENGINES ?? "chromium").split(",")) {
  const engine = ENGINES[engineName];
  if (!engine) throw new Error(`no such engine: ${engineName}; there are ${Object.keys(ENGINES).join(", ")}`);
  describe(engineName, () => {
    for (const name of names) {
      test(name, { timeout: 180_000, skip: engine.cannot[name] ?? false }, async () => {
        const { play } = await import(new URL(`${name}.js`, FOLDER).href);
        const stage = await openStage(engine);
        try {
          await play(stage);
        } finally {
          await stage.close();
        }
      });
    }
  });
}
