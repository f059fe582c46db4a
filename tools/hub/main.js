#!/usr/bin/env node
/** The command line of the local Hub; see README.md beside this file. */
import { parseArgs } from "node:util";
import { startHub } from "./server.js";

const FLAGS = {
  port: { type: "string", default: "0" },
  "cdn-port": { type: "string", default: "0" },
  host: { type: "string" },
  data: { type: "string" },
  token: { type: "string", multiple: true, default: [] },
  user: { type: "string" },
  org: { type: "string", multiple: true, default: [] },
  faults: { type: "string" },
  "tree-page": { type: "string" },
  "shuffle-tree": { type: "boolean" },
  "cdn-options": { type: "string" },
  "upload-seconds": { type: "string" },
  "download-seconds": { type: "string" },
  "multipart-above": { type: "string" },
  "part-size": { type: "string" },
  "attribute-lines": { type: "string" },
  limit: { type: "string", multiple: true, default: [] },
  "enforce-limits": { type: "boolean" },
};

function optionsOf(args) {
  const { values } = parseArgs({ args, options: FLAGS });
  const fromEnv = (process.env.HUB_TOKENS ?? "").split(/\s+/).filter(Boolean);
  return {
    host: values.host,
    port: integer(values, "port"),
    cdnPort: integer(values, "cdn-port"),
    data: values.data,
    tokens: [...values.token, ...fromEnv],
    user: values.user,
    orgs: values.org,
    faultsFile: values.faults,
    treePage: integer(values, "tree-page"),
    shuffleTree: values["shuffle-tree"],
    cdnOptions: values["cdn-options"],
    uploadSeconds: integer(values, "upload-seconds"),
    downloadSeconds: integer(values, "download-seconds"),
    multipartAbove: integer(values, "multipart-above"),
    partSize: integer(values, "part-size"),
    attributeLines: values["attribute-lines"],
    limits: Object.fromEntries(values.limit.map((one) => [one.split("=")[0], Number(one.split("=")[1])])),
    enforceLimits: values["enforce-limits"],
  };
}

function integer(values, flag) {
  if (values[flag] === undefined) return undefined;
  const number = Number(values[flag]);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${flag} must be a number`);
  return number;
}

async function main() {
  const hub = await startHub(optionsOf(process.argv.slice(2)));
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      hub.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  process.stdout.write(`listening on ${hub.url}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
});
