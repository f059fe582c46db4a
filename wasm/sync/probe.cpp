#include "sync/probe.h"

#include <algorithm>

namespace hubstash {
namespace {

// First the dataset, then the branch in it.
constexpr int kMostCreations = 2;
/// With the waits below three to six seconds, in which another device's creation has ended.
constexpr int kMostContests = 5;
constexpr int64_t kFirstWaitMs = 250;
constexpr int64_t kLongestWaitMs = 2'000;

}  // namespace

void Probe::resume(Input input) {
  switch (phase_) {
    case Phase::kProbing:
      return finish_probe(input.hub());
    case Phase::kCreating:
      return finish_create(input.hub());
    case Phase::kWaiting:
      return probe();
  }
}

void Probe::probe() {
  phase_ = Phase::kProbing;
  core_.hub(id(), head_request(core_.repo()), "look up the dataset " + core_.options().dataset, HubPolicy{});
}

void Probe::create(HttpRequest request, std::string what) {
  phase_ = Phase::kCreating;
  // Creating what exists already is answered with a conflict and changes nothing: repeating is safe.
  HubPolicy policy;
  policy.needs_token = true;
  core_.hub(id(), std::move(request), std::move(what), std::move(policy));
}

void Probe::finish_probe(HubAnswer& answer) {
  if (answer.ok()) {
    Result<HeadReply> head = parse_head(answer.http);
    if (!head) return finish(head.error());
    *found_ = std::move(*head);
    core_.state().last_probe_at = core_.now();
    return succeed();
  }
  const bool may_create =
      core_.options().create_dataset && creations_ < kMostCreations && contests_ < kMostContests && !core_.signed_out();
  if (may_create && answer.failure.outcome == Outcome::kRepoMissing) {
    return create(create_repo_request(core_.repo()), "create the dataset " + core_.options().dataset);
  }
  if (may_create && answer.failure.outcome == Outcome::kRevisionMissing) {
    return create(create_branch_request(core_.repo()), "create the branch " + core_.options().branch);
  }
  finish(std::move(answer.failure.status));
}

void Probe::finish_create(HubAnswer& answer) {
  if (answer.failure.outcome == Outcome::kConflict) return wait();
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  ++creations_;
  probe();
}

/// A conflict says that it is there, or that somebody else is just making or removing it; in between, the Hub answers
/// that it knows no such dataset.
void Probe::wait() {
  phase_ = Phase::kWaiting;
  const int64_t half = std::min(kLongestWaitMs, kFirstWaitMs << contests_++) / 2;
  core_.timer(id(), core_.now() + half + static_cast<int64_t>(core_.random().below(static_cast<uint64_t>(half))));
}

}  // namespace hubstash
