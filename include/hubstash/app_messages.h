#pragma once
// What the app asks of the engine, and what the engine tells the app: part of the contract in messages.h. These are
// values; c_api.h has the same in JSON.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hubstash/status.h"
#include "hubstash/types.h"

namespace hubstash {

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
/// Opens a blob for reading ranges of it. The reader stays on the version that it opened.
struct OpenBlob {
  std::string collection;
  std::string id;
};
/// A range of the blob that `reader` has open; what lies beyond the end is left out. Reply: Loaded, with a blob that is
/// the range.
struct ReadBlob {
  std::string reader;
  uint64_t offset = 0, length = 0;
};
struct CloseBlob {
  std::string reader;
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
/// The collections of this store, of this device and of the Hub's listing.
struct ListCollections {};
/// Whether the app may save under these ids: INVALID_ID where it may not, and nothing is read or written.
struct CheckIds {
  std::vector<std::string> ids;
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

using AppCall =
    std::variant<SaveDocuments, SaveBlob, Load, List, Delete, Exists, Url, Evict, ListConflicts, ListCollections,
                 CheckIds, ResolveCopy, Decide, Sync, GetStatus, ClearLocal, Close, OpenBlob, ReadBlob, CloseBlob>;

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

struct Opening {
  bool found = false;
  std::string reader;   ///< Names it in ReadBlob and CloseBlob; of this engine only.
  std::string version;  ///< Names the content: another reader with the same version reads the same bytes.
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
  /// The same of gzip: what was compressed for the Hub, before and after.
  uint64_t compression_raw_bytes = 0, compression_stored_bytes = 0;
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
struct CollectionInfo {
  std::string collection;
  Kind kind = Kind::kJson;
};
struct Collections {
  std::vector<CollectionInfo> items;  ///< By name.
};
struct Flag {
  bool value = false;
};
struct Text {
  std::optional<std::string> value;
};

using ReplyValue = std::variant<std::monostate, Receipts, Loaded, Items, Copies, Collections, Flag, Text, SyncReport,
                                StoreStatus, Opening>;

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
/// An account of the Hub's.
struct Account {
  std::string name;
  std::string id;  ///< Stays when the name changes; empty where it is not known.
};
/// The Hub has said whose the token is. When that is not the owner of the data here, the host should open the data of
/// that account: this engine does nothing with the token.
struct AccountFound {
  Account account;
  Account owner;
  bool owns = false;  ///< They are the same.
};
/// A background sync failed; the app is told.
struct BackgroundError {
  Status status;
};

}  // namespace hubstash
