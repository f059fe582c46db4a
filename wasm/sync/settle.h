#pragma once
// What a device writes down after a push: the items that the Hub has now, and the listing that its own commit made.
// Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "store/remote.h"
#include "sync/plan_push.h"

namespace hubstash {

/// One change that a push has dealt with.
struct Settled {
  std::string collection, id;
  Kind kind = Kind::kJson;
  uint64_t sequence = 0;  ///< Of the change that was pushed; a later one stays pending.
  PushAction action = PushAction::kUpload;
  RemoteVersion version;  ///< What the Hub has now (kUpload, kConfirm).
  bool on_hub = false;    ///< The Hub has some version still (kForget).
  std::string commit;     ///< That has `version`.
  /// Set where the Hub got a merge instead of this device's version: that version, which is all that the app has seen.
  std::optional<RemoteVersion> seen;
};

/// Adds to `tx` what the change means for the item's record, as it is now. In remote mode the body goes, if the Hub has
/// it; the app's version of what was merged there stays, since its next change is to be merged against that.
void settle_item(StoreTx* tx, Mode mode, const Settled& settled, const std::optional<Bytes>& record, Random* random);

/// The same for a commit that has landed some time ago: others may have changed or deleted the item on the Hub since,
/// where it is `listed` now, and the app may have replaced what they made of it.
void settle_landed(StoreTx* tx, Mode mode, const Settled& settled, const std::optional<ListedVersion>& listed,
                   const std::optional<Bytes>& record, Random* random);

/// The listing records that a commit of these changes touches.
std::vector<Bytes> touched_listings(const std::vector<Settled>& changes);

/// Adds to `tx` the listing after our own commit, which nobody need walk the tree for. `records` are what the keys of
/// touched_listings() hold now. Tree ids that the commit changed are left empty, as not known.
void settle_listing(StoreTx* tx, const std::vector<Settled>& changes,
                    const std::map<Bytes, std::optional<Bytes>>& records, TimeMs now, Random* random);

}  // namespace hubstash
