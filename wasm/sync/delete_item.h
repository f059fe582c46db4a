#pragma once
// Deletes an item: at once here, on the Hub with the next push. An id that names nothing is no error.
//
//   phase       waits for                       then
//   kWaiting    earlier writes of this id       read what is known of it                    -> kReading
//   kReading    StoreAnswer                     unknown listing: pull first                 -> kPulling
//                                               write a tombstone, or forget the item       -> kCommitting
//                                               a damaged listing: forget it            -> kMending
//   kMending    ChildDone                       read again                                  -> kReading
//   kPulling    ChildDone                       read again                                  -> kReading
//   kCommitting StoreAnswer                     stale: read again -> kReading; else reply

#include <string>

#include "sync/core.h"

namespace hubstash {

class DeleteItem : public Operation {
 public:
  DeleteItem(Core& core, Delete call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;
  void cancel() override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kMending, kPulling, kCommitting };
  void read();
  void plan(StoreAnswer& answer);
  void finish_commit(const StoreAnswer& answer);

  Delete call_;
  Phase phase_ = Phase::kWaiting;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
  uint64_t cached_bytes_before_ = 0;
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
