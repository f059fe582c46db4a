#include "sync/evict_lru.h"

#include <algorithm>
#include <cstring>

#include "hub/layout.h"
#include "store/keys.h"
#include "store/ranges.h"
#include "store/record.h"
#include "sync/plan_range.h"
#include "sync/plan_save.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

/// Items of one transaction: few, since a change to one of them by another tab repeats it for all.
constexpr size_t kBatch = 32;

/// Bytes that no browser can compress.
Bytes noise(Random* random, uint32_t size) {
  Bytes bytes(size, '\0');
  for (size_t at = 0; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
    const uint64_t number = random->next();
    std::memcpy(bytes.data() + at, &number, sizeof number);
  }
  return bytes;
}

}  // namespace

void start_eviction(Core& core, OperationId waiter, uint32_t tag) {
  OperationId& running = core.state().eviction;
  if (running != 0 && core.running(running)) {
    if (waiter != 0) core.join(running, waiter, tag);
    return;
  }
  running = core.spawn(std::make_unique<EvictLru>(core), waiter, tag);
}

void EvictLru::start() {
  StoreTx tx;
  tx.gets = {Bytes(kCacheUsageKey)};
  tx.scans = {Bytes(kItemPrefix), Bytes(kUsePrefix), Bytes(kRangesPrefix)};
  core_.store(id(), std::move(tx));
}

void EvictLru::resume(Input input) {
  StoreAnswer& answer = input.store();
  switch (phase_) {
    case Phase::kScanning:
      return plan(answer);
    case Phase::kReading:
      return drop(answer);
    case Phase::kDropping:
      return dropped(answer);
    case Phase::kNoting:
      return answer.status.ok() ? succeed(Flag{freed_}) : fail();
  }
}

void EvictLru::fail() {
  // Whatever fails here is tried again later; nothing depends on it but the room.
  core_.cache().eviction_failed(core_.now());
  succeed(Flag{freed_});
}

void EvictLru::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return fail();
  was_counted_ = open_or_forget(open_cache_usage, answer.values[0]).has_value();
  times_ = std::move(answer.scanned[1]);
  count_ = count_cache(answer.scanned[0], answer.scanned[2], times_, core_.cache().uses());
  served_bytes_ = core_.cache().wanted_bytes();
  to_free_bytes_ = bytes_to_free(count_.bytes, core_.cache().bound_bytes(), served_bytes_);
  read_next();
}

void EvictLru::read_next() {
  batch_.clear();
  uint64_t bytes = 0;
  while (next_ < count_.least_used.size() && bytes < to_free_bytes_ && batch_.size() < kBatch) {
    Evictable& item = count_.least_used[next_++];
    bytes += item.bytes;
    batch_.push_back(std::move(item));
  }
  if (batch_.empty()) return note();
  read_batch();
}

void EvictLru::read_batch() {
  phase_ = Phase::kReading;
  StoreTx tx;
  for (const Evictable& item : batch_) {
    tx.gets.push_back(item_key(item.collection, item.id));
    tx.gets.push_back(folder_key(item.collection, shard_of(item.id)));
    tx.gets.push_back(ranges_key(item.collection, item.id));
  }
  core_.store(id(), std::move(tx));
}

void EvictLru::drop(StoreAnswer& answer) {
  if (!answer.status.ok()) return fail();
  dropping_.clear();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (size_t i = 0; i < batch_.size(); ++i) {
    const std::optional<Bytes>& record = answer.values[3 * i];
    const Result<std::optional<Item>> read = item_to_read(record);
    if (batch_[i].is_ranges) {
      const std::optional<Bytes>& kept = answer.values[3 * i + 2];
      const std::optional<Ranges> ranges = open_or_forget(open_ranges, kept);
      if (!ranges || !read) continue;
      dropping_.push_back({ranges->collection, ranges->id, ranges->kept_bytes(), 0, true});
      add_ranges_removal(&tx, *kept, *ranges, *read);
      continue;
    }
    if (!read || !*read) continue;
    const Item& item = **read;
    const std::optional<Folder> folder = open_or_forget(open_folder, answer.values[3 * i + 1]);
    if (!may_evict(item, find_listed(folder, item.collection, item.kind, item.id))) continue;
    dropping_.push_back({item.collection, item.id, item.size, 0, false});
    if (forget_) {
      add_removal(&tx, record, item);
      continue;
    }
    Item without = item;
    without.body.reset();
    add_item(&tx, record, item, without, &core_.random());
  }
  if (dropping_.empty()) return read_next();
  phase_ = Phase::kDropping;
  core_.store(id(), std::move(tx));
}

void EvictLru::dropped(const StoreAnswer& answer) {
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED && !forget_) {
    // A transaction that only deletes needs no room. What the listing does not know of the items is forgotten then.
    forget_ = true;
    return read_batch();
  }
  if (!answer.status.ok()) return fail();
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return fail();
    return read_batch();
  }
  for (const Evictable& item : dropping_) {
    UseName name = use_name(item.collection, item.id);
    count_.cached.erase({std::move(name.key), name.number});
    count_.bytes -= std::min(count_.bytes, item.bytes);
    to_free_bytes_ -= std::min(to_free_bytes_, item.bytes);
    core_.cache().evicted();
  }
  core_.status_changed();
  freed_ = true;
  read_next();
}

/// Other tabs may write the same records in this moment; all that would be lost is a little of what is approximate.
void EvictLru::note() {
  core_.cache().counted(count_.bytes, served_bytes_, freed_, core_.now());
  phase_ = Phase::kNoting;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  tx.puts.push_back({Bytes(kCacheUsageKey), seal_cache_usage({count_.bytes, core_.now()}, core_.stamp())});
  for (uint32_t i = 0; i < kReserveRecords && !was_counted_; ++i) {
    tx.puts.push_back({Bytes(kReservePrefix) + std::to_string(i), noise(&core_.random(), kReserveRecordBytes)});
  }
  for (auto& [key, times] : forgotten_uses(times_, count_.cached)) {
    if (times.used_at.empty()) {
      tx.deletes.push_back(key);
    } else {
      tx.puts.push_back({key, seal_use_times(times, core_.stamp())});
    }
  }
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
