/** gzip as pages without a native module do it. */
import { gzip, ungzip } from "pako";

/** @returns {{ gzip: (bytes: Uint8Array) => Uint8Array, gunzip: (bytes: Uint8Array) => Uint8Array }} */
export function createCodec() {
  return { gzip: (bytes) => gzip(bytes), gunzip: (bytes) => ungzip(bytes) };
}
