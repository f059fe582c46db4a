#pragma once
// The budget's invariant: how many commits of each device the Hub carried out in the last hour of true time.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hubstash::sim {

class BudgetCheck {
 public:
  BudgetCheck(size_t devices, uint32_t commits_per_hour);
  /// The Hub carried out a commit of the device. `now` is true time, which the device's clock may not know. Throws a
  /// Violation when it is one too many.
  void commit_counted(size_t device, int64_t now);
  /// The device cannot know what it has sent: its clock jumped, or its budget was lost with a machine or an origin.
  void forgotten(size_t device, int64_t now);

 private:
  const uint32_t commits_per_hour_;
  std::vector<std::deque<int64_t>> sent_;  ///< Commits of the last hour, by device.
  std::vector<int64_t> forgotten_at_;      ///< In true time, by device.
};

}  // namespace hubstash::sim
