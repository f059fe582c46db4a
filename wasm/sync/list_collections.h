#pragma once
// Names the collections of the store, of this device and of the Hub's listing, with their kinds: also those that nobody
// has opened here, which a backup must not leave out.
//
//   phase      waits for    then
//   kPulling   ChildDone    scan; it comes first only where no listing is known, and in remote mode   -> kScanning
//   kScanning  StoreAnswer  reply, or pull where no listing is known yet                              -> kPulling
//                           a damaged listing: forget it                                              -> kMending
//   kMending   ChildDone    scan again                                                                -> kScanning

#include "sync/core.h"

namespace hubstash {

class ListCollectionsCall : public Operation {
 public:
  explicit ListCollectionsCall(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kPulling, kScanning, kMending };
  void pull();
  void scan();
  void list(StoreAnswer& answer);

  Phase phase_ = Phase::kScanning;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
};

}  // namespace hubstash
