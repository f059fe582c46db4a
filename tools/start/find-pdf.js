// A real PDF of this machine, since real files are what people store: documentation that packages have installed.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ROOT } from "../lib/toolchain.js";

/** About the size of an ordinary document; the nearest to it is taken. */
const WANTED_BYTES = 1_000_000;
const MOST_BYTES = 8_000_000;

/**
 * @param {string | null} given a file that the person named
 * @returns {{ path: string, label: string, forget: () => void } | null} null when there is none
 */
export function findPdf(given) {
  if (given) return asFile({ path: given, bytes: contentOf(given) });
  // Those that tools/setup fetched, then whatever else this machine has.
  const places = [...candidates(join(ROOT, ".cache/pdfs"), 1), ...candidates("/usr/share/doc", 3)];
  const found = [...places, ...candidates(join(ROOT, "node_modules"), 5)]
    .filter(({ size }) => size > 50_000 && size < MOST_BYTES)
    .sort((a, b) => Math.abs(a.size - WANTED_BYTES) - Math.abs(b.size - WANTED_BYTES));
  for (const { path } of found) {
    try {
      return asFile({ path, bytes: contentOf(path) });
    } catch {
      // Not readable, or a PDF by name only; the next will do.
    }
  }
  return null;
}

/** PDFs below a folder, also gzip'd ones, as Debian installs them. */
function* candidates(folder, depth) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 1) yield* candidates(path, depth - 1);
    if (entry.isFile() && /\.pdf(\.gz)?$/i.test(entry.name)) yield { path, size: statSync(path).size };
  }
}

function contentOf(path) {
  const raw = readFileSync(path);
  const bytes = path.endsWith(".gz") ? gunzipSync(raw) : raw;
  if (!bytes.subarray(0, 1024).includes("%PDF-")) throw new Error(`${path} is not a PDF`);
  return bytes;
}

/** A browser picks files by path, so what had to be unpacked goes into a temporary one. */
function asFile({ path, bytes }) {
  const label = `${path} (${(bytes.length / 1e6).toFixed(2)} MB)`;
  if (!path.endsWith(".gz")) return { path, label, forget: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "hubstash-pdf-"));
  const unpacked = join(folder, basename(path, ".gz"));
  writeFileSync(unpacked, bytes);
  return { path: unpacked, label, forget: () => rmSync(folder, { recursive: true, force: true }) };
}
