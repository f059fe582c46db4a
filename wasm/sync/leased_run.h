#pragma once
// A synchronisation in its turn: takes the device's lease, runs under it, renews it meanwhile, and gives it back. A
// lease that another tab holds puts a background run off; the app's sync() waits until it is free. Finishes with the
// run's SyncReport.
//
//   phase        waits for      then
//   kAskingLock  LockAnswer     read the lease, with the browser's lock or without               -> kReading
//   kReading     StoreAnswer    free, run out, or its holder is gone: take it                    -> kTaking
//                               held: background: put off, finish; else look again later         -> kWaiting
//   kTaking      StoreAnswer    stale: read again -> kReading; taken: run                        -> kRunning
//   kWaiting     TimerFired     ask for the lock, unless we have it, and read                    -> kAskingLock
//   kRunning     ChildDone      give the lease back                                              -> kReleasing
//                TimerFired     renew
//                StoreAnswer    renewed; stale: another tab has overtaken us, end the run
//   kReleasing   StoreAnswer    drop the lock and finish; overtaken, but awaited: once more      -> kReading
//
// A crash anywhere leaves a lease that runs out by itself, or that is overtaken at once by who is given the lock. A
// cancelled run still gives the lease back, and close() waits for that.

#include "store/lease.h"
#include "sync/core.h"

namespace hubstash {

class LeasedRun : public Operation {
 public:
  /// `patient`: somebody waits for this run, so it waits for its turn.
  LeasedRun(Core& core, bool patient) : Operation(core), patient_(patient) {}
  void start() override;
  void resume(Input input) override;
  void cancel() override;

 private:
  enum class Phase : uint8_t { kAskingLock, kReading, kTaking, kWaiting, kRunning, kReleasing };
  void acquire();
  void locked(const LockAnswer& answer);
  void read();
  void judge(StoreAnswer& answer);
  void wait(TimeMs until);
  void set_timer(TimeMs at);
  void write(Lease lease);
  void taken(const StoreAnswer& answer);
  void during_run(Input& input);
  void renewed(const StoreAnswer& answer);
  void ran(ChildDone& child);
  void release();
  void next();
  void end(Status status);

  const bool patient_;
  Phase phase_ = Phase::kAskingLock;
  EffectId asked_lock_ = 0;
  EffectId lock_ = 0;  ///< The browser's lock, once it is ours.
  std::optional<Bytes> record_;
  Lease written_;  ///< What the transaction under way writes.
  Bytes written_record_;
  bool renewing_ = false;
  bool cancelled_ = false;
  bool again_ = false;       ///< Overtaken, and somebody still waits for the run.
  uint32_t last_timer_ = 0;  ///< Earlier ones count for nothing.
  OperationId run_ = 0;
  uint32_t races_lost_ = 0;
  uint32_t times_overtaken_ = 0;
  Status status_;
  ReplyValue report_;
};

}  // namespace hubstash
