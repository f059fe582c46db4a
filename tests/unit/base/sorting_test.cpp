// One sort for all types: it does what std::stable_sort does.
#include "base/sorting.h"

#include <algorithm>
#include <string>

#include "base/random.h"
#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("sort_stably does what std::stable_sort does") {
  // Few different keys, so that most have equals, whose order must stay.
  Random random(1, 2);
  for (size_t count = 0; count < 200; ++count) {
    std::vector<std::pair<uint64_t, std::string>> things;
    for (size_t i = 0; i < count; ++i) things.emplace_back(random.below(9), std::to_string(i));
    const auto precedes = [](const auto& a, const auto& b) { return a.first < b.first; };
    auto expected = things;
    std::stable_sort(expected.begin(), expected.end(), precedes);
    sort_stably(&things, precedes);
    REQUIRE(things == expected);
  }
}

TEST_CASE("sort_stably without an order uses the type's own") {
  std::vector<std::string> words = {"c", "a", "b", "a"};
  sort_stably(&words);
  CHECK(words == std::vector<std::string>{"a", "a", "b", "c"});
}

}  // namespace
}  // namespace hubstash
