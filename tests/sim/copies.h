#pragma once
// The conflict copies in the local store of a device. That a version which lost a conflict is there is the one thing
// that the checker could not learn from calls without changing what happens.

#include "sim/checker.h"
#include "sim/content.h"
#include "sim/store.h"

namespace hubstash::sim {

/// What the copies of the item hold that the store has with their bodies.
Values copies_in(const ModelStore& store, const ItemName& item);

}  // namespace hubstash::sim
