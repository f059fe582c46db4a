#!/usr/bin/env node
// Builds the demo Space and says which folder to upload.
//
//   npm run app                        builds it into build/app
//   npm run app -- --out FOLDER        somewhere else
import { parseArgs } from "node:util";
import { APP_FOLDER, buildApp } from "./app/build.js";

const { values } = parseArgs({ options: { out: { type: "string", default: APP_FOLDER } } });
const { folder, version, bytes, files } = await buildApp(values.out);
console.log(`The demo Space: ${folder} (${files} files, ${(bytes / 1e6).toFixed(1)} MB, version ${version})`);
console.log("Upload this folder as a static Space, for example:");
console.log(`  hf upload your-name/pdf-notes ${folder} . --repo-type space`);
