#pragma once
// What this device knows of one item: the record under item_key(), and the row in the outbox while a change waits.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

enum class ChangeState : uint8_t {  // Stored: values are part of the format.
  kSynced = 0,                      ///< The Hub has this version.
  kPending = 1,                     ///< Saved here, not on the Hub.
  kDeleted = 2,                     ///< Deleted here, still on the Hub.
};

/// A version of an item on the Hub, as its listing states it.
struct RemoteVersion {
  std::string oid;         ///< Git's id of the blob, 40 hex digits; it alone tells versions apart.
  std::string lfs_sha256;  ///< 64 hex digits for LFS files, else empty.
  uint64_t size = 0;       ///< Bytes of the file on the Hub.
  bool gzipped = false;    ///< The file is the body's gzip.
  bool operator==(const RemoteVersion&) const = default;
};

/// A body on this device: where its chunks lie and what they must be.
struct LocalBody {
  /// Part of the chunks' keys. kInPlace or kBeside for bodies that fit one transaction; larger ones get a new name with
  /// each save, so that the old chunks stay whole until the new ones are.
  std::string revision;
  std::vector<Sha256> chunk_sha256;
};
inline constexpr std::string_view kInPlace = "0";
/// The other one: a changed document lies beside the base that it will be merged against.
inline constexpr std::string_view kBeside = "1";

struct Item {
  std::string collection;
  std::string id;
  Kind kind = Kind::kJson;
  ChangeState state = ChangeState::kSynced;
  /// Counts the changes made here; a push confirms exactly the change that it took.
  uint64_t sequence = 0;
  TimeMs modified = 0;
  TimeMs queued_at = 0;  ///< When the first change that is not on the Hub was made; oldest are pushed first.
  std::string type;      ///< MIME type of a blob, as saved here; empty = the collection's default.
  uint64_t size = 0;
  Sha256 sha256;
  std::optional<LocalBody> body;  ///< Nothing when the body is not on this device.
  /// The version on the Hub that this one replaces or, when synced, is. Nothing when the writer had seen none.
  std::optional<RemoteVersion> base;
  std::string base_commit;  ///< A commit that has `base`, to fetch it from; empty where none is known.
  /// The body of `base`, kept while a change of a document waits, for the merge with somebody else's.
  std::optional<LocalBody> base_body;
  /// Blob ids that a push of a change since `base` tried to commit: when the Hub turns out to have one of them, that
  /// commit had landed although its reply was lost.
  std::vector<std::string> attempts;
  /// Of a synced item that lost a conflict, and is here still as what its app has seen: the blob id of the version that
  /// won. Who chooses this one again replaces that one, and no other that is listed by then.
  std::string lost_to;

  bool cached() const { return body.has_value(); }
};

/// How many attempts an item remembers; the oldest is forgotten first.
inline constexpr size_t kMaxAttempts = 8;
/// Adds one, unless it is there already.
void remember_attempt(Item* item, const std::string& oid);

Bytes seal_item(const Item& item, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Item> open_item(std::string_view record);

/// A row of the outbox. The item's own record says everything else.
struct OutboxRow {
  std::string collection;
  std::string id;
  uint64_t sequence = 0;
  uint64_t size = 0;     ///< Bytes that wait; 0 for a deletion.
  TimeMs queued_at = 0;  ///< As in Item.
  Kind kind = Kind::kJson;
};
Bytes seal_outbox_row(const OutboxRow& row, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<OutboxRow> open_outbox_row(std::string_view record);
/// The row in this record; of a damaged one what its key says, since the item's record knows the rest.
/// Errors: STORAGE_CORRUPT when the key names no item either, NEWER_FORMAT.
Result<OutboxRow> outbox_row_of(const Record& record);

/// The chunks of a stored body, in order.
std::vector<ChunkRef> chunk_refs(const Item& item);
/// Their keys alone.
std::vector<Bytes> chunk_keys(const Item& item);
/// The keys of the body that is kept for the merge.
std::vector<Bytes> base_chunk_keys(const Item& item);
/// The keys of everything that is stored for the item beside its record.
std::vector<Bytes> stored_chunk_keys(const Item& item);
/// How many chunks a body of this size has; an empty body has none.
uint32_t chunk_count(uint64_t size);
/// Bytes of the chunk with this number.
uint32_t chunk_size(uint64_t size, uint32_t number);

}  // namespace hubstash
