#pragma once
// The small operations: status, eviction of one body, clearing the device, closing, and the sweep of what a crash left.
// Each is a single read, at most one write, and a reply.

#include <string>

#include "store/item.h"
#include "sync/core.h"

namespace hubstash {

/// Counts what waits in the outbox and finishes with a StoreStatus; `tell` emits it as StatusChanged too.
//
//   (one phase) StoreAnswer: reply
class GetStoreStatus : public Operation {
 public:
  GetStoreStatus(Core& core, bool tell) : Operation(core), tell_(tell) {}
  void start() override;
  void resume(Input input) override;

 private:
  bool tell_;
  uint64_t writes_ended_ = 0;  ///< When the look at the outbox began.
};

/// Drops the body of an item that the Hub has, and the ranges that were kept of it.
//
//   phase       waits for                     then
//   kWaiting    earlier writes of this id     read the record                                         -> kReading
//   kReading    StoreAnswer                   pending: UNSYNCED; unknown: NOT_FOUND; else write       -> kCommitting
//   kCommitting StoreAnswer                   stale: read again -> kReading; else reply
class EvictBody : public Operation {
 public:
  EvictBody(Core& core, Evict call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kCommitting };
  void read();
  void plan(StoreAnswer& answer);
  Evict call_;
  Phase phase_ = Phase::kWaiting;
  uint64_t bytes_ = 0;
  bool forget_ = false;  ///< The record goes too: the disk has no room for a changed one.
  uint32_t races_lost_ = 0;
};

/// Removes everything of this store from this device but the budget, in one transaction, which is stale (UNSYNCED) when
/// something waits and nobody forces it.
class ClearDevice : public Operation {
 public:
  ClearDevice(Core& core, bool force) : Operation(core), force_(force) {}
  void start() override;
  void resume(Input input) override;
  /// Too late: the one transaction is on its way.
  void cancel() override {}

 private:
  bool force_;
};

/// Waits until the writes under way have finished, and writes down what was used.
//
//   (first)     YourTurn    flush
//   flushing_   ChildDone   reply
class CloseStore : public Operation {
 public:
  explicit CloseStore(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  void flush();
  bool flushing_ = false;
};

/// Deletes the chunks of a body that was being staged and will not be stored. Always succeeds: what stays is swept.
//
//   (one phase) StoreAnswer: done
class DropStage : public Operation {
 public:
  DropStage(Core& core, Item item) : Operation(core), item_(std::move(item)) {}
  void start() override;
  void resume(Input) override { succeed(); }

 private:
  Item item_;
};

/// Deletes chunks of large bodies whose save or download was cut off by a crash, and has kept ranges looked through.
// It waits a second, for what the app wants first.
//
//   kWaiting    TimerFired    read the notes of stages            -> kReading
//   kReading    StoreAnswer   read the items they were for        -> kComparing
//   kComparing  StoreAnswer   delete what no item names           -> kSweeping
//   kSweeping   StoreAnswer   done
class Sweep : public Operation {
 public:
  explicit Sweep(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kComparing, kSweeping };
  void read();
  void compare(StoreAnswer& answer);
  void sweep(StoreAnswer& answer);
  std::vector<std::pair<Bytes, Bytes>> leftovers_;  ///< Key and record of each stage.
  Phase phase_ = Phase::kWaiting;
};

}  // namespace hubstash
