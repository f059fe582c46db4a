#pragma once
// Names the collections of the store, of this device and of the Hub's listing, with their kinds: also those that nobody
// has opened here, which a backup must not leave out.
// The phases are scan_listing.h's.

#include <vector>

#include "sync/scan_listing.h"

namespace hubstash {

class ListCollectionsCall : public ScanListing {
 public:
  explicit ListCollectionsCall(Core& core) : ScanListing(core) {}

 private:
  Prefixes prefixes() const override;
  void scanned(const std::vector<Record>& items, const std::vector<Record>& folders, bool listing_known) override;
};

}  // namespace hubstash
