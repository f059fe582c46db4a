#pragma once
// The lease on synchronising: one tab of a device syncs at a time. It is a record that all tabs share, taken by a
// transaction that expects the record as it was read, and it is short: whoever holds it renews it while it works.
// docs/ARCHITECTURE.md tells its life. Correctness never rests on the clock: a holder that was overtaken finds its
// fencing number gone, and the Hub's compare-and-swap stands behind that.

#include <optional>
#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

inline constexpr std::string_view kLeaseKey = "sync/lease";
/// How long a lease lasts that is not renewed; the longest that others wait for a tab that has died.
inline constexpr int64_t kLeaseMs = 30'000;
/// How often a holder renews it: two renewals may fail.
inline constexpr int64_t kRenewLeaseMs = 10'000;
/// The clocks of two tabs differ by less than this; browsers make them coarse, each in its own way.
inline constexpr int64_t kClockSkewMs = 5'000;

struct Lease {
  std::string owner;   ///< Random hex of the holder's engine.
  uint64_t fence = 0;  ///< Grows with each taking: a former holder knows by it that it is one.
  TimeMs until = 0;    ///< 0: given back.
  /// The holder has the browser's lock as well, so whoever is given that lock knows that this holder is gone.
  bool has_lock = false;
};

/// Whether its holder may be at work. A time further ahead than a lease lasts was written by a clock that has been set
/// back since, and is not believed.
bool lease_in_force(const Lease& lease, TimeMs now);

/// Whether `owner`, who has the browser's lock or not, may take the lease over from what the record says now.
bool may_take_lease(const std::optional<Lease>& lease, std::string_view owner, bool has_lock, TimeMs now);

Bytes seal_lease(const Lease& lease, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Lease> open_lease(std::string_view record);

}  // namespace hubstash
