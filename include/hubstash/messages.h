#pragma once
// The engine's whole contract with the outside: events go in, effects come out (see engine.h). These are values;
// nothing here does I/O. Sizes have fixed widths because the module is 32-bit and the native tests are 64-bit.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hubstash/app_messages.h"
#include "hubstash/status.h"
#include "hubstash/types.h"

namespace hubstash {

// ------------------------------------------------------------------------------------------------ effects: local store

struct Record {
  Bytes key;  ///< Path below the mount point, e.g. "meta/projects/proj_1". UTF-8.
  Bytes value;
};

/// A part of a blob that the host keeps; `offset + size` lies within it.
struct BlobSlice {
  BlobRef blob = 0;
  uint64_t offset = 0;
  uint32_t size = 0;
};

struct Put {
  Bytes key;
  std::variant<Bytes, BlobSlice> value;
};

/// The record under `key` must still start with `head` (kRecordHeadBytes of it, or the whole when shorter);
/// an empty head means that there must be none, or one that has lost all its bytes. A key that ends in '/' must be one
/// of the transaction's scans, with an empty head: the scan must find nothing.
struct Expectation {
  Bytes key;
  Bytes head;
};

/// One transaction of the local store. The host runs, in this order and in a single transaction: gets, scans, checks of
/// the expectations, deletes, puts. When an expectation fails nothing is written and the answer says `stale`; gets and
/// scans are answered all the same. With no deletes and no puts the transaction is read-only.
/// Transactions that are not answered yet may run in any order.
/// Answer: StoreAnswer, after the transaction has completed or aborted.
struct StoreTx {
  std::vector<Bytes> gets;
  std::vector<Bytes> scans;  ///< Key prefixes ending in '/'.
  std::vector<Expectation> expects;
  std::vector<Bytes> deletes;          ///< Keys; missing ones are ignored.
  std::vector<Bytes> delete_prefixes;  ///< Key prefixes ending in '/': everything below goes.
  std::vector<Put> puts;
  Durability durability = Durability::kStrict;
};

struct StoreAnswer {
  /// QUOTA_EXCEEDED, STORAGE_*, INTERNAL, or INVALID_ARGUMENT when a blob cannot be read (its file has changed or
  /// gone); nothing was written then.
  Status status;
  bool stale = false;
  std::vector<std::optional<Bytes>> values;  ///< One for each get.
  std::vector<std::vector<Record>> scanned;  ///< One list for each scan, in key order.
};

// ------------------------------------------------------------------------------------------------ effects: blobs

/// Where a stored chunk lies and what it must be.
struct ChunkRef {
  Bytes key;
  uint32_t size = 0;
  Sha256 sha256;
};

/// Assembles a stored body into a blob of the host, checking each chunk's size and hash on the way; the engine owns
/// the blob and releases it. Answer: BlobAnswer (STORAGE_CORRUPT when a chunk is missing or differs).
struct OpenBody {
  std::vector<ChunkRef> chunks;
  Bytes type;  ///< MIME type of the blob.
};

/// Hashes a blob: the whole, and each chunk of kChunkBytes. Answer: BlobAnswer.
struct HashBlob {
  BlobRef blob = 0;
};

/// Cuts a range out of pieces that follow one another: stored chunks, each checked as in OpenBody, and parts of blobs.
/// Only the pieces are read. The bytes become a blob of the host; the engine owns it and releases it. Answer:
/// BlobAnswer. Where pieces are missing or differ it names them and has no blob; a chunk without a hash counts as
/// missing.
struct ReadRange {
  std::vector<std::variant<ChunkRef, BlobSlice>> pieces;
  uint32_t skip = 0;  ///< Bytes of the first piece before the range.
  uint32_t size = 0;  ///< Of the range.
};

struct BlobAnswer {
  Status status;
  BlobRef blob = 0;
  uint64_t size = 0;
  Sha256 sha256;                     ///< Of the whole (HashBlob only).
  std::vector<Sha256> chunk_sha256;  ///< Of each chunk (HashBlob only).
  std::vector<uint32_t> missing;     ///< Numbers of pieces, ascending (ReadRange only).
};

/// The engine does not need the blob any more. No answer.
struct ReleaseBlob {
  BlobRef blob = 0;
};

// ------------------------------------------------------------------------------------------------ effects: network

struct Header {
  std::string name;
  std::string value;
};

/// One HTTP exchange. Redirects are followed. Answer: HttpAnswer, exactly one, also after HttpAbort.
struct HttpRequest {
  std::string method;  ///< "GET", "POST" or "PUT".
  std::string url;     ///< Absolute.
  /// Send the token. The host refuses to unless the URL's origin is the Hub's, whatever this says.
  bool authorize = false;
  std::vector<Header> headers;
  std::variant<std::monostate, Bytes, BlobRef> body;
  /// Deliver a successful answer's body as a blob of the host instead of as bytes; the engine owns it.
  bool body_as_blob = false;
  /// The exchange fails with TIMEOUT when no byte has moved for this long.
  uint32_t timeout_ms = 30'000;
  /// A longer answer fails with BAD_RESPONSE.
  uint64_t max_body_bytes = 64u << 20;
  /// Bytes moved are reported as HttpProgress events.
  bool progress = false;
};

struct HttpAnswer {
  /// OK for any HTTP status; OFFLINE, TIMEOUT, ABORTED or BAD_RESPONSE when there was no whole answer.
  Status status;
  int http_status = 0;
  /// Names in lower case. A browser shows only those that the Hub exposes across origins.
  std::vector<Header> headers;
  Bytes body;
  BlobRef blob = 0;
};

/// Ends the exchange of that effect; its answer comes with ABORTED, or complete when it had just finished.
struct HttpAbort {
  EffectId target = 0;
};

/// Asks the app for a token. `refused` says that the Hub did not accept the present one. Answer: TokenAnswer.
/// The token itself stays with the host.
struct AskToken {
  bool refused = false;
};

struct TokenAnswer {
  bool available = false;
  bool is_new = false;  ///< Another one than the host had before.
  /// "<name>\n<id>" of whom it is, where the host has seen it before. Unless Options::account names the account, the
  /// host gives a token that it knows only to the engine whose place it keeps for that account.
  std::string account;
};

// ------------------------------------------------------------------------------------------------ effects: other tabs

/// Asks for the lock that at most one tab of this store has (the browser's Web Locks), without waiting for it. It only
/// makes things faster, so a host without locks answers "not held". Answer: LockAnswer.
struct TryLock {};

struct LockAnswer {
  bool held = false;
};

/// Gives the lock back that was the answer to that effect. A tab that ends gives it back by itself.
struct DropLock {
  EffectId target = 0;
};

// ------------------------------------------------------------------------------------------------ effects: conflicts

/// One version of an item, for the app: a document's text, or a blob, which stays the engine's. An empty blob may have
/// no reference.
struct VersionBody {
  uint64_t size = 0;
  Bytes body;
  BlobRef blob = 0;
};

/// Asks the app's resolver what becomes of an item that was changed here and elsewhere; a side that deleted it, or a
/// base that nobody has, is missing. Answer: the app call Decide, at any later time. Nothing else waits for it but the
/// synchronisation that met the conflict.
struct AskResolver {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
  std::optional<VersionBody> base, local, remote;
};

// ------------------------------------------------------------------------------------------------ the two sums

using EffectBody = std::variant<StoreTx, OpenBody, ReadRange, HashBlob, ReleaseBlob, HttpRequest, HttpAbort, AskToken,
                                TryLock, DropLock, AskResolver, Reply, Progress, Changed, ConflictDecided,
                                StatusChanged, BackgroundError, AccountFound>;

struct Effect {
  EffectId id = 0;  ///< 0 where no answer is wanted.
  EffectBody body;
};

/// The database is open and the engine may use it; the first event of every engine.
struct Opened {};
struct AppRequest {
  RequestId request = 0;
  AppCall call;
};
struct CancelRequest {
  RequestId request = 0;
};
struct Answer {
  EffectId effect = 0;
  std::variant<StoreAnswer, BlobAnswer, HttpAnswer, TokenAnswer, LockAnswer> body;
};
struct HttpProgress {
  EffectId effect = 0;
  uint64_t sent = 0, received = 0;
  std::optional<uint64_t> total;
};
/// The browser's own idea of the network; a hint only.
struct NetworkChanged {
  bool online = true;
};
struct VisibilityChanged {
  bool visible = true;
};
/// How much the browser grants this origin; the default bound of the cache is a share of it.
struct QuotaKnown {
  uint64_t bytes = 0;
};
/// The database was deleted while it was open, by the user or the browser, and has been made anew, empty.
struct StoreLost {};
/// The app has a new token, or has dropped it.
struct TokenChanged {
  bool available = true;
};
/// Time has reached `next_deadline()`.
struct Tick {};

using Event = std::variant<Opened, AppRequest, CancelRequest, Answer, HttpProgress, NetworkChanged, VisibilityChanged,
                           QuotaKnown, StoreLost, TokenChanged, Tick>;

}  // namespace hubstash
