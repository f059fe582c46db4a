#pragma once
// Scans records of this device together with the Hub's listing: the first half of the operations that name many items.
// Those say which records they want, and what they make of them.
//
//   phase      waits for    then
//   kPulling   ChildDone    scan; it comes first only where no listing is known, and in remote mode   -> kScanning
//   kScanning  StoreAnswer  scanned(), which is theirs, or pull where no listing is known yet         -> kPulling
//                           a damaged listing: forget it                                              -> kMending
//   kMending   ChildDone    scan again                                                                -> kScanning

#include <vector>

#include "sync/core.h"

namespace hubstash {

class ScanListing : public Operation {
 public:
  explicit ScanListing(Core& core) : Operation(core) {}
  void start() final;
  void resume(Input input) final;

 protected:
  /// Prefix of the items' records, and of the folders'.
  struct Prefixes {
    Bytes items, folders;
  };
  virtual Prefixes prefixes() const = 0;
  /// Of both, in key order. `listing_known` says whether the folders are all that the Hub has; where they are not, what
  /// a full disk could not keep is in `core_.state().unkept`.
  virtual void scanned(const std::vector<Record>& items, const std::vector<Record>& folders, bool listing_known) = 0;

 private:
  enum class Phase : uint8_t { kPulling, kScanning, kMending };
  void pull();
  void scan();
  void take(StoreAnswer& answer);

  Phase phase_ = Phase::kScanning;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
};

}  // namespace hubstash
