#pragma once
// The conflict copies in the local store of a device. That a version which lost a conflict is there is the one thing
// that the checker could not learn from calls without changing what happens.

#include "sim/checker.h"
#include "sim/content.h"
#include "sim/store.h"

namespace hubstash::sim {

/// Looks for them in one store, and anew only when that has changed: the checker asks of each write, again and again.
class Copies {
 public:
  Copies(const ModelStore& store, const std::vector<ItemName>& items)
      : store_(store), items_(items), found_(items.size()) {}
  /// What the copies of the item hold that the store has with their bodies.
  const Values& of(size_t item);

 private:
  struct Found {
    uint64_t at = UINT64_MAX;  ///< ModelStore::changes() then.
    Values values;
  };
  const ModelStore& store_;
  const std::vector<ItemName>& items_;
  std::vector<Found> found_;
};

}  // namespace hubstash::sim
