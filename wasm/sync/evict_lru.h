#pragma once
// Drops the bodies that were not used for the longest time, of items that the Hub has, until the cache is back within
// its bound or the disk has room. The items stay listed, and the next load fetches them again. Runs in the background
// or for a write that found the disk full, and counts the cache anew on the way: it is the one operation that looks at
// every item. Finishes with a Flag: whether anything went.
//
//   phase      waits for     then
//   kScanning  StoreAnswer   count; too much: read the least used items; else note the count    -> kReading, kNoting
//   kReading   StoreAnswer   drop those that may go                                             -> kDropping
//   kDropping  StoreAnswer   stale: read them again; no room even for this: forget them whole   -> kReading
//                            else the next ones, or note the count                              -> kReading, kNoting
//   kNoting    StoreAnswer   finish
//
// A crash leaves some of them dropped, which is no harm: each was on the Hub.

#include "sync/core.h"
#include "sync/plan_eviction.h"

namespace hubstash {

/// Joins the eviction that is under way, or starts one; `waiter` (0: nobody) is resumed with ChildDone.
void start_eviction(Core& core, OperationId waiter, uint32_t tag = 0);

class EvictLru : public Operation {
 public:
  explicit EvictLru(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kScanning, kReading, kDropping, kNoting };
  void plan(StoreAnswer& answer);
  void read_next();
  void read_batch();
  void drop(StoreAnswer& answer);
  void dropped(const StoreAnswer& answer);
  void note();
  void fail();

  Phase phase_ = Phase::kScanning;
  CacheCount count_;
  std::vector<Record> times_;
  bool was_counted_ = false;
  uint64_t served_bytes_ = 0;   ///< Of what was wanted.
  uint64_t to_free_bytes_ = 0;  ///< Still.
  size_t next_ = 0;             ///< Of count_.least_used.
  std::vector<Evictable> batch_;
  std::vector<Evictable> dropping_;  ///< Those of the batch that may go.
  bool forget_ = false;
  bool freed_ = false;
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
