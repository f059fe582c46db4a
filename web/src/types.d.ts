/**
 * hubstash: cache-first storage for static Hugging Face Spaces.
 *
 * Every call returns a promise that settles exactly once; every rejection is a StoreError. What this version does not
 * have yet rejects with INVALID_ARGUMENT and says so; it is marked "Not in 0.1" here.
 */

export interface StoreOptions {
  /** `namespace/name` of the dataset repo that keeps the data. Required unless `mode` is `"local"`. */
  dataset?: string;
  /**
   * `hybrid` (default): local first, background commits to the dataset.
   * `remote`: every call goes to the Hub, nothing is kept in the browser.
   * `local`: the browser only, no Hub.
   */
  mode?: "hybrid" | "remote" | "local";
  /**
   * Access token, or a function that returns a fresh one; it is asked again after a 401. Never written to storage.
   * The function is called when a request first needs a token. Where it returns null, throws, or takes longer than 30
   * s, the request goes on without one; a token that comes later is used from then on.
   */
  token?: string | (() => string | null | Promise<string | null>);
  /**
   * Name of the account that is signed in, e.g. `session.user`. Each account has its own data on this device, and with
   * this option that holds from the first moment, without any network: a token of another account is then refused with
   * `UNAUTHORIZED`. Without it the store asks the Hub whose a new token is, and goes over to that account's data.
   */
  account?: string;
  /** Origin of the Hub. Default `https://huggingface.co`. */
  hubUrl?: string;
  /** Branch of the dataset repo. Default `main`. */
  branch?: string;
  /** Folder inside the repo under which everything is stored. Default: the root. */
  prefix?: string;
  /** Create the dataset (private) when it does not exist. Default true. */
  createDataset?: boolean;
  /** Allow pushing to a dataset that anyone can read. Default false: `sync()` rejects with `PUBLIC_DATASET`. */
  allowPublic?: boolean;
  sync?: {
    /** Sync by itself (after saves, on hide, when back online, at open). Default true. `sync()` always works. */
    auto?: boolean;
    /** Quiet time after the last save before a background sync, ms. Default 30_000. */
    idleMs?: number;
    /** Longest time a save may wait while others keep coming, ms. Default 300_000. */
    maxWaitMs?: number;
    /** Upper bound of commits in any rolling hour, all tabs together. Default 120 (the Hub allows 128). */
    commitsPerHour?: number;
    /**
     * Upper bound of requests to the Hub's API in any five minutes, all tabs together; of downloads five times as many.
     * Half of both without a token. Default 700 (the Hub allows a free account 1,000 and 5,000).
     */
    requestsPerWindow?: number;
    /**
     * Look for changes of other devices this often while visible, ms. Default 60_000; 0 = only at open and on
     * `sync()`.
     */
    pollMs?: number;
  };
  /** How much is kept of what the Hub has as well. */
  cache?: {
    /**
     * Bytes of synced bodies kept in the browser; least recently used ones go first. Unsynced data is never evicted.
     * Default: 80 % of the quota.
     */
    maxBytes?: number;
    /**
     * Bytes of recently used bodies kept in memory. Default 16 MiB; 0 keeps none, and `remote` mode never does. What
     * another tab saves is known here a few milliseconds later.
     */
    memoryBytes?: number;
  };
  /**
   * What to do when this device and another changed the same item.
   * `merge` (default): JSON documents are merged field by field against their common base; where both changed the same
   * field, and for blobs, the remote version is kept under the id and the local one as a conflict copy.
   * `keep-both`: never merge. `local` / `remote`: that side wins, the other is kept as a conflict copy all the same.
   * A function decides itself; where it throws or returns what cannot be stored, both versions are kept and an `error`
   * event says why. An edit beats a deletion whatever the policy is, unless a function says otherwise.
   * docs/CONFLICTS.md has the rules of the merge.
   */
  conflict?: "merge" | "keep-both" | "local" | "remote" | ConflictResolver;
  /**
   * `strict`: a save is acknowledged when it is on disk; `relaxed`: when the browser has taken it. Default `strict`.
   */
  durability?: "strict" | "relaxed";
  /** Record the engine's events for `trace()`; no token and no content. Default false. Not in 0.1. */
  trace?: boolean;
  /** Receives every timed operation, e.g. to send it to an analytics service. */
  onMetric?: (m: { operation: string; ms: number; ok: boolean }) => void;
  /** Where the worker and the wasm file are served, when not beside the module. */
  workerUrl?: string | URL;
  wasmUrl?: string | URL;
}

/** Resolves when the local data can be read and written; it does not wait for the network. */
export function openStore(options: StoreOptions): Promise<Store>;

// ------------------------------------------------------------------------------------------------ the store

export interface Store extends EventTarget {
  /** JSON documents, e.g. `{ id: "proj_1", name: "Thesis", strokes: [...] }`. */
  readonly projects: DocumentCollection;
  /** PDF files by id (the id is also the file's name in the dataset, plus `.pdf`). */
  readonly pdfs: BlobCollection;
  /** A further named collection (`^[a-z][a-z0-9-]{0,31}$`). Throws `INVALID_ARGUMENT` for another kind than it has. */
  collection(name: string, kind: "json"): DocumentCollection;
  collection(name: string, kind: "blob"): BlobCollection;

  /** Short names for the calls that most apps need. */
  saveProject(project: Document): Promise<SaveReceipt>;
  loadProject(id: string): Promise<Document | null>;
  listProjects(): Promise<ItemInfo[]>;
  deleteProject(id: string): Promise<void>;
  savePdf(id: string, data: BlobInput, options?: TransferOptions): Promise<SaveReceipt>;
  loadPdf(id: string, options?: TransferOptions): Promise<Blob | null>;
  openPdf(id: string): Promise<RandomAccess | null>;
  listPdfs(): Promise<ItemInfo[]>;
  deletePdf(id: string): Promise<void>;

  /**
   * Push what is pending and pull what is new, now. Rejects with the first error that stopped it; nothing pending is
   * lost.
   */
  sync(options?: { signal?: AbortSignal; onProgress?: (p: Progress) => void }): Promise<SyncReport>;
  status(): Promise<StoreStatus>;
  /**
   * Of this moment, for a `beforeunload` listener, which cannot wait: false while a write of this page is running, and
   * in hybrid mode until the engine has said that everything is on the Hub (`StoreStatus.synced`). In local mode true
   * means only that everything is on this device.
   */
  readonly safeToClose: boolean;
  metrics(): Promise<Metrics>;

  /**
   * Everything in the store, as one zip that other tools can open (docs/FORMATS.md): all collections, also those that
   * this page has not opened, and conflict copies. Bodies not on this device are fetched. It is what this device knows:
   * `sync()` first for the newest of other devices. An item that is damaged ends it and is named, so that no backup
   * lacks something unseen.
   */
  exportBackup(options?: TransferOptions): Promise<Blob>;
  /**
   * Staged and verified before anything changes: a file that is not whole and right in every item rejects with
   * `BAD_BACKUP`, and nothing has changed. Then an automatic backup of what it replaces is kept (the last 5 are; in
   * `remote` mode in memory only). `merge` (default): items of the backup that are not here are imported, different
   * ones replaced; others stay. `replace`: the same, and items that the backup does not have are deleted. What is
   * imported is saved and synced like any other change, and `modified` is the time of the import. Conflict copies are
   * not imported, but listed in `problems`. Items that somebody saves while the import looks at them are not replaced
   * (`BUSY`, nothing has changed). A signal ends it before the first write; after that it goes on. Where it fails later
   * (`QUOTA_EXCEEDED`), whole items are done, the message says how many, and importing again does the others.
   */
  importBackup(zip: Blob, options?: TransferOptions & { mode?: "merge" | "replace" }): Promise<ImportReport>;
  /** The automatic backups that this browser keeps of the open data, newest first. */
  listBackups(): Promise<BackupInfo[]>;
  /**
   * Imports an automatic backup as `importBackup` does with `merge`; what that replaces is kept in another one. Rejects
   * with `NOT_FOUND` where there is none of this id.
   */
  restoreBackup(id: string): Promise<ImportReport>;
  /** Not in 0.1. Takes over data in the older layout: `<id>.json` at the repo's root, PDFs as `pdfBase64` inside. */
  migrateLegacy(options?: TransferOptions): Promise<ImportReport>;

  /** Not in 0.1. What the dataset's history costs: commits, bytes stored, bytes that nothing current refers to. */
  hubUsage(): Promise<{ commits: number; storedBytes: number; currentBytes: number; reclaimableBytes: number }>;
  /**
   * Not in 0.1. Squash the dataset's history into one commit. Irreversible: older versions are gone. Rejects with
   * `UNSYNCED` while anything is pending here.
   */
  compactHistory(options: { confirm: "forget-older-versions" }): Promise<{ commit: string }>;

  /** Not in 0.1. The recorded engine events (`trace: true`), to replay a problem with the native command. */
  trace(): Promise<Blob>;

  /** Ask the browser not to evict this origin's data. */
  persist(): Promise<boolean>;
  /**
   * Remove this store's data from this browser, automatic backups included. Rejects with `UNSYNCED` while anything is
   * pending, unless `force`.
   */
  clearLocal(options?: { force?: boolean }): Promise<void>;
  /**
   * Finishes running writes, then ends the worker; whatever else still waits rejects with `CLOSED`. Pending items stay
   * queued on the device for the next open.
   */
  close(): Promise<void>;

  /** The store has gone over to another account's data, after a token of theirs: everything is to be listed anew. */
  addEventListener(type: "account", listener: (e: CustomEvent<{ account: string }>) => void): void;
  /** Items were saved, deleted or pulled. */
  addEventListener(type: "change", listener: (e: CustomEvent<ChangeDetail>) => void, options?: ListenerOptions): void;
  /** The engine's state changed. The figures of `usage` may be 10 s old here; `status()` asks anew. */
  addEventListener(type: "status", listener: (e: CustomEvent<StoreStatus>) => void, options?: ListenerOptions): void;
  /** Two devices changed the same item; `outcome` says what has become of it. */
  addEventListener(
    type: "conflict",
    listener: (e: CustomEvent<ConflictDetail>) => void,
    options?: ListenerOptions,
  ): void;
  /** A background sync failed, or the worker was lost (`WORKER_DIED`: open the store again). */
  addEventListener(type: "error", listener: (e: CustomEvent<StoreError>) => void, options?: ListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: ListenerOptions): void;
}

export type ListenerOptions = boolean | AddEventListenerOptions;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/**
 * A plain object. What JSON would drop or change (NaN, dates, class instances, functions, cycles, …) is refused with
 * `INVALID_ARGUMENT` and the path of the value, except that properties whose value is undefined are left out and -0
 * becomes 0. Nests at most 200 levels deep.
 */
export interface Document { id: string; [key: string]: Json }
/** Taken as it is at the time of the call: later changes of a buffer are not stored, and no buffer is detached. */
export type BlobInput = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

export interface TransferOptions {
  /**
   * Ends the call with `ABORTED`. A save that was already on the device by then resolves all the same, so that
   * `ABORTED` always means that nothing was changed.
   */
  signal?: AbortSignal;
  /** What it throws is reported as an uncaught error of the page and does not disturb the call. */
  onProgress?: (p: Progress) => void;
  /** MIME type of a blob. Default: the Blob's own, else `application/octet-stream` (`application/pdf` for PDFs). */
  type?: string;
}
/**
 * `phase` is "hash", "store", "upload", "commit" or "download"; `loaded` and `total` are bytes of it, `total` null
 * where unknown. An export has the phase "export", an import "verify", "compare", "backup" and "store", in this order;
 * `item` is then the path in the zip. Between them come the downloads of bodies that are not on this device.
 */
export interface Progress { phase: string; loaded: number; total: number | null; item?: string }

export interface DocumentCollection {
  save(document: Document): Promise<SaveReceipt>;
  /**
   * All or none: one that cannot be stored rejects the call, with its index, before anything is. Of two with one id
   * the last wins.
   */
  saveMany(documents: Document[]): Promise<SaveReceipt[]>;
  load(id: string): Promise<Document | null>;
  list(): Promise<ItemInfo[]>;
  delete(id: string): Promise<void>;
  /** Not in 0.1. */
  history(id: string): Promise<Version[]>;
  /** Not in 0.1. Makes an older version the current one, as a new save. */
  restore(id: string, version: string): Promise<SaveReceipt>;
  /** The conflict copies of one item, or of all: those that this device knows, of every device. */
  conflicts(id?: string): Promise<ConflictCopy[]>;
  /**
   * Ends a conflict: the copy becomes the item's new version, or is dropped. Until then the item's state is `conflict`.
   * `use-copy` replaces what the app has seen; where another version has come since, that stays, and so does the copy.
   * Rejects with `NOT_FOUND` where there is no such copy.
   */
  resolve(copyId: string, resolution: "use-copy" | "discard-copy"): Promise<void>;
}

export interface BlobCollection {
  save(id: string, data: BlobInput, options?: TransferOptions): Promise<SaveReceipt>;
  load(id: string, options?: TransferOptions): Promise<Blob | null>;
  /**
   * Random access without loading the whole: ranges come from the device, or by HTTP range requests, and are kept; null
   * where there is no such item. What is fetched are the chunks of 1 MiB that a range touches, and no others; each is
   * checked before it is shown (files that other tools put there: when all of it is here). Once all chunks are here the
   * item counts as cached.
   */
  open(id: string): Promise<RandomAccess | null>;
  list(): Promise<ItemInfo[]>;
  delete(id: string): Promise<void>;
  exists(id: string): Promise<boolean>;
  /** Address of the file on the Hub (needs a token when the dataset is private), or null before its first sync. */
  url(id: string): Promise<string | null>;
  /** Not in 0.1. */
  history(id: string): Promise<Version[]>;
  /** Not in 0.1. */
  restore(id: string, version: string): Promise<SaveReceipt>;
  /** The conflict copies of one item, or of all: those that this device knows, of every device. */
  conflicts(id?: string): Promise<ConflictCopy[]>;
  /**
   * Ends a conflict: the copy becomes the item's new version, or is dropped. Until then the item's state is `conflict`.
   * `use-copy` replaces what the app has seen; where another version has come since, that stays, and so does the copy.
   * Rejects with `NOT_FOUND` where there is no such copy.
   */
  resolve(copyId: string, resolution: "use-copy" | "discard-copy"): Promise<void>;
  /** Drop the body from this device (it stays on the Hub). Rejects with `UNSYNCED` while the item is pending. */
  evict(id: string): Promise<void>;
}

/**
 * A file that is open, on the version that it had then, also when the item is saved, deleted or evicted meanwhile.
 * Where that version cannot be had any more (it was only on this device, and is not now) a read rejects with
 * `NOT_FOUND`, and the item can be opened again.
 */
export interface RandomAccess {
  readonly size: number;
  /**
   * The bytes from `offset` on, in an array of their own; fewer than `length` where the file ends, none beyond its end.
   * At most 1 GiB at once. `OFFLINE` where they are not on this device and the Hub cannot be reached.
   */
  read(offset: number, length: number, options?: { signal?: AbortSignal }): Promise<Uint8Array>;
  /** Reads that are under way reject with `CLOSED`, as later ones do. */
  close(): void;
}

export interface SaveReceipt {
  id: string;
  /** `hf://datasets/<namespace>/<name>/<path>`, or `local://<path>` in local mode. */
  ref: string;
  /** SHA-256 of the content, lower-case hex. */
  checksum: string;
  /** Bytes of the content, before compression. */
  size: number;
}

export type ItemState = "synced" | "pending" | "remote-only" | "conflict";
export interface ItemInfo {
  id: string;
  size: number;
  /** Of the last change known here, ms since the epoch. */
  modified: number;
  state: ItemState;
  /** The body is on this device. */
  cached: boolean;
}
export interface Version {
  version: string;
  modified: number;
  author: string | null;
  message: string;
  size: number;
  deleted: boolean;
}

export interface StoreStatus {
  phase: "idle" | "pulling" | "uploading" | "committing" | "waiting" | "offline" | "signed-out" | "error";
  /** Items saved here and not yet on the Hub. */
  pending: number;
  pendingBytes: number;
  /** True when closing the page loses nothing, even if this device is lost: everything is on the Hub. */
  synced: boolean;
  lastCommit: string | null;
  lastSyncAt: number | null;
  /** When the next attempt is due, ms since the epoch, and why it waits. */
  nextSyncAt: number | null;
  waitingFor: "idle" | "backoff" | "rate-limit" | "network" | "token" | null;
  /** The browser promised not to evict this origin. */
  persisted: boolean;
  /** Of the whole origin, as the browser estimates it; zeros where it does not say. */
  usage: { usedBytes: number; quotaBytes: number };
  /**
   * The page runs in a frame of another site, so its storage is a partition of its own. Sites are told
   * apart by host name: subdomains of one another are one site, siblings are not.
   */
  partitioned: boolean;
}

export interface SyncReport {
  commit: string | null;
  pushed: number;
  pulled: number;
  deleted: number;
  conflicts: number;
  requests: number;
  bytesSent: number;
  bytesReceived: number;
  ms: number;
}

export interface ConflictDetail {
  collection: string;
  id: string;
  /**
   * `merged`: the item has the changes of both. `kept-both` and `remote`: it has the Hub's version, `local`: this
   * device's; `copyId` has the other one, except where one side had deleted the item. `resolver`: the app's function
   * gave the content, or deleted the item.
   */
  outcome: "merged" | "kept-both" | "local" | "remote" | "resolver";
  /** Id of the kept copy, when there is one. */
  copyId: string | null;
}
/**
 * Decides a conflict. `"local"`, `"remote"` and `"keep-both"` as in the option; a document with the same id, or a Blob,
 * is the item's new version in the place of both; null deletes the item. It may take its time: other calls go on, the
 * synchronisation waits. A page that is closed before has decided nothing, and the next one is asked again.
 */
export type ConflictResolver = (c: {
  collection: string;
  id: string;
  /** The version that both sides had changed; null for blobs, and where nobody has it any more. */
  base: Document | Blob | null;
  /** This device's version; null where the item was deleted here. */
  local: Document | Blob | null;
  /** The Hub's version; null where it was deleted there. */
  remote: Document | Blob | null;
}) =>
  | Document
  | Blob
  | null
  | "local"
  | "remote"
  | "keep-both"
  | Promise<Document | Blob | null | "local" | "remote" | "keep-both">;
/**
 * A version that lost a conflict. `load(copyId)` yields its content. `side`: whether it was the version of the device
 * that met the conflict, or that of the Hub.
 */
export interface ConflictCopy { copyId: string; id: string; modified: number; size: number; side: "local" | "remote" }

export interface ChangeDetail {
  collection: string;
  /** After the page was kept for "back": all that are there now, since anything may have changed meanwhile. */
  ids: string[];
  /** `local`: this tab; `tab`: another tab of this browser; `remote`: another device. */
  source: "local" | "tab" | "remote";
}

export interface ImportReport {
  /** Items that were not here. */
  imported: number;
  /** Items that are here with the same content. */
  skipped: number;
  /** Items that had another content here, and those that were deleted. */
  replaced: number;
  /** The automatic backup of what was replaced or deleted; null where that was nothing. */
  backupId: string | null;
  /** What was left out, by its path in the zip, and what was too damaged here for the automatic backup. */
  problems: { path: string; reason: string }[];
}
/** `size` is in bytes, `reason` the call that made it: "importBackup" or "restoreBackup". */
export interface BackupInfo { id: string; created: number; items: number; size: number; reason: string }

export interface Metrics {
  /**
   * One entry per operation, e.g. `save.project`, `load.pdf`, `list.notes` (other collections by their name), `sync`.
   * Times in ms, as the app waits for them; p50 and p95 are of the last 256, the rest of all. Single requests
   * (`http.commit`) are not timed in 0.1.
   */
  operations: Record<string, { count: number; errors: number; p50: number; p95: number; max: number; totalMs: number }>;
  /**
   * Since the store was opened: loads that this device could answer, loads that had to ask the Hub, and bodies that had
   * to go to keep `cache.maxBytes`. `memoryBytes` is what the bodies have that are kept in memory now.
   */
  cache: { hits: number; misses: number; evictions: number; memoryBytes: number };
  /**
   * Since the store was opened: the documents above 1 MiB that were compressed for the Hub, before and after. On this
   * device nothing is compressed.
   */
  compression: { rawBytes: number; storedBytes: number };
  network: { requests: number; retries: number; bytesSent: number; bytesReceived: number };
}

/** Every rejection is one of these. `code` is stable; `message` says what happened and what to do. */
export class StoreError extends Error {
  readonly code: ErrorCode;
  /** Whether trying again can help, and when. */
  readonly retry: "never" | "later" | "after-sign-in" | "after-user";
  readonly status: number | null;
  readonly requestId: string | null;
}
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "INVALID_ID"
  | "TOO_LARGE"
  | "NOT_FOUND"
  | "ABORTED"
  | "CLOSED"
  | "BUSY"
  | "OFFLINE"
  | "TIMEOUT"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "HUB_ERROR"
  | "BAD_RESPONSE"
  | "DATASET_NOT_FOUND"
  | "PUBLIC_DATASET"
  | "CONFLICT"
  | "UNSYNCED"
  | "QUOTA_EXCEEDED"
  | "STORAGE_BLOCKED"
  | "STORAGE_CORRUPT"
  | "STORAGE_UNAVAILABLE"
  | "NEWER_FORMAT"
  | "INTEGRITY"
  | "BAD_BACKUP"
  | "WORKER_DIED"
  | "INTERNAL";
