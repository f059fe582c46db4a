#pragma once
// What the Hub has been asked for of late, shared by all tabs: the commits of the last hour, the requests of the last
// minutes, and how long the Hub wants to be left alone. The Hub allows each account so many, and a browser cannot read
// the headers that tell how many are left. docs/HUB-PROTOCOL.md has the figures.

#include <map>
#include <string_view>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

inline constexpr std::string_view kBudgetKey = "sync/budget";

/// The Hub counts requests to its API and downloads apart.
enum class RequestBucket : uint8_t { kNone, kApi, kFiles };

/// The requests that were sent within one minute.
struct RequestCounts {
  uint32_t api = 0, files = 0;
  bool operator==(const RequestCounts&) const = default;
};

/// The Hub has answered with 429. Knowing when tells a clock that was set back since from a long pause.
struct Pause {
  TimeMs since = 0;
  TimeMs until = 0;
  bool operator==(const Pause&) const = default;
};

struct Budget {
  std::vector<TimeMs> commits;                ///< When each was sent, oldest first; at most those of one hour.
  std::map<int64_t, RequestCounts> requests;  ///< By minute since 1970; at most those of the last window.
  Pause no_commits;                           ///< The hourly quota of commits is used up, says the Hub.
  Pause no_requests;                          ///< Too many requests in its window of five minutes, says the Hub.
  bool operator==(const Budget&) const = default;
};

/// Without what is too old to count. Times of a future that a clock was set back from become now: they neither count
/// until that future has passed nor stop counting.
Budget budget_at(const Budget& budget, TimeMs now);
/// Whether a clock was set back since it was written. Then it has to be written anew as it is now, or its times would
/// become now again and again.
bool is_of_future(const Budget& budget, TimeMs now);

/// When the next commit may be sent: `now`, or when enough of them are an hour old and the Hub's pauses have ended.
TimeMs next_commit_at(const Budget& budget, uint32_t commits_per_hour, TimeMs now);
/// When the next request may be sent, with at most `limit` of its bucket in any five minutes.
TimeMs next_request_at(const Budget& budget, RequestBucket bucket, uint32_t limit, TimeMs now);

void count_request(Budget* budget, RequestBucket bucket, TimeMs now);
/// Both together: two writers each know what they have sent themselves.
Budget add_budgets(Budget a, const Budget& b);

Bytes seal_budget(const Budget& budget, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Budget> open_budget(std::string_view record);

}  // namespace hubstash
