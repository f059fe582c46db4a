#pragma once
// What happens when a write finds the disk full: bodies that the Hub has too make way, and the write is tried once
// more. The operation is told that what it had read is stale, which it may well be now, so it reads and plans again.
// Where nothing can make way, it is told that the disk is full.
//
//   phase      waits for     then
//   kEvicting  ChildDone     something went: done; nothing: a bookkeeping write gets the reserve   -> kGivingUp
//   kGivingUp  StoreAnswer   done

#include "sync/core.h"

namespace hubstash {

class MakeRoom : public Operation {
 public:
  MakeRoom(Core& core, RoomOrder order) : Operation(core), order_(std::move(order)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kEvicting, kGivingUp };
  void end(bool there_is_room);

  RoomOrder order_;
  Phase phase_ = Phase::kEvicting;
};

}  // namespace hubstash
