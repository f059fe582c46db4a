#include "sync/plan_save.h"

#include <algorithm>
#include <set>

#include "base/sha256.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/stage.h"
#include "sync/item_view.h"

namespace hubstash {

HashedBody hash_body(std::string_view body) {
  HashedBody hashed;
  hashed.size = body.size();
  hashed.sha256 = sha256(body);
  const uint32_t chunks = chunk_count(body.size());
  if (chunks == 1) {
    hashed.chunk_sha256.push_back(hashed.sha256);
    return hashed;
  }
  for (uint32_t i = 0; i < chunks; ++i) {
    hashed.chunk_sha256.push_back(sha256(body.substr(size_t{i} * kChunkBytes, kChunkBytes)));
  }
  return hashed;
}

bool is_unchanged(const std::optional<Item>& before, const HashedBody& body, std::string_view type) {
  return before && before->state != ChangeState::kDeleted && before->cached() && before->sha256 == body.sha256 &&
         before->size == body.size && before->type == type;
}

Item saved_item(const std::optional<Item>& before, std::string_view collection, std::string_view id, Kind kind,
                const HashedBody& body, std::string_view revision, TimeMs now) {
  Item item;
  if (before) item = *before;
  item.collection = std::string(collection);
  item.id = std::string(id);
  item.kind = kind;
  if (item.state == ChangeState::kSynced) {
    item.queued_at = now;
    // What the writer had seen stays until the change is on the Hub: somebody else's change is merged against it.
    if (kind == Kind::kJson && item.base) item.base_body = std::move(item.body);
    item.lost_to.clear();
  }
  item.state = ChangeState::kPending;
  item.sequence += 1;
  item.modified = now;
  item.size = body.size;
  item.sha256 = body.sha256;
  item.body = LocalBody{std::string(revision), body.chunk_sha256};
  return item;
}

Item unsynced_item(const Item& item, TimeMs now) {
  Item pending = item;
  pending.state = ChangeState::kPending;
  pending.sequence += 1;
  pending.queued_at = now;
  pending.base.reset();
  pending.base_commit.clear();
  pending.lost_to.clear();
  return pending;
}

void see_listed(const std::optional<Item>& before, const ListedThen& then, Item* after) {
  const auto listed = find_listed(open_or_forget(open_folder, then.folder), after->collection, after->kind, after->id);
  if (listed && listed->seen_at > then.at) {
    // Which version it had replaced in the listing is not known any more: without a base it is a conflict.
    after->base.reset();
  } else if (listed && is_base(*after, *listed)) {
    return;
  } else if (listed && (!before || (before->lost_to == listed->version.oid && before->sha256 == after->sha256))) {
    // An app that has never had the item here, or that chooses what it had over what won against it, replaces what is
    // listed. Any other has seen what it had here, and no merge or change of somebody else's that was listed since.
    after->base = listed->version;
  }
  // Where that is not what is listed it is a conflict, and where nothing is listed it becomes one when another device
  // makes the item again. What was chosen is not merged then: what it has in common with the base, perhaps all of it,
  // would count as unchanged, and be lost.
  after->base_commit.clear();
  after->base_body.reset();
}

std::string_view document_revision(const std::optional<Item>& before) {
  if (!before) return kInPlace;
  const bool becomes_base = before->state == ChangeState::kSynced && before->base;
  const std::optional<LocalBody>& base = becomes_base ? before->body : before->base_body;
  return base && base->revision == kInPlace ? kBeside : kInPlace;
}

std::vector<Put> chunk_puts(const Item& item, std::string_view body, uint32_t first, uint32_t last) {
  std::vector<Put> puts;
  for (uint32_t i = first; i < last; ++i) {
    puts.push_back({chunk_key(item.collection, item.id, item.body->revision, i),
                    Bytes(body.substr(size_t{i} * kChunkBytes, kChunkBytes))});
  }
  return puts;
}

std::vector<Put> chunk_puts(const Item& item, BlobRef blob, uint32_t first, uint32_t last) {
  std::vector<Put> puts;
  for (uint32_t i = first; i < last; ++i) {
    puts.push_back({chunk_key(item.collection, item.id, item.body->revision, i),
                    BlobSlice{blob, uint64_t{i} * kChunkBytes, chunk_size(item.size, i)}});
  }
  return puts;
}

Bytes add_stage(StoreTx* tx, const Item& after, TimeMs now, Random* random) {
  const Stage stage{after.collection, after.id, after.body->revision, chunk_count(after.size), now};
  Bytes record = seal_stage(stage, random->next());
  tx->puts.push_back({stage_key(stage.revision), record});
  return record;
}

void expect_stage(StoreTx* tx, const Item& after, const std::optional<Bytes>& stage_record) {
  if (stage_record) tx->expects.push_back({stage_key(after.body->revision), head_of(stage_record)});
}

void add_item(StoreTx* tx, const std::optional<Bytes>& record_before, const std::optional<Item>& before,
              const Item& after, Random* random) {
  Item written = after;
  // A new record counts from anywhere. From 1 it could reach a number at which a push of the record that was here
  // before, in another tab, is still about to confirm a change.
  if (!before) written.sequence += random->below(uint64_t{1} << 40);
  add_note(tx, record_before, written, random);
  const Bytes row_key = outbox_key(after.collection, after.id);
  if (after.state == ChangeState::kSynced) {
    tx->deletes.push_back(row_key);
  } else {
    const uint64_t waiting = after.state == ChangeState::kPending ? after.size : 0;
    const OutboxRow row{after.collection, after.id, written.sequence, waiting, after.queued_at, after.kind};
    tx->puts.push_back({row_key, seal_outbox_row(row, random->next())});
  }
  const bool staged = after.body && after.body->revision != kInPlace && after.body->revision != kBeside;
  if (staged) tx->deletes.push_back(stage_key(after.body->revision));
  if (!before) return;
  const std::vector<Bytes> kept = stored_chunk_keys(after);
  const std::set<Bytes> kept_keys(kept.begin(), kept.end());
  for (Bytes& chunk : stored_chunk_keys(*before)) {
    if (kept_keys.count(chunk) == 0) tx->deletes.push_back(std::move(chunk));
  }
}

void add_note(StoreTx* tx, const std::optional<Bytes>& record_before, const Item& item, Random* random) {
  const Bytes key = item_key(item.collection, item.id);
  tx->expects.push_back({key, head_of(record_before)});
  tx->puts.push_back({key, seal_item(item, random->next())});
}

void add_removal(StoreTx* tx, const std::optional<Bytes>& record_before, const Item& before) {
  const Bytes key = item_key(before.collection, before.id);
  tx->expects.push_back({key, head_of(record_before)});
  tx->deletes.push_back(key);
  tx->deletes.push_back(outbox_key(before.collection, before.id));
  for (Bytes& chunk : stored_chunk_keys(before)) tx->deletes.push_back(std::move(chunk));
}

Result<std::optional<Item>> item_to_replace(const std::optional<Bytes>& record) {
  Result<std::optional<Item>> item = item_to_read(record);
  if (!item && item.error().code() == ErrorCode::STORAGE_CORRUPT) return std::optional<Item>();
  return item;
}

Result<std::optional<Item>> item_to_read(const std::optional<Bytes>& record) {
  if (!record) return std::optional<Item>();
  HS_TRY(item, open_item(*record));
  return std::optional<Item>(std::move(item));
}

}  // namespace hubstash
