#pragma once
// How a run's transactions show that they still have the lease. In remote mode there is nothing shared and no lease:
// everything here then says yes.

#include "store/lease.h"
#include "sync/core.h"

namespace hubstash {

/// Whether the lease's record, as just read, is the one that this run has taken.
bool holds_lease(const Core& core, const std::optional<Bytes>& record);
/// Whether the run need not fear that another tab is at work already: asked before something leaves for the Hub.
bool lease_is_fresh(const Core& core);
/// Lets the transaction fail as stale when the lease is not what was read any more.
void expect_lease(const Core& core, const std::optional<Bytes>& record, StoreTx* tx);

/// How a run ends that was overtaken; no failure, so nobody is told.
Status lease_lost();

}  // namespace hubstash
