#include "sync/sync_run.h"

#include <algorithm>

#include "sync/leased_run.h"
#include "sync/pull.h"
#include "sync/push.h"

namespace hubstash {
namespace {

/// Rounds against other writers, each after a short random wait, before the run gives up and leaves it to the next one.
constexpr uint32_t kMostRounds = 12;
constexpr int64_t kLongestWaitMs = 2'000;

/// Whether a push that ended so may have changed the Hub, or would succeed on a fresh listing.
bool worth_another_round(ErrorCode code) {
  return code == ErrorCode::CONFLICT || code == ErrorCode::OFFLINE || code == ErrorCode::TIMEOUT ||
         code == ErrorCode::HUB_ERROR || code == ErrorCode::BAD_RESPONSE;
}

}  // namespace

void start_sync_run(Core& core, OperationId waiter, uint32_t tag) {
  OperationId& running = core.state().sync;
  if (running != 0 && core.running(running)) {
    if (waiter != 0) core.join(running, waiter, tag);
    return;
  }
  std::unique_ptr<Operation> run;
  // In remote mode the tabs share nothing, so there is nothing to take turns for.
  if (core.options().mode == Mode::kRemote) {
    run = std::make_unique<SyncRun>(core);
  } else {
    run = std::make_unique<LeasedRun>(core, waiter != 0);
  }
  // The run may finish within spawn(), so its id is not kept after that.
  running = 0;
  const OperationId id = core.spawn(std::move(run), waiter, tag);
  if (core.running(id)) running = id;
}

SyncRun::SyncRun(Core& core) : Operation(core), started_at_(core.now()), network_before_(core.network()) {
  core.scheduler().started();
}

void SyncRun::resume(Input input) {
  switch (phase_) {
    case Phase::kPulling:
      return pulled(input.child());
    case Phase::kPushing:
      return pushed(input.child());
    case Phase::kWaiting:
      return pull();
  }
}

void SyncRun::pull() {
  phase_ = Phase::kPulling;
  core_.state().phase = SyncPhase::kPulling;
  core_.status_changed();
  joined_ = start_pull(core_, id());
}

void SyncRun::pulled(ChildDone& child) {
  add(child.value);
  // It may have been sent with a token that this run is not for: a new one lets nothing but this run begin again.
  if (child.status.code() == ErrorCode::FORBIDDEN && joined_) return pull();
  if (!child.status.ok()) return end(std::move(child.status));
  if (core_.state().dataset_is_public && !core_.options().allow_public) {
    return end(Status(ErrorCode::PUBLIC_DATASET, "Anyone can read the dataset " + core_.options().dataset +
                                                     ". Make it private, or open the store with allowPublic."));
  }
  phase_ = Phase::kPushing;
  core_.spawn(std::make_unique<Push>(core_), id());
}

void SyncRun::pushed(ChildDone& child) {
  add(child.value);
  if (child.status.ok() || !worth_another_round(child.status.code()) || ++rounds_ == kMostRounds) {
    return end(std::move(child.status));
  }
  // Without a reply a few rounds are enough: the Hub is in trouble, and the next run will look again.
  const bool raced = child.status.code() == ErrorCode::CONFLICT;
  if (!raced && rounds_ >= 3) return end(std::move(child.status));
  phase_ = Phase::kWaiting;
  const int64_t ceiling = std::min<int64_t>(kLongestWaitMs, int64_t{50} << std::min<uint32_t>(rounds_, 6));
  core_.timer(id(), core_.now() + 1 + static_cast<int64_t>(core_.random().below(static_cast<uint64_t>(ceiling))));
}

void SyncRun::add(const ReplyValue& value) {
  const SyncReport* part = std::get_if<SyncReport>(&value);
  if (part == nullptr) return;
  report_.pushed += part->pushed;
  report_.pulled += part->pulled;
  report_.deleted += part->deleted;
  // Each round finds the same conflicts again.
  report_.conflicts = std::max(report_.conflicts, part->conflicts);
  if (!part->commit.empty()) report_.commit = part->commit;
}

void SyncRun::end(Status status) {
  const NetworkCounters& network = core_.network();
  report_.requests = static_cast<uint32_t>(network.requests - network_before_.requests);
  report_.bytes_sent = network.bytes_sent - network_before_.bytes_sent;
  report_.bytes_received = network.bytes_received - network_before_.bytes_received;
  report_.ms = core_.now() - started_at_;
  core_.run_ended(status);
  finish(std::move(status), report_);
}

/// What the aborted run was to push waits for the next one.
void SyncRun::cancel() {
  core_.run_ended(Status(ErrorCode::ABORTED, "The synchronisation was ended."));
  Operation::cancel();
}

void SyncCall::start() {
  const OperationId running = core_.state().sync;
  if (running == 0 || !core_.running(running)) return run();
  phase_ = Phase::kWaitingForOther;
  core_.join(running, id());
}

void SyncCall::run() {
  // The run that it waited for was ended by close(), which would wait for another one. In remote mode it does: there a
  // run is what saves something.
  const bool is_unwanted = core_.state().closed && core_.options().mode != Mode::kRemote;
  if (is_unwanted) return finish(Status(ErrorCode::ABORTED, "The synchronisation was ended."));
  phase_ = Phase::kRunning;
  start_sync_run(core_, id());
}

void SyncCall::resume(Input input) {
  if (phase_ == Phase::kWaitingForOther) return run();
  ChildDone& child = input.child();
  finish(std::move(child.status), std::move(child.value));
}

}  // namespace hubstash
