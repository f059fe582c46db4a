// gzip of a document, as a sync packs it before it goes to the Hub, and its gunzip: hubstash's own beside pako and the
// browser's streams, each in a worker.
import { buildCodec } from "../../build.js";
import { check, medianOf, ratio, row } from "../row.js";
import { takeTurns } from "../turns.js";

const BYTES = 1024 * 1024;
const CODECS = ["hubstash", "pako", "CompressionStream"];

export const GZIP_ROWS = ["gzip"];

/** @param {import("../run.js").Context} context */
export async function gzipRows({ setting, repeats, warmUps, progress }) {
  await buildCodec();
  const tab = await setting.tab("raw");
  const { samples, errors } = await takeTurns({
    names: CODECS,
    repeats: repeats(25),
    warmUps: warmUps(3),
    onRound: (round, rounds) => progress("gzip", round / rounds),
    step: (codec, round) => tab.run("gzip", { codec, index: round, bytes: BYTES }),
  });
  const { gzipMs = {}, gunzipMs = {}, packedBytes = {} } = samples;
  const speedOf = (times, name) => {
    const ms = medianOf(times, name);
    return ms === null ? "-" : (BYTES / 1000 / ms).toFixed(1);
  };
  return [
    row({
      key: "gzip",
      title: "gzip of a 1 MB project",
      target: "gzip >= 3 x pako's speed at its default level, size within 10 %; gunzip >= 1.5 x pako's",
      samples: { ...named("gzip", gzipMs), ...named("gunzip", gunzipMs) },
      errors,
      checks: [
        check("gzip: pako's time to hubstash's", ratio(gzipMs, "pako", "hubstash"), ">=", 3),
        check("size to pako's", ratio(packedBytes, "hubstash", "pako"), "<=", 1.1),
        check("gunzip: pako's time to hubstash's", ratio(gunzipMs, "pako", "hubstash"), ">=", 1.5),
      ],
      notes: CODECS.filter((name) => packedBytes[name]?.length).map(
        (name) =>
          `${name}: gzip ${speedOf(gzipMs, name)} MB/s, gunzip ${speedOf(gunzipMs, name)} MB/s, to ` +
          `${((100 * medianOf(packedBytes, name)) / BYTES).toFixed(1)} % of the size.`,
      ),
    }),
  ];
}

const named = (what, samples) =>
  Object.fromEntries(Object.entries(samples).map(([name, list]) => [`${name}: ${what}`, list]));
