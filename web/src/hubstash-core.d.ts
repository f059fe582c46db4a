// Types of the glue that Emscripten writes beside the worker; include/hubstash/c_api.h says what each function does.

/** Tables that the module's JavaScript side keeps. */
export interface BlobTable {
  add(blob: Blob): number;
  get(handle: number): Blob | null;
  take(handle: number): Blob | null;
}

export interface HubstashCore {
  HEAPU8: Uint8Array;
  blobs: BlobTable;
  hubToken: string | null;
  onNotice(header: { type: string; [member: string]: unknown }, body: Uint8Array | null, blob: Blob | null): void;
  _hs_abi_version(): number;
  _hs_alloc(size: number): number;
  _hs_free(address: number): void;
  _hs_open(request: number, options: number, size: number): number;
  _hs_request(
    store: number,
    request: number,
    header: number,
    headerSize: number,
    body: number,
    bodySize: number,
    blob: number,
  ): number;
  _hs_cancel(store: number, request: number): number;
  _hs_signal(store: number, signal: number, value: number): number;
  _hs_token(store: number, effect: number, token: number, account: number, accountSize: number): number;
  _hs_lock(store: number, effect: number, held: number): number;
  _hs_free_store(store: number): void;
}

export interface ModuleOptions {
  hubToken: string | null;
  onNotice: HubstashCore["onNotice"];
  onAbort?: (reason: unknown) => void;
  instantiateWasm?: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object;
  print?: (line: string) => void;
  printErr?: (line: string) => void;
}

export default function createHubstashCore(options: ModuleOptions): Promise<HubstashCore>;
