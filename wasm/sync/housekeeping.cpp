#include "sync/housekeeping.h"

#include "store/cache_use.h"
#include "store/claim.h"
#include "store/keys.h"
#include "store/lease.h"
#include "store/owner.h"
#include "store/ranges.h"
#include "store/record.h"
#include "store/stage.h"
#include "sync/flush_use.h"
#include "sync/plan_range.h"
#include "sync/plan_save.h"
#include "sync/receipts.h"
#include "sync/remote_write.h"
#include "sync/sweep_ranges.h"

namespace hubstash {
namespace {

/// A stage this old is not being written by another tab any more.
constexpr int64_t kStageAgeMs = 60 * 60 * 1'000;
constexpr int64_t kSweepDelayMs = 1'000;

}  // namespace

void GetStoreStatus::start() {
  writes_ended_ = core_.state().writes_ended;
  StoreTx tx;
  tx.scans = {Bytes(kOutboxPrefix)};
  core_.store(id(), std::move(tx));
}

void GetStoreStatus::resume(Input input) {
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return finish(std::move(answer.status));
  StoreStatus status = core_.current_status();
  for (const Record& record : answer.scanned[0]) {
    // A damaged row still stands for something that waits.
    const Result<OutboxRow> row = open_outbox_row(record.value);
    status.pending += 1;
    if (row) status.pending_bytes += row->size;
  }
  // The outbox is emptied only by what the Hub has confirmed. A write that ran during the look at it may be missing.
  const bool all_seen = core_.writing() == 0 && core_.state().writes_ended == writes_ended_;
  status.synced = core_.options().mode != Mode::kLocal && status.pending == 0 && all_seen;
  if (core_.state().writes_ended != writes_ended_) core_.status_changed();
  if (!core_.state().outbox_seen && status.pending > 0) core_.scheduler().found_pending(core_.now());
  core_.state().outbox_seen = true;
  if (tell_) core_.emit(StatusChanged{status});
  succeed(std::move(status));
}

void EvictBody::start() {
  if (core_.enter_line(id(), {item_key(call_.collection, call_.id)})) read();
}

void EvictBody::resume(Input input) {
  if (phase_ == Phase::kWaiting) return read();
  StoreAnswer& answer = input.store();
  if (phase_ == Phase::kCommitting && answer.status.code() == ErrorCode::QUOTA_EXCEEDED && !forget_) {
    // A transaction that only deletes needs no room; what the listing does not know of the item is forgotten then.
    forget_ = true;
    return read();
  }
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (phase_ == Phase::kReading) return plan(answer);
  if (!answer.stale) {
    core_.cache().replaced(bytes_, 0, core_.now());
    return succeed();
  }
  if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
  read();
}

void EvictBody::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {item_key(call_.collection, call_.id), ranges_key(call_.collection, call_.id)};
  core_.store(id(), std::move(tx));
}

void EvictBody::plan(StoreAnswer& answer) {
  const Result<std::optional<Item>> read = item_to_read(answer.values[0]);
  if (!read) return finish(read.error());
  const std::optional<Item>& item = *read;
  const std::optional<Ranges> ranges = open_or_forget(open_ranges, answer.values[1]);
  if (!item && !ranges)
    return finish(Status(ErrorCode::NOT_FOUND, "\"" + call_.id + "\" is not on this device. list() tells what is."));
  if ((item && item->state != ChangeState::kSynced) || core_.options().mode == Mode::kLocal) {
    return finish(Status(ErrorCode::UNSYNCED, "\"" + call_.id + "\" is not on the Hub yet. Sync first."));
  }
  const bool has_body = item && item->cached();
  if (!has_body && !ranges) return succeed();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  bytes_ = (has_body ? item->size : 0) + (ranges ? ranges->kept_bytes() : 0);
  if (ranges) add_ranges_removal(&tx, *answer.values[1], *ranges, std::nullopt);
  if (has_body && forget_) {
    add_removal(&tx, answer.values[0], *item);
  } else if (has_body) {
    Item without = *item;
    without.body.reset();
    add_item(&tx, answer.values[0], item, without, &core_.random());
  }
  phase_ = Phase::kCommitting;
  core_.store(id(), std::move(tx));
}

void ClearDevice::start() {
  StoreTx tx;
  tx.scans = {Bytes(kOutboxPrefix)};
  // In the same transaction: between a look and the deletion another call or another tab could save.
  if (!force_) tx.expects = {{Bytes(kOutboxPrefix), ""}};
  tx.delete_prefixes = {
      "meta/", "body/", "outbox/", "remote/", "stage/", Bytes(kRangesPrefix), Bytes(kCachePrefix), Bytes(kClaimPrefix)};
  // The budget stays: the Hub goes on counting the commits and requests that this device has made.
  tx.deletes = {Bytes(kOwnerKey), Bytes(kOwnerCopyKey), Bytes(kLeaseKey), Bytes(kDatasetKey)};
  core_.store(id(), std::move(tx));
}

void ClearDevice::resume(Input input) {
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (!answer.stale) return succeed();
  finish(Status(ErrorCode::UNSYNCED, std::to_string(answer.scanned[0].size()) +
                                         " items are not on the Hub yet. Sync first, or clear with force."));
}

void CloseStore::start() {
  // Behind everything that is being written now; nothing new can get in line in front.
  std::vector<std::string> lines = core_.lines();
  // Remote writes that wait have yet to get in the line of their item. In front of them there, this would wait for them
  // and they for this.
  if (core_.options().mode == Mode::kRemote) {
    std::erase_if(lines, [](const std::string& line) { return !line.starts_with(kRemoteWriteLine); });
  }
  if (core_.enter_line(id(), lines)) flush();
}

void CloseStore::resume(Input) {
  if (flushing_) return succeed();
  flush();
}

void CloseStore::flush() {
  if (core_.cache().uses().empty()) return succeed();
  flushing_ = true;
  start_flush(core_, id());
}

void DropStage::start() {
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  tx.deletes = chunk_keys(item_);
  tx.deletes.push_back(stage_key(item_.body->revision));
  core_.store(id(), std::move(tx));
}

void Sweep::start() { core_.timer(id(), core_.now() + kSweepDelayMs); }

void Sweep::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.scans = {Bytes(kStagePrefix), Bytes(kRangesPrefix)};
  core_.store(id(), std::move(tx));
}

void Sweep::resume(Input input) {
  if (phase_ == Phase::kWaiting) return read();
  StoreAnswer& answer = input.store();
  // Whatever fails here is tried again at the next open; nothing depends on it.
  if (!answer.status.ok() || phase_ == Phase::kSweeping) return succeed();
  if (phase_ == Phase::kReading) return compare(answer);
  sweep(answer);
}

void Sweep::compare(StoreAnswer& answer) {
  std::vector<Bytes> ranges;
  for (const Record& record : answer.scanned[1]) ranges.push_back(record.key);
  if (!ranges.empty()) core_.spawn(std::make_unique<SweepRanges>(core_, std::move(ranges), Sweeping::kUnwanted), 0);
  StoreTx tx;
  for (Record& record : answer.scanned[0]) {
    const Result<Stage> stage = open_stage(record.value);
    if (!stage || core_.now() - stage->started_at < kStageAgeMs) continue;
    tx.gets.push_back(item_key(stage->collection, stage->id));
    leftovers_.push_back({std::move(record.key), std::move(record.value)});
  }
  if (leftovers_.empty()) return succeed();
  phase_ = Phase::kComparing;
  core_.store(id(), std::move(tx));
}

void Sweep::sweep(StoreAnswer& answer) {
  phase_ = Phase::kSweeping;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (size_t i = 0; i < leftovers_.size(); ++i) {
    const Result<Stage> stage = open_stage(leftovers_[i].second);
    const Result<std::optional<Item>> item = item_to_replace(answer.values[i]);
    const bool in_use = item && *item && (*item)->body && (*item)->body->revision == stage->revision;
    tx.deletes.push_back(leftovers_[i].first);
    if (in_use) continue;
    for (uint32_t chunk = 0; chunk < stage->chunks; ++chunk) {
      tx.deletes.push_back(chunk_key(stage->collection, stage->id, stage->revision, chunk));
    }
  }
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
