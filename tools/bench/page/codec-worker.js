// Packs and unpacks one project with the codec that its first message names. Every codec unpacks what pako has packed,
// and what it packs itself is unpacked by another one.
import { createCodec } from "../../../web/bench/contenders/pako.js";
import { project, verifyBytes } from "./data.js";

const pako = createCodec();

/** @typedef {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>} Coding */

/** @type {Record<string, () => Promise<{ gzip: Coding, gunzip: Coding }>>} */
const CODECS = {
  hubstash: loadModule,
  pako: async () => pako,
  CompressionStream: async () => ({
    gzip: (bytes) => through(new CompressionStream("gzip"), bytes),
    gunzip: (bytes) => through(new DecompressionStream("gzip"), bytes),
  }),
};

const through = async (stream, bytes) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** hubstash's own; its times include the way into the module's memory and out of it. */
async function loadModule() {
  const { default: create } = await import("/codec/hubstash-codec.js");
  const module = await create();
  const coding = (call) => (bytes) => {
    const input = module._codec_alloc(bytes.length);
    module.HEAPU8.set(bytes, input);
    const result = call(input, bytes.length);
    module._codec_free(input);
    if (result === 0) throw new Error("hubstash could not unpack it");
    const data = module._codec_data(result);
    const copy = module.HEAPU8.slice(data, data + module._codec_size(result));
    module._codec_release(result);
    return copy;
  };
  return { gzip: coding(module._codec_gzip), gunzip: coding(module._codec_gunzip) };
}

/** @type {ReturnType<typeof loadModule> | undefined} */
let loaded;

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

async function measure({ codec: name, ...wanted }) {
  loaded ??= CODECS[name]();
  const codec = await loaded;
  const { bytes } = project(wanted);
  const given = pako.gzip(bytes);
  const [gzipMs, packed] = await timed(() => codec.gzip(bytes));
  const [gunzipMs, plain] = await timed(() => codec.gunzip(given));
  verifyBytes(plain, bytes, "what pako packed");
  const other = name === "pako" ? CODECS.CompressionStream : CODECS.pako;
  verifyBytes(await (await other()).gunzip(packed), bytes, `what ${name} packed`);
  return { gzipMs, gunzipMs, packedBytes: packed.length };
}

onmessage = ({ data }) => {
  measure(data).then((figures) => postMessage({ figures }), (error) => postMessage({ error: String(error) }));
};
