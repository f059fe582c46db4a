#include "sync/scheduler.h"

#include <algorithm>

#include "catch.h"

namespace hubstash {
namespace {

constexpr TimeMs kStart = 1'000'000;

Options options_with(int64_t poll_ms = 60'000) {
  Options options;
  options.poll_ms = poll_ms;
  return options;
}

/// A scheduler whose first run has succeeded.
struct Idle {
  Options options;
  Random random{1, 2};
  Scheduler scheduler{options};
  explicit Idle(int64_t poll_ms = 0) : options(options_with(poll_ms)) {
    scheduler.opened(kStart);
    CHECK(scheduler.is_due(kStart));
    scheduler.started();
    scheduler.ended(Status(), kStart, &random);
  }
};

TEST_CASE("scheduler: a sync follows a quiet time after the last save") {
  // A burst of saves is one commit.
  Idle idle;
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.saved(kStart + 1'000);
  idle.scheduler.saved(kStart + 5'000);
  CHECK(idle.scheduler.due_at() == kStart + 5'000 + idle.options.idle_ms);
  CHECK(idle.scheduler.waiting_for() == WaitingFor::kIdle);
  CHECK_FALSE(idle.scheduler.is_due(kStart + 5'000));
}

TEST_CASE("scheduler: saves that never pause wait no longer than max_wait_ms") {
  // Somebody who types for hours is safe all the same.
  Idle idle;
  for (TimeMs at = 0; at <= idle.options.max_wait_ms; at += 10'000) idle.scheduler.saved(kStart + at);
  CHECK(idle.scheduler.due_at() == kStart + idle.options.max_wait_ms);
}

TEST_CASE("scheduler: a page that is hidden syncs what waits at once") {
  // It may never be shown again.
  Idle idle;
  idle.scheduler.visibility(false, kStart + 500);
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.visibility(true, kStart + 600);
  idle.scheduler.saved(kStart + 1'000);
  idle.scheduler.visibility(false, kStart + 2'000);
  CHECK(idle.scheduler.is_due(kStart + 2'000));
}

TEST_CASE("scheduler: it polls while the page is visible only") {
  // Nobody looks at a hidden tab; when it shows again, it is brought up to date.
  Idle idle(60'000);
  CHECK(idle.scheduler.due_at() == kStart + 60'000);
  idle.scheduler.visibility(false, kStart + 1);
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.visibility(true, kStart + 90'000);
  CHECK(idle.scheduler.is_due(kStart + 90'000));
}

TEST_CASE("scheduler: after failures it waits longer and longer, within bounds, never twice alike") {
  // Many devices must not come back in step: each waits anywhere up to a ceiling that doubles.
  constexpr uint64_t kSeeds = 400;
  for (int failures = 1; failures <= 12; ++failures) {
    const int64_t ceiling = std::min<int64_t>(300'000, 2'000 << failures);
    int64_t sum = 0, shortest = ceiling, longest = 0;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Idle idle;
      Random random(seed, 1);
      idle.scheduler.saved(kStart);
      for (int i = 0; i < failures; ++i) {
        idle.scheduler.started();
        idle.scheduler.ended(Status(ErrorCode::HUB_ERROR, "500"), kStart, &random);
      }
      const int64_t wait = idle.scheduler.due_at() - kStart;
      CHECK(idle.scheduler.waiting_for() == WaitingFor::kBackoff);
      sum += wait;
      shortest = std::min(shortest, wait);
      longest = std::max(longest, wait);
      idle.scheduler.started();
      idle.scheduler.ended(Status(), kStart, &random);
      CHECK(idle.scheduler.due_at() == 0);
    }
    CAPTURE(failures, ceiling, sum, shortest, longest);
    const int64_t mean = sum / static_cast<int64_t>(kSeeds);
    CHECK(shortest < ceiling / 20);
    CHECK(longest < ceiling);
    CHECK(longest > ceiling - ceiling / 20);
    CHECK(mean > ceiling * 2 / 5);
    CHECK(mean < ceiling * 3 / 5);
  }
}

TEST_CASE("scheduler: back online, a network failure is over, a rate limit is not") {
  // The network says nothing about quotas.
  Idle idle;
  idle.scheduler.saved(kStart);
  idle.scheduler.started();
  idle.scheduler.ended(Status(ErrorCode::OFFLINE, "down"), kStart, &idle.random);
  CHECK(idle.scheduler.waiting_for() == WaitingFor::kNetwork);
  idle.scheduler.network(true, kStart + 10);
  CHECK(idle.scheduler.is_due(kStart + 10));

  idle.scheduler.started();
  Status limited(ErrorCode::RATE_LIMITED, "slow down");
  limited.retry_after_ms = 3'600'000;
  idle.scheduler.ended(limited, kStart, &idle.random);
  idle.scheduler.network(true, kStart + 20);
  CHECK(idle.scheduler.due_at() >= kStart + 3'600'000);
  CHECK(idle.scheduler.waiting_for() == WaitingFor::kRateLimit);
}

TEST_CASE("scheduler: being told of a network that was never gone asks for nothing") {
  // Every page says so when it opens its store, and each run costs a request.
  Idle idle;
  idle.scheduler.network(true, kStart + 10);
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.network(false, kStart + 20);
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.network(true, kStart + 30);
  CHECK(idle.scheduler.is_due(kStart + 30));
}

TEST_CASE("scheduler: a refusal that arrives after another token was given is no reason to stop") {
  // The request was sent with the token before. Nobody would say again that there is a new one.
  const ErrorCode refusal = GENERATE(ErrorCode::FORBIDDEN, ErrorCode::UNAUTHORIZED);
  Idle idle;
  idle.scheduler.saved(kStart);
  idle.scheduler.started();
  idle.scheduler.token(true, kStart + 5);
  idle.scheduler.ended(Status(refusal, ""), kStart + 10, &idle.random);
  CHECK(idle.scheduler.is_due(kStart + 10));
  idle.scheduler.started();
  idle.scheduler.ended(Status(refusal, ""), kStart + 20, &idle.random);
  CHECK_FALSE(idle.scheduler.is_due(kStart + 20));
}

TEST_CASE("scheduler: without a token nothing is due until there is one") {
  // Asking again and again would only annoy.
  Idle idle(60'000);
  idle.scheduler.saved(kStart);
  idle.scheduler.started();
  idle.scheduler.ended(Status(ErrorCode::UNAUTHORIZED, "401"), kStart, &idle.random);
  CHECK(idle.scheduler.due_at() == 0);
  CHECK(idle.scheduler.waiting_for() == WaitingFor::kToken);
  idle.scheduler.token(true, kStart + 5);
  CHECK(idle.scheduler.is_due(kStart + 5));
}

TEST_CASE("scheduler: with auto off, or in another mode than hybrid, nothing is ever due") {
  // The app decides then.
  for (const Mode mode : {Mode::kHybrid, Mode::kRemote, Mode::kLocal}) {
    Options options = options_with();
    options.mode = mode;
    options.auto_sync = mode != Mode::kHybrid;
    Scheduler scheduler(options);
    scheduler.opened(kStart);
    scheduler.saved(kStart);
    scheduler.visibility(false, kStart);
    CHECK(scheduler.due_at() == 0);
  }
}

TEST_CASE("scheduler: a run that failed has not synced what was saved before it") {
  // It is due again although nothing new was saved.
  Idle idle;
  idle.scheduler.saved(kStart);
  idle.scheduler.started();
  CHECK(idle.scheduler.due_at() == 0);
  idle.scheduler.ended(Status(ErrorCode::ABORTED, "ended"), kStart + 10, &idle.random);
  CHECK(idle.scheduler.due_at() == kStart + 10 + idle.options.idle_ms);
}

}  // namespace
}  // namespace hubstash
