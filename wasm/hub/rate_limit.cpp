#include "hub/rate_limit.h"

#include <algorithm>
#include <optional>

#include "hub/replies.h"

namespace hubstash {
namespace {

constexpr int64_t kLongestWaitSeconds = 24 * 3600;

/// The decimal number at the start of `text`, never above kLongestWaitSeconds.
std::optional<int64_t> leading_seconds(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0) return std::nullopt;
  int64_t seconds = 0;
  for (const char digit : text.substr(0, digits)) {
    seconds = std::min(seconds * 10 + (digit - '0'), kLongestWaitSeconds);
  }
  return seconds;
}

/// A parameter of the header `RateLimit: "api";r=<requests left>;t=<seconds to the next window>`.
std::optional<int64_t> rate_limit_parameter(std::string_view header, std::string_view name) {
  const size_t at = header.find(name);
  return at == header.npos ? std::nullopt : leading_seconds(header.substr(at + name.size()));
}

}  // namespace

bool is_commit_quota(std::string_view words) {
  return words.find("rate limit for repository commits") != words.npos ||
         words.find("hourly quotas for action: commit") != words.npos;
}

int64_t retry_after_header_ms(const HttpAnswer& answer) {
  const std::string_view header = header_value(answer, "retry-after");
  // The other form is a date; the Hub does not send it, and reading it would need a clock.
  const bool is_number = header.find_first_not_of("0123456789") == header.npos;
  return is_number ? leading_seconds(header).value_or(0) * 1000 : 0;
}

int64_t rate_limit_wait_ms(const HttpAnswer& answer, std::string_view words) {
  const int64_t asked = retry_after_header_ms(answer);
  if (asked > 0) return asked;
  if (is_commit_quota(words)) return kCommitQuotaMs;
  // With requests left in the window, something else was limited, and the window's end means nothing.
  const std::string_view limit = header_value(answer, "ratelimit");
  const auto left = rate_limit_parameter(limit, ";r=");
  const auto seconds = rate_limit_parameter(limit, ";t=");
  return left == 0 && seconds ? std::min(*seconds + 1, kLongestWaitSeconds) * 1000 : kRateWindowMs;
}

}  // namespace hubstash
