#include "store/budget.h"

#include <algorithm>

#include "base/codec.h"
#include "base/sorting.h"
#include "store/record.h"

namespace hubstash {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
/// The Hub's window has five minutes and begins we do not know when. So many of our minutes cover any five.
constexpr int64_t kWindowMinutes = 6;

uint32_t of_bucket(const RequestCounts& counts, RequestBucket bucket) {
  return bucket == RequestBucket::kFiles ? counts.files : counts.api;
}

Pause pause_at(const Pause& pause, TimeMs now) {
  if (pause.since > now) return {now, now + (pause.until - pause.since)};
  return pause.until > now ? pause : Pause();
}

void encode_pause(Encoder* encoder, const Pause& pause) {
  encoder->u64(static_cast<uint64_t>(pause.since));
  encoder->u64(static_cast<uint64_t>(pause.until));
}

Pause decode_pause(Decoder* decoder) {
  const TimeMs since = static_cast<TimeMs>(decoder->u64());
  return {since, static_cast<TimeMs>(decoder->u64())};
}

}  // namespace

Budget budget_at(const Budget& budget, TimeMs now) {
  Budget current;
  for (const TimeMs at : budget.commits) {
    if (now - at < kHourMs) current.commits.push_back(std::min(at, now));
  }
  const int64_t this_minute = now / kMinuteMs;
  for (const auto& [minute, counts] : budget.requests) {
    if (minute <= this_minute - kWindowMinutes) continue;
    RequestCounts& sum = current.requests[std::min(minute, this_minute)];
    sum.api += counts.api;
    sum.files += counts.files;
  }
  current.no_commits = pause_at(budget.no_commits, now);
  current.no_requests = pause_at(budget.no_requests, now);
  return current;
}

bool is_of_future(const Budget& budget, TimeMs now) {
  const bool commit = std::any_of(budget.commits.begin(), budget.commits.end(), [=](TimeMs at) { return at > now; });
  const bool request = !budget.requests.empty() && budget.requests.rbegin()->first > now / kMinuteMs;
  return commit || request || budget.no_commits.since > now || budget.no_requests.since > now;
}

TimeMs next_commit_at(const Budget& budget, uint32_t commits_per_hour, TimeMs now) {
  HS_CHECK(commits_per_hour > 0);
  const Budget current = budget_at(budget, now);
  const TimeMs pause = std::max(current.no_commits.until, current.no_requests.until);
  if (current.commits.size() < commits_per_hour) return std::max(now, pause);
  return std::max(current.commits[current.commits.size() - commits_per_hour] + kHourMs, pause);
}

TimeMs next_request_at(const Budget& budget, RequestBucket bucket, uint32_t limit, TimeMs now) {
  if (bucket == RequestBucket::kNone) return now;
  const Budget current = budget_at(budget, now);
  uint64_t sum = 0;
  for (const auto& [minute, counts] : current.requests) sum += of_bucket(counts, bucket);
  TimeMs at = std::max(now, current.no_requests.until);
  for (const auto& [minute, counts] : current.requests) {
    if (sum < limit) break;
    sum -= of_bucket(counts, bucket);
    at = std::max(at, (minute + kWindowMinutes) * kMinuteMs);
  }
  return at;
}

void count_request(Budget* budget, RequestBucket bucket, TimeMs now) {
  if (bucket == RequestBucket::kNone) return;
  RequestCounts& counts = budget->requests[now / kMinuteMs];
  (bucket == RequestBucket::kFiles ? counts.files : counts.api) += 1;
}

Budget add_budgets(Budget a, const Budget& b) {
  a.commits.insert(a.commits.end(), b.commits.begin(), b.commits.end());
  sort_stably(&a.commits);
  for (const auto& [minute, counts] : b.requests) {
    a.requests[minute].api += counts.api;
    a.requests[minute].files += counts.files;
  }
  if (b.no_commits.until > a.no_commits.until) a.no_commits = b.no_commits;
  if (b.no_requests.until > a.no_requests.until) a.no_requests = b.no_requests;
  return a;
}

Bytes seal_budget(const Budget& budget, uint64_t stamp) {
  Encoder encoder;
  encoder.varint(budget.commits.size());
  for (const TimeMs at : budget.commits) encoder.u64(static_cast<uint64_t>(at));
  encoder.varint(budget.requests.size());
  for (const auto& [minute, counts] : budget.requests) {
    encoder.u64(static_cast<uint64_t>(minute));
    encoder.varint(counts.api);
    encoder.varint(counts.files);
  }
  encode_pause(&encoder, budget.no_commits);
  encode_pause(&encoder, budget.no_requests);
  return seal_record(RecordKind::kBudget, stamp, encoder.take());
}

Result<Budget> open_budget(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kBudget, record));
  Decoder decoder(payload);
  Budget budget;
  const uint64_t commits = decoder.varint();
  for (uint64_t i = 0; i < commits && decoder.ok(); ++i) budget.commits.push_back(static_cast<TimeMs>(decoder.u64()));
  const uint64_t minutes = decoder.varint();
  for (uint64_t i = 0; i < minutes && decoder.ok(); ++i) {
    RequestCounts& counts = budget.requests[static_cast<int64_t>(decoder.u64())];
    counts.api = static_cast<uint32_t>(decoder.varint());
    counts.files = static_cast<uint32_t>(decoder.varint());
  }
  budget.no_commits = decode_pause(&decoder);
  budget.no_requests = decode_pause(&decoder);
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "The budget on this device is damaged.");
  return budget;
}

}  // namespace hubstash
