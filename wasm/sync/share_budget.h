#pragma once
// Reads the shared record of the budget, and adds to it what this engine has used. Whatever fails leaves the counts in
// memory, to be written the next time: a store in trouble does not hold up requests.
//
//   phase     waits for     then
//   kReading  StoreAnswer   nothing to tell: finish; else write                    -> kWriting
//   kWriting  StoreAnswer   stale, or more to tell: read again -> kReading; else finish

#include "sync/core.h"

namespace hubstash {

/// Joins the one that is under way, or starts one. Afterwards HubCalls goes on with what waited for the budget.
void share_budget(Core& core);

class ShareBudget : public Operation {
 public:
  explicit ShareBudget(Core& core) : Operation(core) {}
  void start() override { read(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kReading, kWriting };
  void read();
  void write(StoreAnswer& answer);
  void written(const StoreAnswer& answer);
  void end();
  Phase phase_ = Phase::kReading;
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
