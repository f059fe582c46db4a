#pragma once
// The C ABI between the worker's JavaScript and the module. Conventions:
//
//  1. Text is UTF-8 with a length, never NUL-terminated. Memory for arguments is taken with hs_alloc by the caller and
//     stays the caller's, unless a function says that it takes it over.
//  2. A negative result is a programmer's error (a bad handle, a malformed message). Everything an app can provoke is a
//     notice instead.
//  3. The module calls `Module.onNotice(header, body, blob)` for everything it has to say, only from within one of the
//     functions below or from the event loop. `header` is a parsed JSON object, `body` a Uint8Array of its own or null,
//     `blob` a Blob or null.
//  4. Bytes that stay outside the heap are Blobs (of ranges, Uint8Arrays) in `Module.blobs` (add(blob) -> handle,
//     take(handle) -> blob).
//  5. The token is `Module.hubToken` (string or null), read each time a request to the Hub is sent.
//
// Headers of calls (hs_request), by "call". `collection` matches ^[a-z][a-z0-9-]{0,31}$, `kind` is "json" or "blob":
//   save    {collection, items:[{id, size}]}; body = the documents' JSON texts, joined
//   put     {collection, id, type}; blob = the content
//   load    {collection, kind, id}      list   {collection, kind}
//   open    {collection, id}            read   {reader, offset, length}      shut {reader}
//   delete  {collection, kind, id}      exists {collection, kind, id}
//   url     {collection, kind, id}      evict  {collection, id}
//   conflicts {collection, kind, id}; an empty id means all
//   collections {}    check-ids {ids}: fails where an app may not save under one of them
//   resolve {collection, kind, id: the copy's, resolution: "use-copy" or "discard-copy"}
//   decide  {effect, choice: "local", "remote", "keep-both", "delete" or "content", type} answers a notice "resolve";
//           for "content" with body = the document's JSON text, or blob
//   sync    {}    status {}    clear {force}    close {}
//
// Headers of notices (onNotice), by "type":
//   reply     {request, ok:true, value} or {request, ok:false, error:{code, message, retry, status, requestId}}
//             value by call: save, put: [SaveReceipt]; load: null or {size, type} with body or blob;
//             open: null or {reader, version, size}; read: {size, type: ""} with the range as body;
//             list: [ItemInfo]; exists: boolean; url: string or null; sync: SyncReport;
//             status: {phase, pending, pendingBytes, synced, lastCommit, lastSyncAt, nextSyncAt, waitingFor, network:
//             {requests, retries, bytesSent, bytesReceived}, cache: {hits, misses, evictions},
//             compression: {rawBytes, storedBytes}};
//             conflicts: [ConflictCopy]; collections: [{collection, kind}]; the others: null
//   progress  {request, phase, loaded, total, item}
//   change    {collection, ids, source}
//   status    {status} as above
//   error     {error}
//   conflict  {collection, id, outcome, copyId}
//   resolve   {effect, collection, kind, id, sides:{base, local, remote}, blobs:{base, local, remote}}: asks the app.
//             Sides are sizes, or null for one that is not there; documents' texts are joined in `body`, blobs are
//             handles of Module.blobs, which stay the module's (get, not take). Answered by the call decide.
//   account   {account:{name,id}, owner:{name,id}, owns}: whose the token is, and whose the data here
//   token     {effect, refused}: fetch a token, set Module.hubToken, then call hs_token(store, effect, token)
//   take-lock {effect, name}: take the lock of that name if nobody in the browser has it, then call
//             hs_lock(store, effect, held); keep it until
//   drop-lock {effect}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hs_store hs_store;

enum hs_signal_kind { HS_ONLINE = 1, HS_VISIBLE = 2, HS_TOKEN = 3 };

/// Version of this ABI; the worker refuses another than its own.
uint32_t hs_abi_version(void);

/// Memory for arguments. hs_alloc(0) is valid. Traps when memory runs out.
uint8_t* hs_alloc(uint32_t size);
void hs_free(uint8_t* memory);

/// Opens a store from the options' JSON (docs of `StoreOptions`, plus "seed": 32 hex digits of entropy). The result
/// comes as a reply to `request`: value null, or an error (INVALID_ARGUMENT, NEWER_FORMAT,
/// QUOTA_EXCEEDED, STORAGE_*). Null only when the JSON is not JSON.
hs_store* hs_open(uint32_t request, const uint8_t* options, uint32_t options_size);

/// Sends a call. `body` is taken over (allocated with hs_alloc, may be null when its size is 0); `blob` is a handle of
/// Module.blobs or 0, and is taken over too.
int32_t hs_request(hs_store* store, uint32_t request, const uint8_t* header, uint32_t header_size, uint8_t* body,
                   uint32_t body_size, uint32_t blob);

/// Ends a call early; its reply comes with ABORTED unless it had just finished.
int32_t hs_cancel(hs_store* store, uint32_t request);

/// Tells what the page learnt: HS_ONLINE, HS_VISIBLE or HS_TOKEN (a new token is there, or none), with 1 or 0.
int32_t hs_signal(hs_store* store, uint32_t signal, uint32_t value);

/// What Module.hubToken is after a token notice, compared with before.
enum hs_token_kind { HS_NO_TOKEN = 0, HS_SAME_TOKEN = 1, HS_NEW_TOKEN = 2 };

/// Answers a token notice. `account` is "<name>\n<id>" of the account that the token is of, where the page has seen it
/// before; of size 0 otherwise.
int32_t hs_token(hs_store* store, uint32_t effect, uint32_t token, const uint8_t* account, uint32_t account_size);

/// Answers a take-lock notice. `held` is 0 where somebody else has the lock, and where there are no locks.
int32_t hs_lock(hs_store* store, uint32_t effect, uint32_t held);

/// Frees the store; its database connection closes. Calls still waiting are answered with CLOSED first.
void hs_free_store(hs_store* store);

#ifdef __cplusplus
}
#endif
