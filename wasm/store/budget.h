#pragma once
// The commits of the last hour, shared by all tabs: the Hub allows each account a fixed number an hour and answers with
// 429 for a long while when that is used up. docs/HUB-PROTOCOL.md has the figures.

#include <string_view>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

inline constexpr std::string_view kBudgetKey = "sync/budget";

struct CommitBudget {
  std::vector<TimeMs> commits;  ///< When each was sent, oldest first; at most those of one hour.
};

/// Without those that are an hour old. Times that a clock has since been set back from count as now.
CommitBudget recent_commits(CommitBudget budget, TimeMs now);
/// When the next commit may be sent: `now`, or when enough of them are an hour old.
TimeMs next_commit_at(const CommitBudget& budget, uint32_t commits_per_hour, TimeMs now);

Bytes seal_budget(const CommitBudget& budget, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<CommitBudget> open_budget(std::string_view record);

}  // namespace hubstash
