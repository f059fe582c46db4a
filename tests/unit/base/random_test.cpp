#include "base/random.h"

#include <array>
#include <set>
#include <string>

#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("a seed means the same numbers for ever") {
  // A run is replayed from its seed. The numbers come from an independent implementation of splitmix64 and
  // xoshiro256**; a change here makes every recorded seed worthless.
  Random zero(0, 0);
  CHECK(zero.next() == 0x99ec5f36cb75f2b4);
  CHECK(zero.next() == 0xbf6e1f784956452a);
  CHECK(zero.next() == 0x1a5f849d4933e6e0);
  Random one_two(1, 2);
  CHECK(one_two.next() == 0xb3f2af6d0fc710c5);
  CHECK(one_two.next() == 0xa2bc1ed957557393);
  CHECK(one_two.next() == 0x00065a11f404add2);
  Random ones(UINT64_MAX, UINT64_MAX);
  CHECK(ones.next() == 0x8f5520d52a7ead08);
}

TEST_CASE("below() stays below, reaches every value and favours none") {
  // Jitter and test inputs are drawn with it. 60,000 throws of a die: each face within 5 % of its share.
  Random random(7, 8);
  std::array<int, 6> faces{};
  for (int count = 0; count < 60'000; ++count) ++faces.at(random.below(6));
  for (const int count : faces) {
    CHECK(count > 9'500);
    CHECK(count < 10'500);
  }
  CHECK(random.below(1) == 0);
  for (int count = 0; count < 100; ++count) CHECK(random.below((uint64_t{1} << 63) + 1) <= uint64_t{1} << 63);
}

TEST_CASE("hex() has the digits asked for, and does not repeat itself") {
  // Revisions are named with it: two equal names would make one body overwrite another.
  Random random(9, 10);
  CHECK(random.hex(0) == "");
  std::set<std::string> seen;
  for (int count = 0; count < 10'000; ++count) {
    const std::string name = random.hex(16);
    REQUIRE(is_lower_hex(name, 16));
    CHECK(seen.insert(name).second);
  }
}

}  // namespace
}  // namespace hubstash
