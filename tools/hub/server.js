/** Starts and stops a Hub, within this process. */
import { createServer } from "node:http";
import { mkdirSync } from "node:fs";
import { hubRouter } from "./api/routes.js";
import { Faults } from "./faults.js";
import { endChildren } from "./git/run.js";
import { createListener } from "./http/listener.js";
import { RateLimits } from "./http/rate-limits.js";
import { RequestLog } from "./http/request-log.js";
import { Signer } from "./http/signing.js";
import { cdnRouter } from "./lfs/cdn.js";
import { withDefaults } from "./options.js";
import { Repos } from "./store/repos.js";
import { Tokens } from "./tokens.js";

/**
 * @param {Partial<typeof import("./options.js").DEFAULTS>} given
 * @returns {Promise<{url: string, cdnUrl: string, port: number, cdnPort: number, close: () => Promise<void>}>}
 */
export async function startHub(given) {
  const options = withDefaults(given);
  mkdirSync(options.data, { recursive: true });
  const hub = {
    options,
    tokens: new Tokens(options),
    repos: new Repos(options.data),
    faults: new Faults(options.faultsFile),
    rateLimits: new RateLimits({ limits: options.limits, enforce: options.enforceLimits }),
    log: new RequestLog(),
    closed: false,
    signer: new Signer(options.data),
  };
  const cdn = createServer(createListener(hub, "cdn", cdnRouter()));
  const main = createServer(createListener(hub, "hub", hubRouter()));
  try {
    hub.cdnUrl = await listen(cdn, options.cdnPort, options.host);
    hub.url = await listen(main, options.port, options.host);
  } catch (error) {
    cdn.close();
    throw error;
  }
  let closing = null;
  const close = async () => {
    hub.closed = true;
    await Promise.all([stop(main), stop(cdn)]);
    // Commits that have begun end first, so that no caller is told of one that did not land.
    await Promise.all(hub.repos.all().map((repo) => repo.git.serialise(() => repo.git.close())));
    endChildren(hub.options.data);
  };
  return {
    url: hub.url,
    cdnUrl: hub.cdnUrl,
    port: main.address().port,
    cdnPort: cdn.address().port,
    close: () => (closing ??= close()),
  };
}

function listen(server, port, host) {
  // A slow upload is not an attack here.
  server.requestTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () =>
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${server.address().port}`),
    );
  });
}

function stop(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
