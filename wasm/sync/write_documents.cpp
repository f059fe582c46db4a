#include "sync/write_documents.h"

#include <map>
#include <utility>

#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/receipts.h"

namespace hubstash {

WriteDocuments::WriteDocuments(Core& core, SaveDocuments call, std::optional<ListedThen> over)
    : Operation(core), call_(std::move(call)), over_(std::move(over)) {
  size_t offset = 0;
  for (const DocumentPart& part : call_.parts) {
    offsets_.push_back(offset);
    offset += part.size;
  }
  HS_CHECK(offset == call_.body.size());
}

std::string_view WriteDocuments::body_of(size_t index) const {
  return std::string_view(call_.body).substr(offsets_[index], call_.parts[index].size);
}

void WriteDocuments::start() {
  std::vector<std::string> keys;
  for (size_t i = 0; i < call_.parts.size(); ++i) {
    if (call_.parts[i].size > kMaxDocumentBytes) return finish(too_large(call_.parts[i].id, kMaxDocumentBytes));
    keys.push_back(item_key(call_.collection, call_.parts[i].id));
    hashed_.push_back(hash_body(body_of(i)));
  }
  if (core_.enter_line(id(), keys)) begin();
}

void WriteDocuments::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return begin();
    case Phase::kReading:
      if (!input.store().status.ok()) return finish(std::move(input.store().status));
      return commit(input.store().values);
    case Phase::kCommitting:
      return finish_commit(input.store());
  }
}

/// One transaction in place of two, where the records are as this engine knows them.
void WriteDocuments::begin() {
  if (over_) return read();
  guesses_ = true;
  std::vector<std::optional<Bytes>> records;
  for (const DocumentPart& part : call_.parts) {
    records.push_back(core_.known_records().guess(item_key(call_.collection, part.id)));
  }
  commit(records);
}

void WriteDocuments::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  for (const DocumentPart& part : call_.parts) tx.gets.push_back(item_key(call_.collection, part.id));
  core_.store(id(), std::move(tx));
}

void WriteDocuments::commit(const std::vector<std::optional<Bytes>>& records) {
  phase_ = Phase::kCommitting;
  StoreTx tx;
  tx.durability = core_.options().durability;
  for (const DocumentPart& part : call_.parts) tx.gets.push_back(item_key(call_.collection, part.id));
  // The last one wins where an id stands twice in one call; the earlier ones are not written at all.
  cached_bytes_before_ = 0;
  std::map<std::string, size_t> last;
  for (size_t i = 0; i < call_.parts.size(); ++i) last[call_.parts[i].id] = i;
  for (const auto& [id, index] : last) {
    const std::optional<Bytes>& record = records[index];
    Result<std::optional<Item>> before = item_to_replace(record);
    if (!before) return std::exchange(guesses_, false) ? read() : finish(before.error());
    if (!over_ && is_unchanged(*before, hashed_[index], "")) {
      // Nothing is new to the Hub, but the chunks may have been damaged since: what was saved must be readable.
      tx.expects.push_back({item_key(call_.collection, id), head_of(record)});
      for (Put& put : chunk_puts(**before, body_of(index), 0, chunk_count((*before)->size))) {
        tx.puts.push_back(std::move(put));
      }
      continue;
    }
    Item after =
        saved_item(*before, call_.collection, id, Kind::kJson, hashed_[index], document_revision(*before), core_.now());
    if (over_) see_listed(*before, *over_, &after);
    if (core_.options().mode == Mode::kLocal) after.state = ChangeState::kSynced;  // There is nothing to wait for.
    cached_bytes_before_ += cached_bytes(*before);
    add_item(&tx, record, *before, after, &core_.random());
    for (Put& put : chunk_puts(after, body_of(index), 0, chunk_count(after.size))) tx.puts.push_back(std::move(put));
  }
  if (tx.puts.empty()) return finish_commit(StoreAnswer());
  core_.store_making_room(id(), WritePurpose::kSave, std::move(tx));
}

void WriteDocuments::finish_commit(const StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(answer.status);
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
    guesses_ = false;
    if (answer.values.empty()) return read();  // Room was made in between.
    return commit(answer.values);
  }
  core_.cache().replaced(cached_bytes_before_, 0, core_.now());
  Receipts receipts;
  std::vector<std::string> ids;
  for (size_t i = 0; i < call_.parts.size(); ++i) {
    const std::string& id = call_.parts[i].id;
    receipts.items.push_back(make_receipt(core_.options(), call_.collection, Kind::kJson, id, hashed_[i]));
    ids.push_back(id);
  }
  core_.saved(call_.collection, std::move(ids));
  succeed(std::move(receipts));
}

void WriteDocuments::cancel() {
  if (phase_ != Phase::kCommitting) Operation::cancel();
}

}  // namespace hubstash
