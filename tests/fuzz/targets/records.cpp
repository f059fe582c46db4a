// Every kind of record of the local store. The first byte chooses the kind and whether the rest is a record, which the
// checksum mostly refuses, or the payload of one, which gets to the decoders. What opens must seal to something that
// opens and seals to the very same bytes: nothing that can be read is lost by being written again.
#include "base/ids.h"
#include "store/budget.h"
#include "store/cache_use.h"
#include "store/item.h"
#include "store/keys.h"
#include "store/lease.h"
#include "store/owner.h"
#include "store/claim.h"
#include "store/ranges.h"
#include "store/record.h"
#include "store/remote.h"
#include "store/stage.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

constexpr uint64_t kStamp = 0x5EED;

template <typename T>
void round_trip(const Bytes& record, Result<T> (*open)(std::string_view), Bytes (*seal)(const T&, uint64_t)) {
  const Result<T> first = open(record);
  if (!first) {
    const ErrorCode code = first.error().code();
    HS_CHECK(code == ErrorCode::STORAGE_CORRUPT || code == ErrorCode::NEWER_FORMAT);
    return;
  }
  const Bytes sealed = seal(*first, kStamp);
  const Result<T> second = open(sealed);
  HS_CHECK(second.has_value());
  HS_CHECK(seal(*second, kStamp) == sealed);
}

void check_item(const Bytes& record) {
  round_trip<Item>(record, open_item, seal_item);
  const Result<Item> item = open_item(record);
  if (!item || item->id.empty()) return;
  uint64_t size = 0;
  for (const ChunkRef& chunk : chunk_refs(*item)) {
    HS_CHECK(chunk.size > 0 && chunk.size <= kChunkBytes && chunk.sha256.size() == 32);
    size += chunk.size;
  }
  HS_CHECK(!item->body || size == item->size);
}

/// A damaged row is read off its key, but never as a key that is no item's.
void check_outbox(const Bytes& record) {
  round_trip<OutboxRow>(record, open_outbox_row, seal_outbox_row);
  const size_t cut = record.find('\n');
  const Bytes path = record.substr(0, std::min(cut, record.size()));
  const Result<OutboxRow> row = outbox_row_of({Bytes(kOutboxPrefix) + path, record});
  if (!row || open_outbox_row(record)) return;
  HS_CHECK(check_id(row->id).ok() && outbox_key(row->collection, row->id) == Bytes(kOutboxPrefix) + path);
}

/// Whatever a lease says, somebody may take it: at the latest when the time that it may last has passed.
void check_lease(const Bytes& record) {
  round_trip<Lease>(record, open_lease, seal_lease);
  const Result<Lease> lease = open_lease(record);
  if (!lease) return;
  constexpr TimeMs kNow = 1'700'000'000'000;
  constexpr TimeMs kLater = kNow + kLeaseMs + kClockSkewMs;
  const bool in_force = lease_in_force(*lease, kNow);
  HS_CHECK(!in_force || !lease_in_force(*lease, kLater));
  HS_CHECK(may_take_lease(*lease, "another", false, kNow) || in_force);
}

/// The copies of the owner's record agree with the one that can be read, and whoever it names is himself.
void check_owner(const Bytes& record) {
  round_trip<Account>(record, open_owner, seal_owner);
  const Result<Account> owner = open_owner(record);
  const Result<ReadOwner> damaged = read_owner(record, Bytes("HSR"));
  HS_CHECK(owner.has_value() == damaged.has_value());
  if (!owner) return;
  HS_CHECK(is_same_account(*owner, *owner) && damaged->needs_repair && is_same_account(*damaged->owner, *owner));
}

template <typename T, Result<T> (*open)(std::string_view), Bytes (*seal)(const T&, uint64_t)>
void check(const Bytes& record) {
  round_trip<T>(record, open, seal);
}

struct RecordCheck {
  RecordKind kind;
  void (*check)(const Bytes& record);
};

constexpr RecordCheck kChecks[] = {
    {RecordKind::kItem, check_item},
    {RecordKind::kOutbox, check_outbox},
    {RecordKind::kHead, check<RemoteHead, open_head, seal_head>},
    {RecordKind::kFolderIndex, check<FolderIndex, open_folder_index, seal_folder_index>},
    {RecordKind::kFolder, check<Folder, open_folder, seal_folder>},
    {RecordKind::kStage, check<Stage, open_stage, seal_stage>},
    {RecordKind::kBudget, check<Budget, open_budget, seal_budget>},
    {RecordKind::kCacheUsage, check<CacheUsage, open_cache_usage, seal_cache_usage>},
    {RecordKind::kLease, check_lease},
    {RecordKind::kOwner, check_owner},
    {RecordKind::kUseTimes, check<UseTimes, open_use_times, seal_use_times>},
    {RecordKind::kRanges, check<Ranges, open_ranges, seal_ranges>},
    {RecordKind::kClaim, check<Claim, open_claim, seal_claim>},
    {RecordKind::kDataset, check<RemoteDataset, open_dataset, seal_dataset>},
};

}  // namespace

void fuzz_one(std::string_view input) {
  fuzz::Choices choices(input);
  const uint8_t choice = choices.byte();
  const RecordCheck& chosen = kChecks[(choice & 0x7F) % std::size(kChecks)];
  const bool framed = (choice & 0x80) != 0;
  Bytes record(choices.take_rest());
  if (!framed) record = seal_record(chosen.kind, kStamp, record);
  HS_CHECK(head_of(record).size() <= kRecordHeadBytes);
  chosen.check(record);
}
