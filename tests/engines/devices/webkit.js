// A WebKitGTK browser on a profile of its own, driven by WebDriver through selenium-webdriver.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Builder, Capabilities } from "selenium-webdriver";
import { endProcess } from "../../browser/harness/patience.js";
import { openDisplay } from "./display.js";

const BROWSER = fileURLToPath(new URL("webkit-browser.js", import.meta.url));
const SCRIPT_TIMEOUT_MS = 120_000;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A call as WebDriver's asynchronous scripts are. Its text stands in it, since the pages' policy forbids eval(). */
const scriptOf = (call) => `
  const [values, done] = arguments;
  const call = async () => (await (${call})(...values)) ?? null;
  call().then((value) => done({ value }), (error) => done({ error: String(error) }));`;

class Webkit {
  /** @param {string} profile @param {{ originShare?: number }} options */
  constructor(profile, options) {
    this.profile = profile;
    this.options = options;
    /** One command at a time: which tab and frame is meant is a state of the whole session. */
    this.turn = Promise.resolve();
  }

  async relaunch() {
    this.display ??= await openDisplay();
    const port = await freePort();
    // The leader of a group of its own, so that all processes of the browser can be killed at once.
    this.driver = spawn("WebKitWebDriver", [`--port=${port}`], {
      detached: true,
      stdio: "ignore",
      env: { ...process.env, DISPLAY: this.display.name, LIBGL_ALWAYS_SOFTWARE: "1", GDK_BACKEND: "x11" },
    });
    const args = ["-m", BROWSER, `--profile=${this.profile}`];
    if (this.options.originShare) args.push(`--origin-share=${this.options.originShare}`);
    const capabilities = new Capabilities({
      browserName: "hubstash-webkit",
      "webkitgtk:browserOptions": { binary: "/usr/bin/gjs", args },
    });
    this.session = await this.connect(`http://127.0.0.1:${port}`, capabilities);
    await this.session.manage().setTimeouts({ script: SCRIPT_TIMEOUT_MS });
    this.version = (await this.session.getCapabilities()).get("browserVersion");
    this.tab = new Tab(this, await this.session.getWindowHandle());
    return this;
  }

  /** The driver takes a moment until it listens. */
  async connect(address, capabilities) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await new Builder().usingServer(address).withCapabilities(capabilities).build();
      } catch (error) {
        if (attempt === 50 || !/ECONNREFUSED/.test(String(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Runs `work` in a tab, and in its first frame when `framed`. */
  inTurn(handle, framed, work) {
    const result = this.turn.then(async () => {
      await this.session.switchTo().window(handle);
      if (framed) await this.session.switchTo().frame(0);
      return work(this.session);
    });
    this.turn = result.catch(() => {});
    return result;
  }

  async newTab() {
    await this.turn;
    await this.session.switchTo().newWindow("tab");
    return new Tab(this, await this.session.getWindowHandle());
  }

  async kill() {
    await endProcess(this.driver, { group: true });
  }

  async close() {
    await this.session?.quit().catch(() => {});
    await this.kill();
    this.display?.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Tab {
  constructor(browser, handle, framed = false) {
    Object.assign(this, { browser, handle, framed });
  }

  goto(url) {
    return this.browser.inTurn(this.handle, false, (session) => session.get(url));
  }

  async evaluate(call, ...args) {
    const script = (session) => session.executeAsyncScript(scriptOf(call), args);
    const { value, error } = await this.browser.inTurn(this.handle, this.framed, script);
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** The page in the first frame of this one. */
  async frame() {
    return new Tab(this.browser, this.handle, true);
  }
}

/** @param {{ originShare?: number }} [options] `originShare`: of the disk, that an origin may fill */
export async function launchWebkit(options = {}) {
  return new Webkit(await mkdtemp(path.join(tmpdir(), "hubstash-webkit-")), options).relaunch();
}
