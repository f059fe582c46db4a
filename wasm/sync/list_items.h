#pragma once
// Lists a collection, or its conflict copies, from what this device stores and what the Hub's listing shows.
// The phases are scan_listing.h's.

#include <string>
#include <vector>

#include "sync/scan_listing.h"

namespace hubstash {

class ListItems : public ScanListing {
 public:
  ListItems(Core& core, List call) : ScanListing(core), call_(std::move(call)) {}
  ListItems(Core& core, ListConflicts call)
      : ScanListing(core),
        call_{std::move(call.collection), call.kind},
        wants_copies_(true),
        only_id_(std::move(call.id)) {}

 private:
  Prefixes prefixes() const override;
  void scanned(const std::vector<Record>& items, const std::vector<Record>& folders, bool listing_known) override;

  List call_;
  bool wants_copies_ = false;
  std::string only_id_;  ///< Copies of this item only; empty = of all.
};

}  // namespace hubstash
