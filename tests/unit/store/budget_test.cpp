// The commits of an hour: how many there may be, who counts them, and what a clock that was set back does.
#include "store/budget.h"

#include "catch.h"
#include "store/keys.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kHour = 3'600'000;

TEST_CASE("the next commit waits until enough of them are an hour old") {
  // The Hub counts a rolling hour, so an hour's first commit makes room for the next.
  const CommitBudget budget{{1'000, 2'000, 3'000}};
  CHECK(next_commit_at(budget, 4, 3'500) == 3'500);
  CHECK(next_commit_at(budget, 3, 3'500) == 1'000 + kHour);
  CHECK(next_commit_at(budget, 2, 3'500) == 2'000 + kHour);
  CHECK(next_commit_at(budget, 3, 1'000 + kHour) == 1'000 + kHour);
  CHECK(recent_commits(budget, 2'000 + kHour).commits == std::vector<TimeMs>{3'000});
}

TEST_CASE("commits from a future that a clock was set back from count as now") {
  // Otherwise they would count until that future has passed, which may be years.
  const CommitBudget budget{{500'000'000'000}};
  CHECK(recent_commits(budget, 1'000).commits == std::vector<TimeMs>{1'000});
  CHECK(next_commit_at(budget, 1, 1'000) == 1'000 + kHour);
}

TEST_CASE("a budget's record opens as it was sealed, and not when it is damaged") {
  Bytes record = seal_budget({{1, 2, 3}}, 7);
  REQUIRE(open_budget(record));
  CHECK(open_budget(record)->commits == std::vector<TimeMs>{1, 2, 3});
  record.back() = static_cast<char>(record.back() ^ 1);
  CHECK(open_budget(record).error().code() == ErrorCode::STORAGE_CORRUPT);
}

TEST_CASE("two tabs together keep to the commits of an hour, and go on when it has passed") {
  // The bound is the account's, not the tab's.
  ModelHub hub;
  TestStore store;
  Options options = test_options();
  options.commits_per_hour = 2;
  TestHost first(hub, store, options);
  TestHost second(hub, store, options);
  REQUIRE(first.save("a", "{}").status.ok());
  REQUIRE(first.sync().status.ok());
  REQUIRE(second.save("b", "{}").status.ok());
  REQUIRE(second.sync().status.ok());
  REQUIRE(first.save("c", "{}").status.ok());
  const Reply refused = first.sync();
  CHECK(refused.status.code() == ErrorCode::RATE_LIMITED);
  CHECK(refused.status.retry_after_ms > kHour / 2);
  CHECK(first.list() == "a:synced b:synced c:pending");
  CHECK(hub.commits() == 2);
  first.now += kHour;
  CHECK(first.sync().status.ok());
  CHECK(hub.commits() == 3);
  CHECK(first.list() == "a:synced b:synced c:synced");
}

}  // namespace
}  // namespace hubstash::test
