// What is written down of the cache: its size, and when items were last used.
#include "store/cache_use.h"

#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("the cache's size comes back as it was written, and damage is noticed") {
  // A wrong size would evict too much or too little until the next count.
  const Bytes record = seal_cache_usage({123'456'789'012, 1'700'000'000'000}, 7);
  const Result<CacheUsage> usage = open_cache_usage(record);
  REQUIRE(usage);
  CHECK(usage->bytes == 123'456'789'012);
  CHECK(usage->counted_at == 1'700'000'000'000);
  for (size_t i = 0; i < record.size(); ++i) {
    Bytes damaged = record;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    CHECK_FALSE(open_cache_usage(damaged));
    CHECK_FALSE(open_cache_usage(std::string_view(record).substr(0, i)));
  }
}

TEST_CASE("times of use are kept to the minute, rounded up") {
  // More is not needed to tell old from new. A use must not look older than the save before it.
  const UseTimes times{{{0, 0}, {1, 1'700'000'040'000}, {UINT64_MAX, 1'700'000'040'001}}};
  const Bytes record = seal_use_times(times, 7);
  const Result<UseTimes> read = open_use_times(record);
  REQUIRE(read);
  REQUIRE(read->used_at.size() == 3);
  CHECK(read->used_at.at(0) == 0);
  CHECK(read->used_at.at(1) == 1'700'000'040'000);
  CHECK(read->used_at.at(UINT64_MAX) == 1'700'000'100'000);
  for (size_t i = 0; i < record.size(); ++i) CHECK_FALSE(open_use_times(std::string_view(record).substr(0, i)));
}

TEST_CASE("an item's time has one place, and items are spread over 256 records") {
  // So that a flush of a few uses rewrites a few small records.
  CHECK(use_name("projects", "p1").key == use_name("projects", "p1").key);
  CHECK(use_name("projects", "p1").number != use_name("pdfs", "p1").number);
  std::map<Bytes, int> records;
  for (int i = 0; i < 10'000; ++i) records[use_name("projects", std::to_string(i)).key] += 1;
  CHECK(records.size() == 256);
  for (const auto& [key, items] : records) {
    CHECK(key.starts_with(kUsePrefix));
    CHECK(items < 100);
  }
}

}  // namespace
}  // namespace hubstash
