#include "sync/cache_ledger.h"

#include <algorithm>
#include <limits>

namespace hubstash {
namespace {

/// Uses older than this are written down: the most that a crash makes forgotten.
constexpr int64_t kFlushMs = 300'000;
/// A page that is left is about to stand still, perhaps for hours. A transaction that it had open then would keep every
/// other tab from the database, so nothing is begun until the page is seen to live on.
constexpr int64_t kHiddenFlushMs = 1'000;
/// So many are written down at once: they are held in memory until then.
constexpr size_t kMostUses = 512;
/// The first look after open, when the app has had its first answers.
constexpr int64_t kFirstLookMs = 2'000;
constexpr int64_t kFirstCountMs = 3'000;
/// The running total drifts (a crash forgets changes); after this long it is counted anew.
constexpr int64_t kCountMs = int64_t{7} * 24 * 3'600'000;
constexpr int64_t kRetryMs = 600'000;
/// The default bound, as a share of the browser's quota.
constexpr uint64_t kQuotaPercent = 80;

}  // namespace

uint64_t cached_bytes(const std::optional<Item>& item) {
  return item && item->state == ChangeState::kSynced && item->cached() ? item->size : 0;
}

CacheLedger::CacheLedger(const Options& options) : options_(options) {}

void CacheLedger::hit(std::string_view collection, std::string_view id, TimeMs now) {
  counters_.hits += 1;
  if (!enabled()) return;
  UseName name = use_name(collection, id);
  uses_[{std::move(name.key), name.number}] = now;
  if (flush_at_ == 0) flush_at_ = now + kFlushMs;
  if (uses_.size() >= kMostUses) flush_at_ = now;
}

void CacheLedger::replaced(uint64_t before, uint64_t after, TimeMs now) {
  if (!enabled() || before == after) return;
  if (flush_at_ == 0) flush_at_ = now + kFlushMs;
  change_bytes_ += static_cast<int64_t>(after) - static_cast<int64_t>(before);
}

void CacheLedger::not_kept(uint64_t bytes, TimeMs now) {
  if (now >= no_use_before_) wanted_bytes_ += bytes;
}

void CacheLedger::reserve_given_up(TimeMs now) { count_at_ = now + kRetryMs; }

void CacheLedger::opened(TimeMs now) {
  if (enabled()) flush_at_ = now + kFirstLookMs;
}

void CacheLedger::lost(TimeMs now) {
  uses_.clear();
  known_bytes_.reset();
  change_bytes_ = 0;
  stuck_bytes_ = 0;
  opened(now);
}

void CacheLedger::hidden(TimeMs now) {
  if (enabled() && (!uses_.empty() || change_bytes_ != 0)) flush_at_ = now + kHiddenFlushMs;
}

std::map<CacheLedger::UseKey, TimeMs> CacheLedger::take_uses() {
  flush_at_ = 0;
  return std::exchange(uses_, {});
}

void CacheLedger::failed(std::map<UseKey, TimeMs> uses, int64_t change_bytes, TimeMs now) {
  uses_.merge(uses);  // Later uses of the same items are there already.
  // What does not fit any more is forgotten: it would be held for as long as nothing can be written.
  while (uses_.size() > kMostUses) uses_.erase(uses_.begin());
  change_bytes_ += change_bytes;
  flush_at_ = now + kRetryMs;
}

void CacheLedger::flushed(const std::optional<CacheUsage>& usage, TimeMs now) {
  if (!usage) {
    if (count_at_ == 0) count_at_ = now + kFirstCountMs;
    return;
  }
  known_bytes_ = usage->bytes;
  // A clock that was set back makes the last count lie in the future.
  const bool stale = now - usage->counted_at > kCountMs || usage->counted_at > now;
  if (stale && count_at_ == 0) count_at_ = now + kFirstCountMs;
}

uint64_t CacheLedger::total_bytes() const {
  const int64_t total = static_cast<int64_t>(known_bytes_.value_or(0)) + change_bytes_;
  return static_cast<uint64_t>(std::max<int64_t>(total, 0));
}

uint64_t CacheLedger::bound_bytes() const {
  if (options_.cache_max_bytes) return *options_.cache_max_bytes;
  return quota_bytes_ == 0 ? std::numeric_limits<uint64_t>::max() : quota_bytes_ / 100 * kQuotaPercent;
}

bool CacheLedger::wants_eviction(TimeMs now) const {
  if (!enabled()) return false;
  if (count_at_ != 0) return wanted_bytes_ > 0 || now >= count_at_;
  return wanted_bytes_ > 0 || total_bytes() > std::max(bound_bytes(), stuck_bytes_);
}

void CacheLedger::counted(uint64_t bytes, uint64_t served, bool freed, TimeMs now) {
  if (served > 0 && !freed) no_use_before_ = now + kRetryMs;
  known_bytes_ = bytes;
  change_bytes_ = 0;
  count_at_ = 0;
  stuck_bytes_ = bytes;
  wanted_bytes_ -= std::min(wanted_bytes_, served);
}

void CacheLedger::eviction_failed(TimeMs now) {
  wanted_bytes_ = 0;
  count_at_ = now + kRetryMs;
}

}  // namespace hubstash
