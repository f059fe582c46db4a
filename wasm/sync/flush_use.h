#pragma once
// Writes down what the cache ledger knows: which items were used about when, and how the cache's size changed. A few
// small records, seldom, and never while a save or load waits for it.
//
//   phase     waits for     then
//   kReading  StoreAnswer   nothing to write: finish; else add to what is there   -> kWriting
//   kWriting  StoreAnswer   stale: read again -> kReading; else finish

#include "sync/core.h"

namespace hubstash {

/// Joins the flush that is under way, or starts one; `waiter` (0: nobody) is resumed with ChildDone.
void start_flush(Core& core, OperationId waiter, uint32_t tag = 0);

class FlushUse : public Operation {
 public:
  explicit FlushUse(Core& core);
  void start() override { read(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kReading, kWriting };
  void read();
  void write(StoreAnswer& answer);
  void fail();

  std::map<CacheLedger::UseKey, TimeMs> uses_;
  int64_t change_bytes_;
  std::vector<Bytes> keys_;  ///< Of the records of times that are touched.
  std::optional<CacheUsage> usage_;
  uint32_t races_lost_ = 0;
  Phase phase_ = Phase::kReading;
};

}  // namespace hubstash
