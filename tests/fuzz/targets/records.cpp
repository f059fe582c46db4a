// Every kind of record of the local store. The first byte chooses the kind and whether the rest is a record, which the
// checksum mostly refuses, or the payload of one, which gets to the decoders. What opens must seal to something that
// opens and seals to the very same bytes: nothing that can be read is lost by being written again.
#include "base/ids.h"
#include "store/budget.h"
#include "store/item.h"
#include "store/keys.h"
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

}  // namespace

void fuzz_one(std::string_view input) {
  fuzz::Choices choices(input);
  const uint8_t choice = choices.byte();
  const auto kind = static_cast<RecordKind>(1 + choice % 7);
  const bool framed = (choice & 0x80) != 0;
  Bytes record(choices.take_rest());
  if (!framed) record = seal_record(kind, kStamp, record);
  HS_CHECK(head_of(record).size() <= kRecordHeadBytes);
  switch (kind) {
    case RecordKind::kItem:
      return check_item(record);
    case RecordKind::kOutbox:
      return check_outbox(record);
    case RecordKind::kHead:
      return round_trip<RemoteHead>(record, open_head, seal_head);
    case RecordKind::kFolderIndex:
      return round_trip<FolderIndex>(record, open_folder_index, seal_folder_index);
    case RecordKind::kFolder:
      return round_trip<Folder>(record, open_folder, seal_folder);
    case RecordKind::kStage:
      return round_trip<Stage>(record, open_stage, seal_stage);
    case RecordKind::kBudget:
      return round_trip<CommitBudget>(record, open_budget, seal_budget);
  }
}
