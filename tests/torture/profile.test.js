// Goal: a profile's tabs can be closed at any moment, also at those at which Chromium drops the request: a run that
// waits for a tab which is not closing would never end.
import { strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../browser/harness/server.js";
import { Profile } from "./profile.js";

const PAGE = '<!doctype html><title>tab</title><script type="module" src="/app.js"></script>';
const APP = "globalThis.run = async () => ({ events: [] }); globalThis.ready = true;";
const CLOSINGS = 24;

let site, profile;
before(async () => {
  site = await serve({ files: { "/torture.html": PAGE, "/app.js": APP } });
  profile = new Profile("ann", { origin: site.origin, options: {} });
  await profile.start();
});
after(async () => {
  await profile.close();
  await site.close();
});

test("a tab that is closed while it opens is closed, each time", { timeout: 120_000 }, async () => {
  for (let closing = 0; closing < CLOSINGS; closing += 1) {
    const opening = profile.tab(0).catch(() => null);
    while (!profile.tabs.has(0)) await sleep(1);
    await sleep(closing % 8);
    await profile.closeTab(0);
    await opening;
  }
  strictEqual(profile.closes, CLOSINGS);
  strictEqual((await profile.chromium.browser.pages()).length, 1);
});
