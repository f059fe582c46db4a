#include "sync/forget_listing.h"

namespace hubstash {

void ForgetListing::start() {
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // Were it lost, the damage would be met again.
  tx.deletes = {Bytes(kHeadKey)};
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
