// Answers of the Hub to everything but listings and LFS batches: heads, commits, refusals, formats. Whatever a server
// says, what is believed is well-formed, what is quoted is one short line without a token, and no wait is absurd.
#include "base/text.h"
#include "hub/failure.h"
#include "hub/layout.h"
#include "hub/rate_limit.h"
#include "hub/replies.h"
#include "hub/words.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

constexpr int64_t kDayMs = 24 * 3'600'000;

/// Fit for a message: one line of UTF-8, and behind each "hf_" only the stars that stand for a token.
void check_words(std::string_view words) {
  HS_CHECK(words.size() <= kMaxQuotedBytes && is_utf8(words) && !fuzz::has_control(words));
  for (size_t at = words.find("hf_"); at != words.npos; at = words.find("hf_", at + 1)) {
    const std::string_view rest = words.substr(at + 3);
    HS_CHECK(rest.empty() || rest.starts_with("*"));
  }
}

void check_failure(const HttpAnswer& answer, bool had_token) {
  const Failure failure = classify_failure(answer, "commit", had_token);
  HS_CHECK(failure.status.ok() == (failure.outcome == Outcome::kOk));
  HS_CHECK(failure.status.retry_after_ms >= 0 && failure.status.retry_after_ms <= kDayMs);
  HS_CHECK(failure.outcome != Outcome::kRateLimited || failure.status.retry_after_ms > 0);
  HS_CHECK(failure.status.message().size() <= 2 * kMaxQuotedBytes && !fuzz::has_control(failure.status.message()));
  check_words(failure.status.request_id);
}

}  // namespace

void fuzz_one(std::string_view input) {
  const HttpAnswer answer = fuzz::answer_from_text(input);
  check_failure(answer, true);
  check_failure(answer, false);
  check_words(hub_words(answer));
  check_words(quotable(input));
  HS_CHECK(retry_after_header_ms(answer) >= 0 && retry_after_header_ms(answer) <= kDayMs);

  const Result<HeadReply> head = parse_head(answer);
  HS_CHECK(head ? is_lower_hex(head->commit, 40) : head.error().code() == ErrorCode::BAD_RESPONSE);
  HS_CHECK(!head || head->dataset_id.empty() || is_lower_hex(head->dataset_id, 24));
  const Result<std::string> commit = parse_commit(answer);
  HS_CHECK(commit ? is_lower_hex(*commit, 40) : commit.error().code() == ErrorCode::BAD_RESPONSE);
  const Result<HistoryPage> history = parse_history(answer);
  HS_CHECK(history || history.error().code() == ErrorCode::BAD_RESPONSE);
  for (size_t i = 0; history && i < history->entries.size(); ++i) {
    HS_CHECK(is_lower_hex(history->entries[i].commit, 40));
  }
  const Result<int> version = parse_format(answer.body);
  HS_CHECK(version ? *version >= 1 : version.error().code() == ErrorCode::BAD_RESPONSE);
}
