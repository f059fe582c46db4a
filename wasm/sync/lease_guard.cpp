#include "sync/lease_guard.h"

#include "store/record.h"
#include "store/remote.h"

namespace hubstash {

bool holds_lease(const Core& core, const std::optional<Bytes>& record) {
  const std::optional<Lease>& mine = core.state().lease;
  if (core.options().mode == Mode::kRemote) return true;
  const std::optional<Lease> now = open_or_forget(open_lease, record);
  return mine && now && now->owner == mine->owner && now->fence == mine->fence;
}

bool lease_is_fresh(const Core& core) {
  if (core.options().mode == Mode::kRemote) return true;
  return core.state().lease && lease_in_force(*core.state().lease, core.now());
}

void expect_lease(const Core& core, const std::optional<Bytes>& record, StoreTx* tx) {
  if (core.options().mode == Mode::kRemote) return;
  tx->expects.push_back({Bytes(kLeaseKey), head_of(record)});
}

Status lease_lost() { return Status(ErrorCode::ABORTED, "Another tab has taken the synchronisation over."); }

}  // namespace hubstash
