// hubstash's own worker, which can be asked how large its module's memory is. The module is started by the page's first
// message, so that what is put around WebAssembly here comes in time.
import "/dist/worker.js";

const memories = [];

const note = (imports, instance) => {
  const candidates = [...Object.values(instance.exports), ...Object.values(imports ?? {}).flatMap(Object.values)];
  memories.push(...candidates.filter((one) => one instanceof WebAssembly.Memory));
};

for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (source, imports) => {
    const result = await original(source, imports);
    note(imports, result.instance ?? result);
    return result;
  };
}

globalThis.wasmHeapBytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
