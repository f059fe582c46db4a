#pragma once
// Lists a collection, or its conflict copies, from what this device stores and what the Hub's listing shows.
//
//   phase      waits for    then
//   kPulling   ChildDone    scan; it comes first only where no listing is known, and in remote mode   -> kScanning
//   kScanning  StoreAnswer  reply, or pull where no listing is known yet                              -> kPulling
//                           a damaged listing: forget it                                              -> kMending
//   kMending   ChildDone    scan again                                                                -> kScanning

#include "sync/core.h"

namespace hubstash {

class ListItems : public Operation {
 public:
  ListItems(Core& core, List call) : Operation(core), call_(std::move(call)) {}
  ListItems(Core& core, ListConflicts call)
      : Operation(core),
        call_{std::move(call.collection), call.kind},
        wants_copies_(true),
        only_id_(std::move(call.id)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kPulling, kScanning, kMending };
  void pull();
  void scan();
  void list(StoreAnswer& answer);

  List call_;
  bool wants_copies_ = false;
  std::string only_id_;  ///< Copies of this item only; empty = of all.
  Phase phase_ = Phase::kScanning;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
};

}  // namespace hubstash
