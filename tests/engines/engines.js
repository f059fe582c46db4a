// The engines, how each is started, and what it cannot do, with the reason.
import { launchChromium, launchFirefox } from "./devices/puppeteer.js";
import { launchWebkit } from "./devices/webkit.js";
import { setQuota } from "../browser/storage/support.js";

const MiB = 1 << 20;

/**
 * @typedef {object} Engine
 * @property {() => Promise<object>} launch a device: a browser with a profile of its own
 * @property {(origin: string) => Promise<object>} launchSmall one where this origin may store some MiB only
 * @property {Record<string, string>} cannot scenario -> why this engine cannot play it
 */

/** @type {Record<string, Engine>} */
export const ENGINES = {
  chromium: {
    launch: launchChromium,
    async launchSmall(origin) {
      const device = await launchChromium();
      await setQuota(device.tab.page, origin, 12 * MiB);
      return device;
    },
    cannot: {},
  },
  firefox: {
    launch: launchFirefox,
    launchSmall: () => launchFirefox({ diskKiB: 64 * 1024 }),
    cannot: {},
  },
  webkit: {
    launch: launchWebkit,
    launchSmall: () => launchWebkit({ originShare: 0.0001 }),
    cannot: {
      "quota-recovery":
        "once its disk is full WebKitGTK refuses every write until some time after the database was closed, whatever " +
        "is deleted, so that nothing can be noted of a push",
    },
  },
};
