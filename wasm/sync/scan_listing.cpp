#include "sync/scan_listing.h"

#include <algorithm>

#include "store/remote.h"
#include "sync/forget_listing.h"
#include "sync/pull.h"
#include "sync/receipts.h"

namespace hubstash {

void ScanListing::start() {
  if (core_.options().mode == Mode::kRemote) return pull();
  scan();
}

void ScanListing::resume(Input input) {
  switch (phase_) {
    case Phase::kPulling: {
      ChildDone& child = input.child();
      asked_in_vain_ = !child.status.ok();
      if (asked_in_vain_ && core_.options().mode == Mode::kRemote) return finish(std::move(child.status));
      if (++pulls_ > kMaxRaces) return finish(lost_every_race());
      return scan();
    }
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return scan();
    case Phase::kScanning:
      return take(input.store());
  }
}

void ScanListing::pull() {
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

void ScanListing::scan() {
  phase_ = Phase::kScanning;
  Prefixes wanted = prefixes();
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey)};
  tx.scans = {std::move(wanted.items), std::move(wanted.folders)};
  core_.store(id(), std::move(tx));
}

void ScanListing::take(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const bool listing_known = answer.values[0].has_value();
  // What is here is shown at once where the Hub cannot be asked; a device that has never seen the listing asks first.
  const bool may_ask = core_.options().mode != Mode::kLocal && core_.state().online && !core_.signed_out();
  // After a pull that succeeded there is a listing, unless the device was cleared meanwhile: then it says nothing.
  if (!listing_known && !asked_in_vain_ && may_ask) return pull();

  const std::vector<Record>& folders = answer.scanned[1];
  const bool damaged =
      std::any_of(folders.begin(), folders.end(), [](const Record& record) { return is_damaged_folder(record.value); });
  if (listing_known && damaged) {
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }
  scanned(answer.scanned[0], folders, listing_known);
}

}  // namespace hubstash
