#include "sync/probe.h"

namespace hubstash {
namespace {

// First the dataset, then the branch in it.
constexpr int kMostCreations = 2;

}  // namespace

void Probe::resume(Input input) {
  switch (phase_) {
    case Phase::kProbing:
      return finish_probe(input.hub());
    case Phase::kCreating:
      return finish_create(input.hub());
  }
}

void Probe::probe() {
  phase_ = Phase::kProbing;
  core_.hub(id(), head_request(core_.repo()), "look up the dataset " + core_.options().dataset, HubPolicy{});
}

void Probe::create(HttpRequest request, std::string what) {
  phase_ = Phase::kCreating;
  // Creating what exists already is answered with a conflict, which counts as success: repeating is safe.
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
  const bool may_create = core_.options().create_dataset && creations_ < kMostCreations && !core_.signed_out();
  if (may_create && answer.failure.outcome == Outcome::kRepoMissing) {
    return create(create_repo_request(core_.repo()), "create the dataset " + core_.options().dataset);
  }
  if (may_create && answer.failure.outcome == Outcome::kRevisionMissing) {
    return create(create_branch_request(core_.repo()), "create the branch " + core_.options().branch);
  }
  finish(std::move(answer.failure.status));
}

void Probe::finish_create(HubAnswer& answer) {
  const Outcome outcome = answer.failure.outcome;
  if (outcome != Outcome::kOk && outcome != Outcome::kConflict) return finish(std::move(answer.failure.status));
  ++creations_;
  probe();
}

}  // namespace hubstash
