#include "sync/spend_commit.h"

#include "store/record.h"
#include "store/remote.h"

namespace hubstash {

Status spend_commit(Core& core, const std::optional<Bytes>& budget_record, StoreTx* tx) {
  const TimeMs now = core.now();
  Budget budget = open_or_forget(open_budget, budget_record).value_or(Budget());
  const TimeMs next = next_commit_at(budget, core.options().commits_per_hour, now);
  if (next > now) {
    Status status(ErrorCode::RATE_LIMITED,
                  "This hour's commits are used up (sync.commitsPerHour, or the Hub's own limit). Saves stay on this "
                  "device and are sent later.");
    status.retry_after_ms = next - now;
    return status;
  }
  budget = budget_at(budget, now);
  budget.commits.push_back(now);
  tx->expects.push_back({Bytes(kBudgetKey), head_of(budget_record)});
  tx->puts.push_back({Bytes(kBudgetKey), seal_budget(budget, core.stamp())});
  return Status();
}

}  // namespace hubstash
