// Commits of an hour and requests of five minutes: how many there may be, who counts them, and what a clock that was
// set back does.
#include "store/budget.h"

#include "catch.h"
#include "store/keys.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kHour = 3'600'000;

Budget of_commits(std::vector<TimeMs> commits) {
  Budget budget;
  budget.commits = std::move(commits);
  return budget;
}

TEST_CASE("the next commit waits until enough of them are an hour old") {
  // The Hub counts a rolling hour, so an hour's first commit makes room for the next.
  const Budget budget = of_commits({1'000, 2'000, 3'000});
  CHECK(next_commit_at(budget, 4, 3'500) == 3'500);
  CHECK(next_commit_at(budget, 3, 3'500) == 1'000 + kHour);
  CHECK(next_commit_at(budget, 2, 3'500) == 2'000 + kHour);
  CHECK(next_commit_at(budget, 3, 1'000 + kHour) == 1'000 + kHour);
  CHECK(budget_at(budget, 2'000 + kHour).commits == std::vector<TimeMs>{3'000});
}

TEST_CASE("commits from a future that a clock was set back from become now, once they are written back") {
  // They must neither count until that future has passed, which may be years, nor stop counting.
  const Budget budget = of_commits({500'000'000'000});
  CHECK(is_of_future(budget, 1'000));
  const Budget now = budget_at(budget, 1'000);
  CHECK(now.commits == std::vector<TimeMs>{1'000});
  CHECK_FALSE(is_of_future(now, 1'000));
  CHECK(next_commit_at(now, 1, 2'000) == 1'000 + kHour);
}

TEST_CASE("of any five minutes, no more requests than the limit, each kind for itself") {
  // The Hub's windows begin we do not know when: what is true of any five minutes is true of each of them.
  constexpr TimeMs kMinute = 60'000;
  constexpr uint32_t kLimit = 30;
  Budget budget;
  std::vector<TimeMs> sent;
  TimeMs now = 1'000'000'000;
  for (int i = 0; i < 200; ++i) {
    now = next_request_at(budget, RequestBucket::kApi, kLimit, now);
    budget = budget_at(budget, now);
    count_request(&budget, RequestBucket::kApi, now);
    sent.push_back(now);
    CHECK(next_request_at(budget, RequestBucket::kFiles, 1, now) == now);
    now += 1 + (i * 7'919) % 17'000;
  }
  for (size_t i = kLimit; i < sent.size(); ++i) {
    CAPTURE(i);
    CHECK(sent[i] - sent[i - kLimit] >= 5 * kMinute);
  }
  // And it is not much slower than that: six minutes' worth of waiting for each full window at most.
  CHECK(sent.back() - sent.front() <= static_cast<TimeMs>(200 / kLimit + 1) * 6 * kMinute);
  CHECK(budget.requests.size() <= 6);
}

TEST_CASE("requests of a future count for one window, not until that future") {
  // A clock that was a year ahead for a minute must not stop the store for a year.
  Budget budget;
  for (int i = 0; i < 10; ++i) count_request(&budget, RequestBucket::kApi, 500'000'000'000);
  CHECK(is_of_future(budget, 600'000));
  budget = budget_at(budget, 600'000);
  CHECK(next_request_at(budget, RequestBucket::kApi, 10, 600'000) == 600'000 + 360'000);
  CHECK(next_request_at(budget, RequestBucket::kApi, 10, 960'000) == 960'000);
}

TEST_CASE("a pause of the Hub's ends when it said, and a clock set back neither ends nor prolongs it") {
  // An hour stays an hour.
  Budget budget;
  budget.no_commits = {5'000, 5'000 + kHour};
  CHECK(next_commit_at(budget, 9, 6'000) == 5'000 + kHour);
  CHECK(next_commit_at(budget, 9, 5'000 + kHour) == 5'000 + kHour);
  CHECK(next_request_at(budget, RequestBucket::kApi, 9, 6'000) == 6'000);
  budget.no_requests = {5'000, 305'000};
  CHECK(next_request_at(budget, RequestBucket::kApi, 9, 6'000) == 305'000);
  CHECK(is_of_future(budget, 1'000));
  CHECK(budget_at(budget, 1'000).no_commits == Pause{1'000, 1'000 + kHour});
  CHECK(budget_at(budget, 400'000).no_requests == Pause());
}

TEST_CASE("what two tabs have used adds up") {
  // Each writes what it has sent itself, whatever the other has written in the meantime.
  Budget one = of_commits({3'000}), other = of_commits({1'000});
  count_request(&one, RequestBucket::kApi, 0);
  count_request(&other, RequestBucket::kApi, 1);
  count_request(&other, RequestBucket::kFiles, 70'000);
  one.no_requests = {0, 10};
  other.no_requests = {1, 9};
  const Budget both = add_budgets(one, other);
  CHECK(both.commits == std::vector<TimeMs>{1'000, 3'000});
  CHECK(both.requests == std::map<int64_t, RequestCounts>{{0, {2, 0}}, {1, {0, 1}}});
  CHECK(both.no_requests == Pause{0, 10});
}

TEST_CASE("a budget's record opens as it was sealed, and not when it is damaged") {
  Budget budget = of_commits({1, 2, 3});
  count_request(&budget, RequestBucket::kFiles, 123'456'789);
  budget.no_commits = {7, 8};
  Bytes record = seal_budget(budget, 7);
  REQUIRE(open_budget(record));
  CHECK(*open_budget(record) == budget);
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
