#pragma once
// Planted bugs, to see that the checker notices. Each is done to the engine's effects on their way to the world, or to
// the answers on their way back, so the engine itself has no code for it.

#include <cstdint>

namespace hubstash::sim {

/// The first ten are numbered like the invariants (checker.h).
enum class Canary : uint8_t {
  kNone,
  kAcknowledgesTooEarly,  ///< 1: transactions are answered before they are carried out, and some never are.
  kForgetsOutbox,         ///< 2: outbox rows are not written.
  kDropsParentCommit,     ///< 3: commits are sent without parentCommit.
  kCommitsTwice,          ///< 4: commits are sent twice, the second time whatever the head.
  kEvictsPending,         ///< 5: clearLocal() without force clears what is pending.
  kLeaksBlobs,            ///< 6: blobs are not released.
  kShowsOldHead,          ///< 7: one device is shown the first head that it asked for, for ever.
  kForgetsBudget,         ///< 8: the record of the budget is not written.
  kAnswersTwice,          ///< 9: some calls are answered twice.
  kDamagesLoads,          ///< 10: some loads have a wrong byte.
  kForgetsClaims,         ///< 4 again: what a commit is about to bring is not written down.
  kCount
};

}  // namespace hubstash::sim
