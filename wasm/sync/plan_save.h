#pragma once
// What a save writes: the item's record, its row in the outbox, its chunks, and what becomes superfluous. Pure.

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "store/item.h"

namespace hubstash {

/// Most bytes of a body that one transaction carries; longer ones are staged (write_blob.h).
inline constexpr uint32_t kChunksPerTransaction = 16;
inline constexpr uint64_t kMaxDocumentBytes = 64ull << 20;
inline constexpr uint64_t kMaxBlobBytes = 4ull << 30;

/// A save over the version that was listed when somebody decided, instead of over what the item's own record says. What
/// was listed later nobody has seen.
struct ListedThen {
  TimeMs at = 0;  ///< When that was,
  /// and the record of the item's folder, read as soon as the store gave it: another tab may have pulled in between.
  std::optional<Bytes> folder;
};

/// A body that has been hashed.
struct HashedBody {
  uint64_t size = 0;
  Sha256 sha256;
  std::vector<Sha256> chunk_sha256;
};
HashedBody hash_body(std::string_view body);

/// Whether the saved content is already what this device has to offer for the item: saving it again changes nothing.
bool is_unchanged(const std::optional<Item>& before, const HashedBody& body, std::string_view type);

/// The item after a save of `body`, waiting for the Hub. What the writer had seen before stays its base.
Item saved_item(const std::optional<Item>& before, std::string_view collection, std::string_view id, Kind kind,
                const HashedBody& body, std::string_view revision, TimeMs now);

/// The same version, as one that the Hub does not have any more and is to get again.
Item unsynced_item(const Item& item, TimeMs now);

/// Decides what `after`, chosen by somebody who may have seen more than this device's record says, replaces: the listed
/// version where that is what was chosen against, else what the record says, so that it is a conflict.
void see_listed(const std::optional<Item>& before, const ListedThen& then, Item* after);

/// Where a save puts a document: never over the base of a change that waits.
std::string_view document_revision(const std::optional<Item>& before);

/// Puts for the chunks [first, last) of a body that lies in memory or with the host.
std::vector<Put> chunk_puts(const Item& item, std::string_view body, uint32_t first, uint32_t last);
std::vector<Put> chunk_puts(const Item& item, BlobRef blob, uint32_t first, uint32_t last);

/// Adds the note that chunks of `after` are being written ahead of its record. Returns the note's record.
Bytes add_stage(StoreTx* tx, const Item& after, TimeMs now, Random* random);
/// Adds the expectation that the note is there still: without it the chunks may be gone, as when the device has been
/// cleared meanwhile, or when this tab was frozen for so long that another one has swept them up.
void expect_stage(StoreTx* tx, const Item& after, const std::optional<Bytes>& stage_record);

/// Adds to `tx` what makes `after` the item: its record, its outbox row (gone when it is synced), the expectation that
/// the record still is the one that was read, and the deletion of chunks that only `before` had.
void add_item(StoreTx* tx, const std::optional<Bytes>& record_before, const std::optional<Item>& before,
              const Item& after, Random* random);
/// Adds the item's record alone, where a note in it has changed and its outbox row says the same as before.
void add_note(StoreTx* tx, const std::optional<Bytes>& record_before, const Item& item, Random* random);
/// As add_item, for an item that is to be forgotten.
void add_removal(StoreTx* tx, const std::optional<Bytes>& record_before, const Item& before);

/// The item that a write replaces. A damaged record counts as none: what the app saves now is whole, and the damaged
/// one is of no use. Errors: NEWER_FORMAT.
Result<std::optional<Item>> item_to_replace(const std::optional<Bytes>& record);
/// The item that a read shows. Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<std::optional<Item>> item_to_read(const std::optional<Bytes>& record);

}  // namespace hubstash
