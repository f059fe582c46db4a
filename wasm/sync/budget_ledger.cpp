#include "sync/budget_ledger.h"

#include <utility>

namespace hubstash {
namespace {

/// How long the record counts as known. Until then a tab may not notice that the Hub has told another to wait.
constexpr int64_t kTrustMs = 10'000;
/// What a tab that dies has not told the others; several of them stay within the margin that the limits leave.
constexpr uint32_t kRequestsPerWrite = 20;

}  // namespace

bool BudgetLedger::is_fresh(TimeMs now) const { return read_at_ != 0 && read_at_ <= now && now - read_at_ < kTrustMs; }

TimeMs BudgetLedger::next_request_at(RequestBucket bucket, uint32_t limit, TimeMs now) const {
  return hubstash::next_request_at(add_budgets(record_, unshared_), bucket, limit, now);
}

void BudgetLedger::count(RequestBucket bucket, TimeMs now) {
  if (bucket == RequestBucket::kNone) return;
  count_request(&unshared_, bucket, now);
  ++unshared_requests_;
}

void BudgetLedger::pause(bool commits_only, TimeMs now, TimeMs until) {
  Pause& pause = commits_only ? unshared_.no_commits : unshared_.no_requests;
  if (until > pause.until) pause = {now, until};
}

bool BudgetLedger::has_news() const {
  const bool paused = unshared_.no_commits != Pause() || unshared_.no_requests != Pause();
  return paused || unshared_requests_ >= kRequestsPerWrite;
}

void BudgetLedger::read(Budget record, TimeMs now) {
  record_ = std::move(record);
  read_at_ = now;
}

Budget BudgetLedger::begin_write(TimeMs now) {
  unshared_requests_ = 0;
  writing_ = std::exchange(unshared_, Budget());
  record_ = budget_at(add_budgets(record_, writing_), now);
  return record_;
}

void BudgetLedger::not_written() { unshared_ = add_budgets(std::exchange(writing_, Budget()), unshared_); }

}  // namespace hubstash
