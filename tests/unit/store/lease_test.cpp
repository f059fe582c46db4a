// When a lease is somebody's, when it may be taken over, and its record.
#include "store/lease.h"

#include "catch.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kNow = 1'700'000'000'000;

Lease lease_of(const std::string& owner, TimeMs until, bool has_lock = false) { return {owner, 7, until, has_lock}; }

TEST_CASE("a lease is in force until it ends, and not when it ends later than a lease can") {
  // The second is the mark of a clock that has been set back: waiting for it might take years.
  CHECK(lease_in_force(lease_of("a", kNow + 1), kNow));
  CHECK(lease_in_force(lease_of("a", kNow + kLeaseMs), kNow));
  // The holder's clock is a little ahead of ours.
  CHECK(lease_in_force(lease_of("a", kNow + kLeaseMs + kClockSkewMs), kNow));
  CHECK_FALSE(lease_in_force(lease_of("a", kNow), kNow));
  CHECK_FALSE(lease_in_force(lease_of("a", 0), kNow));
  CHECK_FALSE(lease_in_force(lease_of("a", kNow + kLeaseMs + kClockSkewMs + 1), kNow));
}

TEST_CASE("who may take a lease: nobody's, one's own, one that ran out") {
  // Whether the browser's lock is at hand makes no difference here.
  for (const bool has_lock : {false, true}) {
    CHECK(may_take_lease(std::nullopt, "a", has_lock, kNow));
    CHECK(may_take_lease(lease_of("a", kNow + 1), "a", has_lock, kNow));
    CHECK(may_take_lease(lease_of("b", kNow), "a", has_lock, kNow));
    CHECK_FALSE(may_take_lease(lease_of("b", kNow + 1), "a", has_lock, kNow));
  }
}

TEST_CASE("the browser's lock overtakes a holder that had it, and no other") {
  // One without the lock may be alive: its browser or its frame had none to give.
  CHECK(may_take_lease(lease_of("b", kNow + kLeaseMs, true), "a", true, kNow));
  CHECK_FALSE(may_take_lease(lease_of("b", kNow + kLeaseMs, true), "a", false, kNow));
  CHECK_FALSE(may_take_lease(lease_of("b", kNow + kLeaseMs, false), "a", true, kNow));
}

TEST_CASE("a lease's record opens as it was sealed, and not when it is damaged") {
  Bytes record = seal_lease({"00ff00ff00ff00ff", 300, kNow, true}, 1);
  const Result<Lease> lease = open_lease(record);
  REQUIRE(lease);
  CHECK(lease->owner == "00ff00ff00ff00ff");
  CHECK(lease->fence == 300);
  CHECK(lease->until == kNow);
  CHECK(lease->has_lock);
  record.back() = static_cast<char>(record.back() ^ 1);
  CHECK(open_lease(record).error().code() == ErrorCode::STORAGE_CORRUPT);
}

}  // namespace
}  // namespace hubstash::test
