#pragma once
// Takes a commit out of the hour's budget before it is sent, so that no crash makes it forgotten.

#include <optional>

#include "store/budget.h"
#include "sync/core.h"

namespace hubstash {

/// Adds to `tx`, given the budget's record as it was read. Errors: RATE_LIMITED when the hour has no commit left.
Status spend_commit(Core& core, const std::optional<Bytes>& budget_record, StoreTx* tx);

}  // namespace hubstash
