#include "sync/leased_run.h"

#include <algorithm>

#include "store/record.h"
#include "sync/lease_guard.h"
#include "sync/plan_save.h"
#include "sync/receipts.h"
#include "sync/sync_run.h"

namespace hubstash {
namespace {

/// Who waits looks again after this long, give or take a half, so that several tabs do not look in step.
constexpr int64_t kLookAgainMs = 400;
/// A tab that is overtaken this often in one call is one that the browser hardly lets run.
constexpr uint32_t kMostTakeovers = 8;

}  // namespace

void LeasedRun::start() {
  // close() waits for everybody in line, so that it leaves no lease behind.
  core_.enter_line(id(), {Bytes(kLeaseKey)});
  core_.state().phase = SyncPhase::kPulling;
  acquire();
}

void LeasedRun::resume(Input input) {
  // It stands in line so that others wait for it, and waits for nobody itself: a close() in front of it may end first.
  if (std::holds_alternative<YourTurn>(input.body)) return;
  if (std::holds_alternative<TimerFired>(input.body) && input.tag != last_timer_) return;
  switch (phase_) {
    case Phase::kAskingLock:
      return locked(input.lock());
    case Phase::kReading:
      return judge(input.store());
    case Phase::kTaking:
      return taken(input.store());
    case Phase::kWaiting:
      return acquire();
    case Phase::kRunning:
      return during_run(input);
    case Phase::kReleasing:
      // A renewal that was under way comes first. Whatever becomes of the release: an unreleased lease runs out.
      if (std::exchange(renewing_, false)) return renewed(input.store());
      return next();
  }
}

void LeasedRun::acquire() {
  if (lock_ != 0) return read();
  phase_ = Phase::kAskingLock;
  asked_lock_ = core_.try_lock(id());
}

void LeasedRun::locked(const LockAnswer& answer) {
  if (answer.held) lock_ = asked_lock_;
  read();
}

void LeasedRun::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {Bytes(kLeaseKey)};
  core_.store(id(), std::move(tx));
}

void LeasedRun::judge(StoreAnswer& answer) {
  status_ = answer.status;
  std::optional<Lease> lease;
  if (status_.ok() && answer.values[0]) {
    Result<Lease> opened = open_lease(*answer.values[0]);
    if (opened) lease = std::move(*opened);
    // A damaged one is nobody's; a newer hubstash is not overtaken by one that cannot read what it left.
    if (!opened && opened.error().code() == ErrorCode::NEWER_FORMAT) status_ = opened.error();
  }
  if (!status_.ok()) {
    core_.run_ended(status_);
    return end(std::move(status_));
  }
  record_ = std::move(answer.values[0]);
  const TimeMs now = core_.now();
  if (!may_take_lease(lease, core_.owner(), lock_ != 0, now)) return wait(lease->until);
  phase_ = Phase::kTaking;
  write({core_.owner(), (lease ? lease->fence : 0) + 1, now + kLeaseMs, lock_ != 0});
}

void LeasedRun::wait(TimeMs until) {
  if (!patient_) {
    core_.scheduler().put_off(until);
    return end(Status(ErrorCode::BUSY, "Another tab is syncing."));
  }
  phase_ = Phase::kWaiting;
  core_.state().phase = SyncPhase::kWaiting;
  core_.status_changed();
  const int64_t pause = kLookAgainMs / 2 + static_cast<int64_t>(core_.random().below(uint64_t{kLookAgainMs}));
  set_timer(std::min(until, core_.now() + pause));
}

void LeasedRun::set_timer(TimeMs at) { core_.timer(id(), at, ++last_timer_); }

void LeasedRun::write(Lease lease) {
  written_ = std::move(lease);
  written_record_ = seal_lease(written_, core_.stamp());
  StoreTx tx;
  // A lease that a power cut undoes is one that nobody holds any more.
  tx.durability = Durability::kRelaxed;
  tx.expects.push_back({Bytes(kLeaseKey), head_of(record_)});
  tx.puts.push_back({Bytes(kLeaseKey), written_record_});
  // A push is what frees a full disk in the end.
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void LeasedRun::taken(const StoreAnswer& answer) {
  if (answer.status.ok() && !answer.stale) {
    record_ = std::move(written_record_);
    core_.state().lease = written_;
  }
  if (cancelled_) return release();
  if (!answer.status.ok()) {
    core_.run_ended(answer.status);
    return end(answer.status);
  }
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return wait(core_.now() + kLeaseMs);
    return read();
  }
  phase_ = Phase::kRunning;
  set_timer(core_.now() + kRenewLeaseMs);
  run_ = core_.spawn(std::make_unique<SyncRun>(core_), id());
}

void LeasedRun::during_run(Input& input) {
  if (std::holds_alternative<ChildDone>(input.body)) return ran(input.child());
  if (std::holds_alternative<StoreAnswer>(input.body)) {
    renewing_ = false;
    return renewed(input.store());
  }
  renewing_ = true;
  Lease lease = *core_.state().lease;
  lease.until = core_.now() + kLeaseMs;
  write(std::move(lease));
}

void LeasedRun::renewed(const StoreAnswer& answer) {
  if (answer.status.ok() && answer.stale) core_.state().lease.reset();
  if (answer.status.ok() && !answer.stale) {
    record_ = std::move(written_record_);
    core_.state().lease = written_;
  }
  if (phase_ == Phase::kReleasing) return release();
  // A disk in trouble is no reason to stop: the next renewal may succeed, and until then the lease lasts.
  if (core_.state().lease) return set_timer(core_.now() + kRenewLeaseMs);
  core_.cancel(run_);
}

void LeasedRun::ran(ChildDone& child) {
  // Ended, but neither by the app nor by a failure: another tab has overtaken us, and what is pending may be its work
  // by now.
  const bool overtaken = !cancelled_ && child.status.code() == ErrorCode::ABORTED;
  again_ = overtaken && patient_ && ++times_overtaken_ < kMostTakeovers;
  status_ = std::move(child.status);
  report_ = std::move(child.value);
  if (overtaken) status_ = Status(ErrorCode::BUSY, "Other tabs have taken the synchronisation over again and again.");
  release();
}

void LeasedRun::release() {
  phase_ = Phase::kReleasing;
  ++last_timer_;
  if (renewing_) return;
  if (!core_.state().lease) return next();
  Lease lease = *std::exchange(core_.state().lease, std::nullopt);
  lease.until = 0;
  write(std::move(lease));
}

/// After the lease is out of our hands.
void LeasedRun::next() { std::exchange(again_, false) ? acquire() : end(std::move(status_)); }

void LeasedRun::end(Status status) {
  if (lock_ != 0) core_.emit(DropLock{std::exchange(lock_, 0)});
  core_.status_changed();
  finish(std::move(status), std::move(report_));
}

void LeasedRun::cancel() {
  // A run that has ended already keeps its outcome.
  if (cancelled_ || (phase_ == Phase::kReleasing && !again_)) return;
  cancelled_ = true;
  again_ = false;
  status_ = Status(ErrorCode::ABORTED, "The synchronisation was ended.");
  if (phase_ == Phase::kTaking || phase_ == Phase::kReleasing) return;
  if (phase_ == Phase::kRunning) return core_.cancel(run_);
  end(std::move(status_));
}

}  // namespace hubstash
