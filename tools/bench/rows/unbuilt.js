// What the library does not have yet. The figures that it will be held against are measured where that is possible.
import { medianOf, notBuilt } from "../row.js";
import { takeTurns } from "../turns.js";

const BYTES = 1024 * 1024;

export const UNBUILT_ROWS = ["gzip"];

/** @param {import("../run.js").Context} context */
export async function unbuiltRows({ setting, repeats, progress }) {
  const sizes = [];
  const { samples, errors } = await takeTurns({
    names: ["raw"],
    repeats: repeats(7),
    onRound: (round, rounds) => progress("gzip", round / rounds),
    async step(name, round) {
      const tab = await setting.tab(name);
      const { gzipMs, gunzipMs, bytes, packedBytes } = await tab.run("gzip", { index: round, bytes: BYTES });
      sizes.push(packedBytes / bytes);
      return { gzipMs, gunzipMs };
    },
  });
  const figures = ["gzipMs", "gunzipMs"].map((key) => medianOf(samples[key], "raw"));
  const gzip = notBuilt({
    key: "gzip",
    title: "gzip of a 1 MB project",
    target: "gzip >= 3 x pako's speed at its default level, size within 10 %; gunzip >= 1.5 x pako",
    samples: { "pako: gzip": samples.gzipMs?.raw ?? [], "pako: gunzip": samples.gunzipMs?.raw ?? [] },
    errors,
    notes: [
      "hubstash's module exports no codec yet.",
      `pako: ${figures.map((ms) => (ms === null ? "-" : `${(BYTES / 1000 / ms).toFixed(1)} MB/s`)).join(" and ")}, ` +
        `to ${(100 * Math.max(...sizes)).toFixed(1)} % of the size.`,
    ],
  });
  return [gzip];
}
