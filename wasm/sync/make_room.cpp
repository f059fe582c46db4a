#include "sync/make_room.h"

#include "store/cache_use.h"
#include "sync/evict_lru.h"

namespace hubstash {

void MakeRoom::start() {
  core_.cache().lack_room(order_.bytes);
  start_eviction(core_, id());
}

void MakeRoom::resume(Input input) {
  if (phase_ == Phase::kGivingUp) return end(input.store().status.ok());
  const Flag* freed = std::get_if<Flag>(&input.child().value);
  if (freed != nullptr && freed->value) return end(true);
  // One that was under way may have been planned before this write failed.
  if (core_.cache().wanted_bytes() > 0) return start_eviction(core_, id());
  if (order_.purpose != WritePurpose::kBookkeeping) return end(false);
  phase_ = Phase::kGivingUp;
  core_.cache().reserve_given_up(core_.now());
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  tx.deletes = {Bytes(kCacheUsageKey)};
  tx.delete_prefixes = {Bytes(kReservePrefix)};
  core_.store(id(), std::move(tx));
}

void MakeRoom::end(bool there_is_room) {
  StoreAnswer answer;
  answer.stale = there_is_room;
  if (!there_is_room) answer.status = std::move(order_.failure);
  core_.deliver(order_.operation, Input{order_.tag, std::move(answer)});
  succeed();
}

}  // namespace hubstash
