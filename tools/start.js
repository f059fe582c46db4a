#!/usr/bin/env node
// Builds hubstash, starts a local Hub and the benchmark page, runs the page once in a headless browser, prints the
// table, and goes on serving the page.
//
//   npm start                    until Ctrl-C
//   npm start -- --once          ends after the table; exit code 0 when the run succeeded
//   npm start -- --port 9000     another port than 8080 (that port or none)
//   npm start -- --pdf FILE      measures this PDF; --rounds N as many rounds
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { estimateFor } from "../web/bench/estimate.js";
import { USUAL } from "../web/bench/matrix.js";
import { ROOT } from "./lib/toolchain.js";
import { startHub } from "./hub/server.js";
import { LOCAL_TOKEN } from "./hub/tokens.js";
import { findPdf } from "./start/find-pdf.js";
import { reportText } from "./start/report-text.js";
import { servePage } from "./start/serve-page.js";
import { prepare } from "./start/prepare.js";
import { say, step } from "./start/say.js";

const DEFAULT_PORT = 8080;
/** The page refuses a run that would make more calls to a Hub than its cap allows. */
const MOST_ROUNDS = estimateFor(USUAL, 100, 0).roundsThatFit;

function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: "boolean", default: false },
      port: { type: "string" },
      pdf: { type: "string" },
      rounds: { type: "string", default: "5" },
    },
  });
  const integer = (name, text, most) => {
    const fits = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most;
    if (!fits) throw new Error(`--${name} must be a number from 1 to ${most}`);
    return Number(text);
  };
  return {
    once: values.once,
    port: values.port === undefined ? null : integer("port", values.port, 65_535),
    pdf: values.pdf ?? null,
    rounds: integer("rounds", values.rounds, MOST_ROUNDS),
  };
}

/** What has been started, to be ended in the reverse order, whatever happens. */
const running = [];
async function endAll() {
  for (const end of running.splice(0).reverse()) await end();
}

/** @returns {Promise<boolean>} whether the headless run succeeded */
async function main() {
  const options = optionsOf(process.argv.slice(2));
  await prepare();

  await step("Building the demo", async () => (await import("./app/build.js")).buildApp());
  const data = options.once ? mkdtempSync(join(tmpdir(), "hubstash-hub-")) : join(ROOT, ".cache/hub");
  if (options.once) running.push(() => rmSync(data, { recursive: true, force: true }));
  const hub = await step("Starting the local Hub", () => startHub({ data }));
  running.push(() => hub.close());
  const page = await servePage({
    port: options.port ?? DEFAULT_PORT,
    exactly: options.port !== null,
    config: { hubUrl: hub.url, token: LOCAL_TOKEN, dataset: "user/hubstash-bench" },
    app: { config: { hubUrl: hub.url, token: LOCAL_TOKEN, dataset: "user/pdf-notes" } },
  });
  running.push(() => page.close());

  const succeeded = await measure(page.url, options);
  if (options.once) return succeeded;
  say("");
  say(`The benchmark page:  ${page.url}`);
  say(`The demo:            ${page.url}app/`);
  say(`The local Hub:       ${hub.url}  (data in .cache/hub)`);
  say("");
  say("Open the page, pick a PDF, press “Compare both”.");
  say("To measure the real Hub, enter an access token with write permission there.");
  say("Ctrl-C ends it.");
  await new Promise(() => {}); // Until a signal comes.
}

async function measure(url, { pdf, rounds }) {
  try {
    const file = findPdf(pdf);
    if (file) running.push(() => file.forget());
    say(`Measuring with ${file ? file.label : "the built-in sample, as no PDF was found on this machine"}`);
    // Loaded late: before prepare() its package may not have been installed.
    const { runHeadless } = await import("./start/headless.js");
    const report = await step("Running the page in a headless browser", (show) =>
      runHeadless({ url, pdf: file?.path ?? null, rounds, onProgress: show }),
    );
    say("");
    say(reportText(report));
    return true;
  } catch (error) {
    say(`The headless run failed: ${error.message}`);
    return false;
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    // A second one ends the process at once, as usual.
    void endAll().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  });
}

try {
  const succeeded = await main();
  await endAll();
  process.exit(succeeded ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await endAll();
  process.exit(1);
}
