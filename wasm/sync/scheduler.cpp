#include "sync/scheduler.h"

#include <algorithm>
#include <utility>

namespace hubstash {
namespace {

constexpr int64_t kFirstBackoffMs = 2'000;
constexpr int64_t kLongestBackoffMs = 300'000;
/// After a refusal that only a person can mend, the Hub is asked again this rarely.
constexpr int64_t kRefusedMs = 600'000;

TimeMs earliest(TimeMs a, TimeMs b) {
  if (a == 0) return b;
  if (b == 0) return a;
  return std::min(a, b);
}

}  // namespace

void Scheduler::saved(TimeMs now) {
  if (first_save_at_ == 0) first_save_at_ = now;
  last_save_at_ = now;
  // The page may never be shown again: there is no quiet time to wait for.
  if (!visible_) ask_now(now);
}

void Scheduler::visibility(bool visible, TimeMs now) {
  const bool hidden_now = visible_ && !visible;
  // Whoever comes back to the page may have mended it elsewhere.
  if (visible && !visible_ && refused_at_ != 0 && now - refused_at_ >= kRefusedMs) allow(now);
  visible_ = visible;
  if (hidden_now && first_save_at_ != 0) ask_now(now);
  if (visible && poll_at_ != 0 && poll_at_ <= now) ask_now(now);
}

void Scheduler::network(bool online, TimeMs now) {
  const bool is_news = online && (!online_ || not_before_why_ == WaitingFor::kNetwork);
  online_ = online;
  if (!is_news) return;
  // Only a network failure is over when the network is back.
  if (not_before_why_ == WaitingFor::kNetwork) not_before_ = 0;
  ask_now(now);
}

void Scheduler::token(bool available, TimeMs now) {
  signed_out_ = !available;
  if (!available) return;
  new_token_ = running_;
  // The next one may do more, but not sooner than the Hub allows.
  if (not_before_why_ != WaitingFor::kRateLimit) not_before_ = 0;
  allow(now);
}

void Scheduler::allow(TimeMs now) {
  refused_at_ = 0;
  ask_now(now);
}

void Scheduler::found_pending(TimeMs now) {
  if (running_) {
    had_saves_ = true;
  } else if (first_save_at_ == 0) {
    first_save_at_ = last_save_at_ = now;
  }
}

void Scheduler::clock_set_back(int64_t by_ms) {
  for (TimeMs* time : {&first_save_at_, &last_save_at_, &wanted_at_, &poll_at_, &not_before_, &refused_at_}) {
    if (*time != 0) *time -= by_ms;
  }
}

void Scheduler::started() {
  running_ = true;
  new_token_ = false;
  had_saves_ = first_save_at_ != 0;
  first_save_at_ = 0;
  last_save_at_ = 0;
  wanted_at_ = 0;
}

void Scheduler::put_off(TimeMs until) {
  not_before_ = until;
  not_before_why_ = WaitingFor::kIdle;
}

void Scheduler::ended(const Status& status, TimeMs now, Random* random) {
  running_ = false;
  poll_at_ = options_.poll_ms > 0 ? now + options_.poll_ms : 0;
  // One damaged item does not hold up the others: they have been pushed.
  if (status.ok() || status.code() == ErrorCode::STORAGE_CORRUPT) {
    failures_ = 0;
    not_before_ = 0;
    not_before_why_ = WaitingFor::kNothing;
    signed_out_ = false;
    refused_at_ = 0;
    return;
  }
  // What the failed run was to push is still to be pushed.
  if (had_saves_ && first_save_at_ == 0) first_save_at_ = last_save_at_ = now;
  const bool is_of_old_token = status.code() == ErrorCode::UNAUTHORIZED || status.code() == ErrorCode::FORBIDDEN;
  if (is_of_old_token && std::exchange(new_token_, false)) {
    // The refusal may have been meant for the token before. Nothing else would tell that the new one is worth a try.
    wanted_at_ = now;
    return;
  }
  switch (status.code()) {
    case ErrorCode::ABORTED:
      return;
    case ErrorCode::UNAUTHORIZED:
      signed_out_ = true;
      return;
    case ErrorCode::RATE_LIMITED:
      not_before_ = now + std::max<int64_t>(status.retry_after_ms, kFirstBackoffMs) +
                    static_cast<int64_t>(random->below(kFirstBackoffMs));
      not_before_why_ = WaitingFor::kRateLimit;
      break;
    case ErrorCode::OFFLINE:
    case ErrorCode::TIMEOUT:
    case ErrorCode::HUB_ERROR:
    case ErrorCode::BAD_RESPONSE:
    case ErrorCode::CONFLICT:
    case ErrorCode::BUSY: {
      failures_ = std::min<uint32_t>(failures_ + 1, 16);
      const int64_t ceiling = std::min(kLongestBackoffMs, kFirstBackoffMs << std::min<uint32_t>(failures_, 8));
      // Anywhere up to the ceiling, so that the devices that failed together do not come back together.
      const int64_t wait = static_cast<int64_t>(random->below(static_cast<uint64_t>(ceiling)));
      not_before_ = now + std::max(wait, status.retry_after_ms);
      not_before_why_ = status.code() == ErrorCode::OFFLINE ? WaitingFor::kNetwork : WaitingFor::kBackoff;
      break;
    }
    case ErrorCode::FORBIDDEN:
      refused_at_ = now;
      return;
    default:
      not_before_ = now + kRefusedMs;
      not_before_why_ = WaitingFor::kBackoff;
  }
  wanted_at_ = not_before_;
}

TimeMs Scheduler::due_at() const {
  if (!options_.auto_sync || signed_out_ || refused_at_ != 0 || options_.mode != Mode::kHybrid) return 0;
  TimeMs due = wanted_at_;
  if (first_save_at_ != 0) {
    due = earliest(due, std::min(last_save_at_ + options_.idle_ms, first_save_at_ + options_.max_wait_ms));
  }
  if (visible_) due = earliest(due, poll_at_);
  return due == 0 ? 0 : std::max(due, not_before_);
}

WaitingFor Scheduler::waiting_for() const {
  if (signed_out_) return WaitingFor::kToken;
  if (due_at() == 0) return WaitingFor::kNothing;
  if (not_before_ != 0 && due_at() == not_before_) return not_before_why_;
  return first_save_at_ != 0 ? WaitingFor::kIdle : WaitingFor::kNothing;
}

}  // namespace hubstash
