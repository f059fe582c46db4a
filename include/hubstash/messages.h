#pragma once
// The engine's whole contract with the outside: events go in, effects come out (see engine.h). These are values;
// nothing here does I/O. Sizes have fixed widths because the module is 32-bit and the native tests are 64-bit.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hubstash/status.h"

namespace hubstash {

/// Bytes or text; a std::string, as in leveldb, so that keys and values share one type.
using Bytes = std::string;
/// Milliseconds since the Unix epoch, on the host's wall clock.
using TimeMs = int64_t;
/// Chosen by the app's side for each call, never 0, never reused.
using RequestId = uint32_t;
/// Chosen by the engine for each effect that wants an answer, never 0, never reused.
using EffectId = uint64_t;
/// Names bytes that the host keeps outside the engine (a PDF). 0 means none.
using BlobRef = uint32_t;
/// A SHA-256 digest, 32 bytes.
using Sha256 = Bytes;

enum class Kind : uint8_t { kJson = 1, kBlob = 2 };  // Stored in records: values are part of the format.
enum class Mode : uint8_t { kHybrid, kRemote, kLocal };
enum class Durability : uint8_t { kRelaxed, kStrict };
/// What to do when this device and another changed the same item (docs/CONFLICTS.md).
enum class ConflictPolicy : uint8_t { kMerge, kKeepBoth, kLocal, kRemote, kResolver };
/// Which of two conflicting versions.
enum class Side : uint8_t { kLocal, kRemote };

/// How many bytes at the start of a record tell one write of it from another (wasm/store/record.h).
inline constexpr uint32_t kRecordHeadBytes = 24;
/// Bodies are stored in chunks of this size, the last one shorter.
inline constexpr uint32_t kChunkBytes = 1 << 20;

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

struct BlobAnswer {
  Status status;
  BlobRef blob = 0;
  uint64_t size = 0;
  Sha256 sha256;                     ///< Of the whole (HashBlob only).
  std::vector<Sha256> chunk_sha256;  ///< Of each chunk (HashBlob only).
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

// ------------------------------------------------------------------------------------------------ app calls

/// Bytes of one document within AppCall::body.
struct DocumentPart {
  std::string id;
  uint32_t size = 0;
};

struct SaveDocuments {
  std::string collection;
  std::vector<DocumentPart> parts;  ///< In order; the sizes add up to body.size().
  Bytes body;                       ///< The documents' UTF-8 JSON texts, one after the other.
};
struct SaveBlob {
  std::string collection;
  std::string id;
  BlobRef blob = 0;  ///< The engine takes it over.
  std::string type;
};
struct Load {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
};
struct List {
  std::string collection;
  Kind kind = Kind::kJson;
};
struct Delete {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
};
struct Exists {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
};
struct Url {
  std::string collection;
  Kind kind = Kind::kBlob;
  std::string id;
};
struct Evict {
  std::string collection;
  std::string id;
};
/// The kept versions of conflicts: of one item, or of all where `id` is empty.
struct ListConflicts {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
};
/// Ends a conflict: the copy becomes the item's new version, or is thrown away.
struct ResolveCopy {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string copy_id;
  bool use = false;
};
enum class Choice : uint8_t { kLocal, kRemote, kKeepBoth, kDelete, kContent };
/// The resolver's answer. A decision that nobody waits for any more is ignored.
struct Decide {
  EffectId effect = 0;  ///< Of the AskResolver.
  Choice choice = Choice::kKeepBoth;
  Bytes body;        ///< kContent of a document: its UTF-8 JSON text.
  BlobRef blob = 0;  ///< kContent of a blob. The engine takes it over.
  std::string type;  ///< MIME type of the blob.
};
struct Sync {};
struct GetStatus {};
struct ClearLocal {
  bool force = false;
};
struct Close {};

using AppCall = std::variant<SaveDocuments, SaveBlob, Load, List, Delete, Exists, Url, Evict, ListConflicts,
                             ResolveCopy, Decide, Sync, GetStatus, ClearLocal, Close>;

enum class ItemState : uint8_t { kSynced, kPending, kRemoteOnly, kConflict };

struct ItemInfo {
  std::string id;
  uint64_t size = 0;
  TimeMs modified = 0;
  ItemState state = ItemState::kSynced;
  bool cached = false;
};

struct SaveReceipt {
  std::string id;
  std::string ref;  ///< "hf://datasets/<namespace>/<name>/<path>" or "local://<path>".
  Sha256 checksum;
  uint64_t size = 0;
};

struct Loaded {
  bool found = false;
  Bytes body;        ///< A document's UTF-8 JSON text.
  BlobRef blob = 0;  ///< A blob; the host takes it over.
  std::string type;
  uint64_t size = 0;
};

struct SyncReport {
  std::string commit;  ///< Head of the dataset afterwards; empty where unknown.
  uint32_t pushed = 0, pulled = 0, deleted = 0, conflicts = 0, requests = 0;
  uint64_t bytes_sent = 0, bytes_received = 0;
  int64_t ms = 0;
};

enum class SyncPhase : uint8_t {
  kIdle,
  kPulling,
  kUploading,
  kCommitting,
  kWaiting,
  kOffline,
  kSignedOut,
  kError,
};
enum class WaitingFor : uint8_t { kNothing, kIdle, kBackoff, kRateLimit, kNetwork, kToken };

struct StoreStatus {
  SyncPhase phase = SyncPhase::kIdle;
  uint32_t pending = 0;
  uint64_t pending_bytes = 0;
  bool synced = false;
  std::string last_commit;
  TimeMs last_sync_at = 0;  ///< 0 = never.
  TimeMs next_sync_at = 0;  ///< 0 = none is due.
  WaitingFor waiting_for = WaitingFor::kNothing;
  /// Since this engine began: what `metrics()` reports of the network.
  uint64_t requests = 0, retries = 0, bytes_sent = 0, bytes_received = 0;
  /// The same of the bodies on this device: loads that they answered and that they did not, and how many had to go.
  uint64_t cache_hits = 0, cache_misses = 0, cache_evictions = 0;
};

struct Receipts {
  std::vector<SaveReceipt> items;
};
struct Items {
  std::vector<ItemInfo> items;
};
struct ConflictCopy {
  std::string copy_id;  ///< `load` yields its content under this id.
  std::string id;
  TimeMs modified = 0;
  uint64_t size = 0;
  Side side = Side::kLocal;  ///< As seen by the device that met the conflict.
};
struct Copies {
  std::vector<ConflictCopy> items;
};
struct Flag {
  bool value = false;
};
struct Text {
  std::optional<std::string> value;
};

using ReplyValue = std::variant<std::monostate, Receipts, Loaded, Items, Copies, Flag, Text, SyncReport, StoreStatus>;

/// Settles an app call: exactly one for each.
struct Reply {
  RequestId request = 0;
  Status status;
  ReplyValue value;
};

struct Progress {
  RequestId request = 0;
  std::string phase;  ///< "hash", "store", "upload", "commit" or "download".
  uint64_t loaded = 0;
  std::optional<uint64_t> total;
  std::string item;
};

enum class ChangeSource : uint8_t { kLocal, kTab, kRemote };
struct Changed {
  std::string collection;
  std::vector<std::string> ids;
  ChangeSource source = ChangeSource::kLocal;
};
enum class ConflictOutcome : uint8_t { kMerged, kKeptBoth, kLocal, kRemote, kResolver };
/// A conflict has been decided; the app is told.
struct ConflictDecided {
  std::string collection, id;
  ConflictOutcome outcome = ConflictOutcome::kKeptBoth;
  std::string copy_id;  ///< Of the version that was kept beside the item; empty where there is none.
};
/// The status changed; the app is told.
struct StatusChanged {
  StoreStatus status;
};
/// A background sync failed; the app is told.
struct BackgroundError {
  Status status;
};

// ------------------------------------------------------------------------------------------------ the two sums

using EffectBody = std::variant<StoreTx, OpenBody, HashBlob, ReleaseBlob, HttpRequest, HttpAbort, AskToken, AskResolver,
                                Reply, Progress, Changed, ConflictDecided, StatusChanged, BackgroundError>;

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
  std::variant<StoreAnswer, BlobAnswer, HttpAnswer, TokenAnswer> body;
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
/// The app has a new token, or has dropped it.
struct TokenChanged {
  bool available = true;
};
/// Time has reached `next_deadline()`.
struct Tick {};

using Event = std::variant<Opened, AppRequest, CancelRequest, Answer, HttpProgress, NetworkChanged, VisibilityChanged,
                           QuotaKnown, TokenChanged, Tick>;

}  // namespace hubstash
