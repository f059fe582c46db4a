#include "sync/flush_use.h"

#include <algorithm>

#include "store/record.h"
#include "store/remote.h"
#include "sync/receipts.h"

namespace hubstash {

void start_flush(Core& core, OperationId waiter, uint32_t tag) {
  OperationId& running = core.state().flush;
  if (running != 0 && core.running(running)) {
    if (waiter != 0) core.join(running, waiter, tag);
    return;
  }
  running = core.spawn(std::make_unique<FlushUse>(core), waiter, tag);
}

FlushUse::FlushUse(Core& core)
    : Operation(core), uses_(core.cache().take_uses()), change_bytes_(core.cache().take_change()) {
  for (const auto& [key, at] : uses_) {
    if (keys_.empty() || keys_.back() != key.first) keys_.push_back(key.first);
  }
}

void FlushUse::resume(Input input) {
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return fail();
  if (phase_ == Phase::kReading) return write(answer);
  if (answer.stale && ++races_lost_ > kMaxRaces) return fail();
  if (answer.stale) return read();
  core_.cache().flushed(usage_, core_.now());
  succeed();
}

void FlushUse::fail() {
  core_.cache().failed(std::move(uses_), change_bytes_, core_.now());
  succeed();
}

void FlushUse::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = keys_;
  tx.gets.push_back(Bytes(kCacheUsageKey));
  core_.store(id(), std::move(tx));
}

void FlushUse::write(StoreAnswer& answer) {
  phase_ = Phase::kWriting;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (size_t i = 0; i < keys_.size(); ++i) {
    UseTimes times = open_or_forget(open_use_times, answer.values[i]).value_or(UseTimes());
    for (auto at = uses_.lower_bound({keys_[i], 0}); at != uses_.end() && at->first.first == keys_[i]; ++at) {
      TimeMs& known = times.used_at[at->first.second];
      known = std::max(known, at->second);
    }
    tx.expects.push_back({keys_[i], head_of(answer.values[i])});
    tx.puts.push_back({keys_[i], seal_use_times(times, core_.stamp())});
  }
  const std::optional<Bytes>& record = answer.values.back();
  usage_ = open_or_forget(open_cache_usage, record);
  if (usage_ && change_bytes_ != 0) {
    const int64_t bytes = static_cast<int64_t>(usage_->bytes) + change_bytes_;
    usage_->bytes = static_cast<uint64_t>(std::max<int64_t>(bytes, 0));
    tx.expects.push_back({Bytes(kCacheUsageKey), head_of(record)});
    tx.puts.push_back({Bytes(kCacheUsageKey), seal_cache_usage(*usage_, core_.stamp())});
  }
  if (tx.puts.empty()) {
    core_.cache().flushed(usage_, core_.now());
    return succeed();
  }
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
