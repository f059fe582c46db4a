#pragma once
// Everything that can go wrong in the simulated world, by name. A run draws a subset of these; the report counts how
// often each was met.

#include <array>
#include <cstdint>
#include <string_view>

namespace hubstash::sim {

// name in the report. What happens stands where it is carried out: store.cpp, network.cpp, world.cpp.
#define HUBSTASH_SIM_FAULTS(X)                                   \
  X(kTxLost, "transaction lost in a crash")                      \
  X(kTxUnacknowledged, "transaction applied, not acknowledged")  \
  X(kTxQuota, "transaction aborted: QUOTA_EXCEEDED")             \
  X(kTxInternal, "transaction aborted: INTERNAL")                \
  X(kTxUnavailable, "transaction aborted: STORAGE_UNAVAILABLE")  \
  X(kTxSlow, "transaction answered late, behind others")         \
  X(kDiskFull, "disk full")                                      \
  X(kOriginEvicted, "whole origin evicted by the browser")       \
  X(kMachineCrash, "machine crash")                              \
  X(kMachineCrashLoss, "machine crash that lost relaxed writes") \
  X(kTabCrash, "tab crash")                                      \
  X(kTabClosed, "tab closed by the app")                         \
  X(kTabFrozen, "tab frozen")                                    \
  X(kTabThawed, "tab thawed")                                    \
  X(kTimerLate, "timer throttled")                               \
  X(kClockForward, "clock jumped forward")                       \
  X(kClockBack, "clock jumped back")                             \
  X(kCallCancelled, "app call cancelled")                        \
  X(kOffline, "request while offline")                           \
  X(kRequestLost, "request lost")                                \
  X(kReplyLost, "reply lost after the request was carried out")  \
  X(kReplyReordered, "reply delayed behind others")              \
  X(kStall, "stall of 60 s")                                     \
  X(k500Before, "500 before")                                    \
  X(k500Applied, "500 but applied")                              \
  X(k401, "401")                                                 \
  X(k403, "403")                                                 \
  X(k404Repo, "404 of the dataset")                              \
  X(k404Revision, "404 of the revision")                         \
  X(k404Html, "404 as a web page")                               \
  X(k409, "409")                                                 \
  X(k412, "412 without a reason")                                \
  X(k412Real, "412 because somebody was faster")                 \
  X(k413, "413")                                                 \
  X(k429WithHeaders, "429 with Retry-After")                     \
  X(k429Bare, "429 without headers")                             \
  X(k429Commits, "429 of the commit quota")                      \
  X(kHtml, "HTML with 200")                                      \
  X(kTruncated, "truncated body")                                \
  X(kCorrupted, "corrupted body")                                \
  X(kRedirectRefused, "redirect to the large files refused")     \
  X(kAddressExpired, "signed address expired")                   \
  X(kForeignCommit, "foreign commit")                            \
  X(kForeignInBetween, "foreign commit between read and write")  \
  X(kForeignRemoval, "what landed unnoted was removed")          \
  X(kSquashed, "history squashed")                               \
  X(kDatasetDeleted, "dataset deleted")                          \
  X(kDatasetRenamed, "dataset renamed, and renamed back")        \
  X(kTokenExpired, "token expired")                              \
  X(kSignedOut, "signed out")                                    \
  X(kSignedIn, "signed in")

enum class Fault : uint8_t {
#define HUBSTASH_SIM_ENUM(name, text) name,
  HUBSTASH_SIM_FAULTS(HUBSTASH_SIM_ENUM)
#undef HUBSTASH_SIM_ENUM
      kCount
};

inline constexpr size_t kFaults = static_cast<size_t>(Fault::kCount);

inline constexpr std::array<std::string_view, kFaults> kFaultNames = {
#define HUBSTASH_SIM_NAME(name, text) text,
    HUBSTASH_SIM_FAULTS(HUBSTASH_SIM_NAME)
#undef HUBSTASH_SIM_NAME
};

class FaultCounts {
 public:
  void add(Fault fault) { ++counts_[static_cast<size_t>(fault)]; }
  uint64_t of(size_t fault) const { return counts_[fault]; }
  void add_all(const FaultCounts& other) {
    for (size_t i = 0; i < kFaults; ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<uint64_t, kFaults> counts_{};
};

}  // namespace hubstash::sim
