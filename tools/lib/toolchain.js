// What tools/setup found on this machine: the lines of .cache/toolchain.env.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const TOOLCHAIN_FILE = `${ROOT}.cache/toolchain.env`;

/** @returns {Record<string, string>} EMSCRIPTEN_ROOT, CHROMIUM, … */
export function readToolchain() {
  let text;
  try {
    text = readFileSync(TOOLCHAIN_FILE, "utf8");
  } catch {
    throw new Error("This machine is not set up yet. Run tools/setup first.");
  }
  return Object.fromEntries(text.trim().split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
