#include "store/budget.h"

#include <algorithm>

#include "base/codec.h"
#include "store/record.h"

namespace hubstash {
namespace {

constexpr int64_t kHourMs = 3'600'000;

}  // namespace

CommitBudget recent_commits(CommitBudget budget, TimeMs now) {
  CommitBudget recent;
  for (const TimeMs at : budget.commits) {
    if (now - at < kHourMs) recent.commits.push_back(std::min(at, now));
  }
  return recent;
}

TimeMs next_commit_at(const CommitBudget& budget, uint32_t commits_per_hour, TimeMs now) {
  HS_CHECK(commits_per_hour > 0);
  const CommitBudget recent = recent_commits(budget, now);
  if (recent.commits.size() < commits_per_hour) return now;
  return recent.commits[recent.commits.size() - commits_per_hour] + kHourMs;
}

Bytes seal_budget(const CommitBudget& budget, uint64_t stamp) {
  Encoder encoder;
  encoder.varint(budget.commits.size());
  for (const TimeMs at : budget.commits) encoder.u64(static_cast<uint64_t>(at));
  return seal_record(RecordKind::kBudget, stamp, encoder.take());
}

Result<CommitBudget> open_budget(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kBudget, record));
  Decoder decoder(payload);
  CommitBudget budget;
  const uint64_t count = decoder.varint();
  for (uint64_t i = 0; i < count && decoder.ok(); ++i) budget.commits.push_back(static_cast<TimeMs>(decoder.u64()));
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "The commit budget on this device is damaged.");
  return budget;
}

}  // namespace hubstash
