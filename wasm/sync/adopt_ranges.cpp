#include "sync/adopt_ranges.h"

#include "base/text.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/plan_range.h"
#include "sync/plan_save.h"
#include "sync/receipts.h"

namespace hubstash {

void adopt_ranges(Core& core, const std::string& collection, const std::string& id) {
  if (core.readers().adopting(collection, id) != 0) return;
  const OperationId operation = core.spawn(std::make_unique<AdoptRanges>(core, collection, id), 0);
  core.readers().begin_adoption(collection, id, operation);
}

void AdoptRanges::resume(Input input) {
  switch (phase_) {
    case Phase::kReading:
      return plan(input.store());
    case Phase::kOpening:
      return opened(input.blob());
    case Phase::kHashing:
      return hashed(input.blob());
    case Phase::kCommitting:
      return committed(input.store());
  }
}

void AdoptRanges::read() {
  phase_ = Phase::kReading;
  removes_ = false;
  StoreTx tx;
  tx.gets = {item_key(collection_, item_id_), ranges_key(collection_, item_id_),
             folder_key(collection_, shard_of(item_id_)), Bytes(kHeadKey)};
  core_.store(id(), std::move(tx));
}

void AdoptRanges::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return succeed();
  const std::optional<Ranges> ranges = open_or_forget(open_ranges, answer.values[1]);
  const Result<std::optional<Item>> item = item_to_replace(answer.values[0]);
  const std::optional<RemoteHead> head = open_or_forget(open_head, answer.values[3]);
  if (!ranges || !ranges->whole() || !item || !head) return succeed();
  const auto listed = find_listed(open_or_forget(open_folder, answer.values[2]), collection_, Kind::kBlob, item_id_);
  if (!listed || !are_ranges_wanted(*ranges, *item, listed, true)) return succeed();
  item_record_ = std::move(answer.values[0]);
  ranges_record_ = std::move(*answer.values[1]);
  item_ = *item;
  ranges_ = *ranges;
  commit_ = head->commit;
  phase_ = Phase::kOpening;
  core_.open_body(id(), {ranges_.kept_chunks(), ""});
}

void AdoptRanges::opened(BlobAnswer& answer) {
  // Which of them is damaged is seen when it is read.
  if (answer.status.code() == ErrorCode::STORAGE_CORRUPT) return remove();
  if (!answer.status.ok()) return succeed();
  blob_.reset(answer.blob);
  phase_ = Phase::kHashing;
  core_.hash_blob(id(), blob_.get());
}

void AdoptRanges::hashed(BlobAnswer& answer) {
  if (!answer.status.ok()) return succeed();
  if (to_hex(answer.sha256) == ranges_.version.lfs_sha256) return adopt(answer);
  core_.emit(BackgroundError{Status(ErrorCode::INTEGRITY, "The ranges of \"" + item_id_ +
                                                              "\" that were read do not make the file that the Hub "
                                                              "lists. They are removed; load or open it again.")});
  remove();
}

void AdoptRanges::adopt(BlobAnswer& whole) {
  const HashedBody hashed{whole.size, std::move(whole.sha256), std::move(whole.chunk_sha256)};
  Item after = saved_item(item_, collection_, item_id_, Kind::kBlob, hashed, ranges_.version.oid, core_.now());
  after.state = ChangeState::kSynced;
  after.base = ranges_.version;
  after.base_commit = commit_;
  after.base_body.reset();
  after.attempts.clear();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // The Hub has it too.
  add_item(&tx, item_record_, item_, after, &core_.random());
  tx.expects.push_back({ranges_key(collection_, item_id_), head_of(ranges_record_)});
  tx.deletes.push_back(ranges_key(collection_, item_id_));
  phase_ = Phase::kCommitting;
  core_.store(id(), std::move(tx));
}

void AdoptRanges::remove() {
  removes_ = true;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  add_ranges_removal(&tx, ranges_record_, ranges_, item_);
  phase_ = Phase::kCommitting;
  core_.store(id(), std::move(tx));
}

void AdoptRanges::committed(const StoreAnswer& answer) {
  blob_.reset(0);
  if (answer.stale && ++races_lost_ <= kMaxRaces) return read();
  if (answer.status.ok() && !answer.stale) {
    core_.readers().no_ranges(ranges_key(collection_, item_id_));
    core_.cache().replaced(removes_ ? ranges_.kept_bytes() : cached_bytes(item_), 0, core_.now());
  }
  succeed();
}

}  // namespace hubstash
