// The module under test, loaded once for the worker, and short ways to write transactions.
import createCore from "/core/core.js";

export const core = await createCore({ onNotice: (...notice) => core.listener?.(...notice) });

export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => (bytes ? new TextDecoder().decode(bytes) : null);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A whole transaction from the parts that matter; texts stand for their bytes. */
export function tx(parts) {
  const { gets = [], scans = [], expects = [], deletes = [], deletePrefixes = [], puts = [], strict = true } = parts;
  return {
    gets, scans, deletes, deletePrefixes, strict,
    expects: expects.map(([key, head]) => ({ key, head: typeof head === "string" ? utf8(head) : head })),
    puts: puts.map((put) => (Array.isArray(put) ? { key: put[0], bytes: bytesOf(put[1]) } : put)),
  };
}

const bytesOf = (value) => (typeof value === "string" ? utf8(value) : value);

/** Bytes that do not repeat and cannot be compressed. */
export function noise(size, seed = 1) {
  const bytes = new Uint8Array(size);
  let state = seed * 2654435761 + 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

let mounts = 0;
/** A mount point that no other test uses. */
export const freshMount = () => `/test/${Date.now()}-${++mounts}`;
