#include "sim/budget_check.h"

#include <string>

#include "sim/violation.h"

namespace hubstash::sim {

BudgetCheck::BudgetCheck(size_t devices, uint32_t commits_per_hour)
    : commits_per_hour_(commits_per_hour), sent_(devices), forgotten_at_(devices, INT64_MIN / 2) {}

void BudgetCheck::forgotten(size_t device, int64_t now) {
  sent_[device].clear();
  forgotten_at_[device] = now;
}

void BudgetCheck::commit_counted(size_t device, int64_t now) {
  // One that was on its way when the clock jumped was taken out of the budget at a time that is long ago now.
  constexpr int64_t kLongestFlightMs = 65'000;
  if (now - forgotten_at_[device] < kLongestFlightMs) return;
  constexpr int64_t kHourMs = 3'600'000;
  constexpr int64_t kBudgetSlackMs = 300'000;
  std::deque<int64_t>& sent = sent_[device];
  while (!sent.empty() && sent.front() <= now - kHourMs + kBudgetSlackMs) sent.pop_front();
  sent.push_back(now);
  if (sent.size() <= commits_per_hour_) return;
  throw Violation{8, "device " + std::to_string(device) + " makes its " + std::to_string(sent.size()) +
                         "th commit of an hour, and may make " + std::to_string(commits_per_hour_)};
}

}  // namespace hubstash::sim
