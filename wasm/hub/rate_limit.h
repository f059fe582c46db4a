#pragma once
// How long a server that answered 429 or 503 wants us to wait.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// The Hub counts requests in fixed windows of this length.
inline constexpr int64_t kRateWindowMs = 5 * 60'000;
/// Commits have a quota of their own, by the hour.
inline constexpr int64_t kCommitQuotaMs = 60 * 60'000;

/// Whether a 429 with these words of the Hub means the quota of commits. Nothing else tells it from the other limits.
bool is_commit_quota(std::string_view words);

/// What `Retry-After` asks for, in milliseconds; 0 where there is none in seconds. At most a day.
int64_t retry_after_header_ms(const HttpAnswer& answer);

/// How long to wait after a 429: what the headers say, if they can be seen (a browser shows none of them), else an hour
/// for the commit quota, which only the Hub's words tell from the other limits, else one window.
int64_t rate_limit_wait_ms(const HttpAnswer& answer, std::string_view words);

}  // namespace hubstash
