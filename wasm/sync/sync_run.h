#pragma once
// One synchronisation: pull, push, and again where somebody committed in between or a commit's fate is unknown. At most
// one runs at a time on a device, under the lease (leased_run.h). Finishes with a SyncReport; with ABORTED when another
// tab has overtaken it.
//
//   phase     waits for     then
//   kPulling  ChildDone     push; a pull of somebody else's was refused: one of its own       -> kPushing, kPulling
//   kPushing  ChildDone     done: finish; somebody was faster, or no reply: wait a moment     -> kWaiting
//   kWaiting  TimerFired    pull, which also shows whether the commit has landed              -> kPulling

#include "sync/core.h"

namespace hubstash {

/// Joins the run that is under way, or starts one in its turn; `waiter` (0: nobody) is resumed with ChildDone.
void start_sync_run(Core& core, OperationId waiter, uint32_t tag = 0);

class SyncRun : public Operation {
 public:
  explicit SyncRun(Core& core);
  void start() override { pull(); }
  void resume(Input input) override;
  void cancel() override;

 private:
  enum class Phase : uint8_t { kPulling, kPushing, kWaiting };
  void pull();
  void pulled(ChildDone& child);
  void pushed(ChildDone& child);
  void add(const ReplyValue& value);
  void end(Status status);

  Phase phase_ = Phase::kPulling;
  TimeMs started_at_;
  NetworkCounters network_before_;
  SyncReport report_;
  uint32_t rounds_ = 0;
  bool joined_ = false;  ///< The pull under way was begun before, by somebody else.
};

/// The app's `sync()`: everything that was pending when it was called is part of it, so a run that is under way does
/// not count; the next one does.
//
//   phase            waits for    then
//   kWaitingForOther ChildDone    start or join the next run    -> kRunning
//   kRunning         ChildDone    reply
class SyncCall : public Operation {
 public:
  explicit SyncCall(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kWaitingForOther, kRunning };
  void run();
  Phase phase_ = Phase::kRunning;
};

}  // namespace hubstash
