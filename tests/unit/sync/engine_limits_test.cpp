// The Hub says "too many", "not you" or "not now": what is sent, what waits, and what the status says of it.
#include <set>

#include "catch.h"
#include "hub/layout.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kMinute = 60'000;
constexpr TimeMs kHour = 60 * kMinute;

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_commit(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->url.ends_with("/commit/main");
}

Options automatic(uint64_t seed = 1) {
  Options options = test_options(seed);
  options.auto_sync = true;
  return options;
}

StoreStatus status_of(TestHost& host) { return std::get<StoreStatus>(host.call(GetStatus{}).value); }

HttpAnswer too_many_requests() { return failure(429, "", "We had to rate limit you"); }
HttpAnswer too_many_commits() {
  return failure(429, "", "You have exceeded the rate limit for repository commits (128 per hour).");
}

Options two_commits_an_hour() {
  Options options = test_options();
  options.commits_per_hour = 2;
  return options;
}

void make_two_commits(TestHost& host) {
  for (const char* id : {"a", "b"}) {
    REQUIRE(host.save(id, "{}").status.ok());
    REQUIRE(host.sync().status.ok());
  }
}

TEST_CASE("limits: a clock that is set back neither blocks the commits nor frees them") {
  // Two commits an hour; after the second the clock goes back ten hours, as when somebody corrects it.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, two_commits_an_hour());
  make_two_commits(host);
  REQUIRE(host.save("c", "{}").status.ok());
  host.now -= 10 * kHour;
  for (int minutes = 0; minutes < 60; minutes += 5) {
    CHECK(host.sync().status.code() == ErrorCode::RATE_LIMITED);
    host.now += 5 * kMinute;
  }
  CHECK(hub.commits() == 2);
  CHECK(host.sync().status.ok());
  CHECK(hub.commits() == 3);
}

TEST_CASE("limits: clearing the device does not bring the commits back that it has made") {
  // The Hub goes on counting; an app that clears and syncs again would run into its limit.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, two_commits_an_hour());
  make_two_commits(host);
  REQUIRE(host.call(ClearLocal{false}).status.ok());
  REQUIRE(host.save("c", "{}").status.ok());
  CHECK(host.sync().status.code() == ErrorCode::RATE_LIMITED);
  host.now += kHour;
  CHECK(host.sync().status.ok());
  CHECK(hub.commits() == 3);
}

TEST_CASE("limits: what waits for a time waits no longer because the clock was set back") {
  // A sync that is due in half a minute is due in half a minute, not in ten hours.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.now -= 10 * kHour;
  host.handle(Tick{});
  host.advance(kMinute);
  CHECK(hub.commits() == 1);
}

TEST_CASE("limits: requests keep below the limit of five minutes, all tabs together, without a write for each") {
  // A browser cannot read how many requests the Hub still allows, so they are counted.
  ModelHub hub;
  TestStore store;
  Options options = test_options();
  options.requests_per_window = 50;
  TestHost first(hub, store, options);
  while (hub.log.size() < 19) REQUIRE(first.sync().status.ok());
  CHECK(store.keys("sync/budget").empty());
  while (hub.log.size() < 40) REQUIRE(first.sync().status.ok());
  CHECK(store.keys("sync/budget").size() == 1);
  TestHost second(hub, store, options);
  while (hub.log.size() < 50) REQUIRE(second.sync().status.ok());
  const size_t sent = hub.log.size();
  const Reply refused = second.sync();
  CHECK(refused.status.code() == ErrorCode::RATE_LIMITED);
  CHECK(refused.status.retry_after_ms > 0);
  CHECK(hub.log.size() == sent);
  second.now += refused.status.retry_after_ms;
  CHECK(refused.status.retry_after_ms <= 6 * kMinute);
  CHECK(second.sync().status.ok());
}

TEST_CASE("limits: a run that the limit ends is due again when there is room, and the status says why") {
  // It neither hammers nor gives up.
  ModelHub hub;
  TestStore store;
  Options options = automatic();
  options.requests_per_window = 10;
  TestHost host(hub, store, options);
  while (hub.log.size() < 9) REQUIRE(host.sync().status.ok());
  REQUIRE(host.save("p1", "{}").status.ok());
  CHECK(host.sync().status.code() == ErrorCode::RATE_LIMITED);
  const StoreStatus status = status_of(host);
  CHECK(status.phase == SyncPhase::kWaiting);
  CHECK(status.waiting_for == WaitingFor::kRateLimit);
  CHECK(status.next_sync_at > host.now);
  CHECK(status.next_sync_at <= host.now + 7 * kMinute);
  CHECK(status.pending == 1);
  host.advance(8 * kMinute);
  CHECK(hub.commits() == 1);
  CHECK(status_of(host).pending == 0);
}

TEST_CASE("limits: after a 429 no tab sends anything until its window has passed") {
  // The other tab has not seen the answer itself, and a reload has forgotten it.
  ModelHub hub;
  TestStore store;
  TestHost first(hub, store);
  hub.next_answer = too_many_requests();
  CHECK(first.sync().status.code() == ErrorCode::RATE_LIMITED);
  const size_t sent = hub.log.size();
  TestHost second(hub, store, test_options(2));
  second.now = first.now;
  const Reply refused = second.sync();
  CHECK(refused.status.code() == ErrorCode::RATE_LIMITED);
  CHECK(refused.status.retry_after_ms == 5 * kMinute);
  CHECK(first.load("p1") == "RATE_LIMITED");
  CHECK(hub.log.size() == sent);
  second.now += 5 * kMinute;
  CHECK(second.sync().status.ok());
}

TEST_CASE("limits: the commit quota stops the commits of all tabs for an hour, and nothing else") {
  // The Hub still answers questions; what others have saved still comes.
  ModelHub hub;
  TestStore store;
  TestHost first(hub, store);
  REQUIRE(first.sync().status.ok());
  REQUIRE(first.save("p1", "{}").status.ok());
  first.fate = [&](const Effect& effect) {
    if (is_commit(effect)) hub.next_answer = too_many_commits();
    return Fate::kRun;
  };
  CHECK(first.sync().status.code() == ErrorCode::RATE_LIMITED);
  TestHost second(hub, store, test_options(2));
  second.now = first.now + kMinute;
  hub.write(path_of("p2"), "{}");
  const Reply reply = second.sync();
  CHECK(reply.status.code() == ErrorCode::RATE_LIMITED);
  CHECK(reply.status.retry_after_ms == kHour - kMinute);
  CHECK(second.load("p2") == "{}");
  CHECK(second.list() == "p1:pending p2:synced");
  CHECK(hub.commits() == 1);
  second.now = first.now + kHour;
  CHECK(second.sync().status.ok());
  CHECK(hub.commits() == 2);
}

TEST_CASE("limits: a 503 that names a time is not tried again before it") {
  // A Hub under maintenance says so.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  hub.next_answer = failure(503, "", "maintenance");
  hub.next_answer->headers.push_back({"retry-after", "600"});
  const TimeMs failed_at = host.now;
  host.settle();
  CHECK(hub.log.size() == 1);
  const StoreStatus status = status_of(host);
  CHECK(status.phase == SyncPhase::kWaiting);
  CHECK(status.waiting_for == WaitingFor::kBackoff);
  CHECK(status.next_sync_at == failed_at + 600'000);
}

TEST_CASE("limits: a token that expires in mid-queue is renewed, and the queue goes on where it was") {
  // Nothing is committed twice and nothing lost, wherever in a sync it happens.
  size_t requests = 1;
  for (size_t at = 0; at < requests; ++at) {
    CAPTURE(at);
    ModelHub hub;
    TestStore store;
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{\"n\":1}").status.ok());
    REQUIRE(host.put("paper", "%PDF").status.ok());
    size_t seen = 0;
    host.fate = [&](const Effect& effect) {
      if (std::holds_alternative<HttpRequest>(effect.body) && seen++ == at) hub.token_valid = false;
      return Fate::kRun;
    };
    CHECK(host.sync().status.ok());
    host.fate = nullptr;
    requests = std::max(requests, seen - 1);
    CHECK(hub.commits() == 1);
    CHECK(store.keys("outbox/").empty());
    CHECK(host.tokens_refused <= 1);
    CHECK(hub.files().at(path_of("p1")).content == "{\"n\":1}");
  }
  CHECK(requests > 3);
}

TEST_CASE("limits: two exchanges that lose the same token ask for one new one") {
  // The second refusal says nothing about the token that has come since.
  ModelHub hub;
  hub.write(path_of("p1"), "{\"n\":1}");
  hub.write(path_of("p2"), "{\"n\":2}");
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.sync().status.ok());
  // Both leave with the old token. The first is refused and gets the new one before the second is refused as well.
  std::set<std::string> refused;
  hub.answer_first = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (!refused.insert(request.url).second) return std::nullopt;
    return failure(401, "", "Invalid credentials in Authorization header");
  };
  bool held = false;
  host.fate = [&](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    const bool is_second = request != nullptr && request->url.find("p2") != std::string::npos && !held;
    held = held || is_second;
    return is_second ? Fate::kHold : Fate::kRun;
  };
  const RequestId two = host.send(Load{"projects", Kind::kJson, "p2"});
  host.settle();
  REQUIRE(held);
  const RequestId one = host.send(Load{"projects", Kind::kJson, "p1"});
  host.settle();
  CHECK(host.tokens_refused == 1);
  host.release_held();
  CHECK(host.wait(one).status.ok());
  CHECK(host.wait(two).status.ok());
  CHECK(host.tokens_refused == 1);
}

TEST_CASE("limits: without a token that the Hub takes, everything waits, visibly, and resumes at once with a new one") {
  // The token function has no other, or none; and the host tells of the new one, or the function is asked again.
  const bool gone = GENERATE(false, true);
  const bool told = GENERATE(false, true);
  CAPTURE(gone, told);
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  hub.token_valid = false;
  host.token_can_be_renewed = false;
  host.has_token = !gone;
  host.advance(kMinute);
  StoreStatus status = status_of(host);
  CHECK(status.phase == SyncPhase::kSignedOut);
  CHECK(status.waiting_for == WaitingFor::kToken);
  CHECK(status.next_sync_at == 0);
  CHECK(status.pending == 1);
  CHECK(host.load("p1") == "{}");
  host.has_token = false;
  host.advance(kMinute);
  const size_t sent = hub.log.size();
  host.advance(kHour);
  CHECK(hub.log.size() == sent);  // It does not ask the Hub what it knows.

  hub.token_valid = true;
  host.has_token = true;
  if (told) host.handle(TokenChanged{true});
  host.advance(told ? 0 : kMinute);
  CHECK(hub.commits() == 1);
  status = status_of(host);
  CHECK(status.phase == SyncPhase::kIdle);
  CHECK(status.waiting_for == WaitingFor::kNothing);
  CHECK(status.pending == 0);
}

TEST_CASE("limits: signing out in mid-sync ends what is on its way, and no later request carries a token") {
  // At each request of a sync; what was not committed stays pending for whoever signs in.
  constexpr size_t kRequestsOfThisSync = 5;
  for (size_t at = 0; at < kRequestsOfThisSync; ++at) {
    CAPTURE(at);
    ModelHub hub;
    TestStore store;
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{\"n\":1}").status.ok());
    REQUIRE(host.put("paper", "%PDF").status.ok());
    size_t seen = 0, with_token_after = 0;
    bool signed_out = false;
    host.fate = [&](const Effect& effect) {
      const auto* request = std::get_if<HttpRequest>(&effect.body);
      if (request == nullptr) return Fate::kRun;
      if (signed_out && request->authorize && host.holds_token) ++with_token_after;
      return seen++ == at ? Fate::kHold : Fate::kRun;
    };
    const RequestId sync = host.send(Sync{});
    host.settle();
    host.release_held();  // It has left before the user signs out.
    signed_out = true;
    host.has_token = false;
    host.handle(TokenChanged{false});
    const Reply reply = host.wait(sync);
    host.fate = nullptr;
    CHECK(seen > at);
    CHECK(with_token_after == 0);
    const bool done = hub.commits() == 1;
    CHECK(store.keys("outbox/").size() == (done ? 0 : 2));
    if (!done) CHECK(reply.status.code() == ErrorCode::UNAUTHORIZED);
    CHECK(host.load("p1") == "{\"n\":1}");

    host.has_token = true;
    host.handle(TokenChanged{true});
    CHECK(host.sync().status.ok());
    CHECK(hub.commits() == 1);
    CHECK(store.keys("outbox/").empty());
  }
}

TEST_CASE("limits: a token function that has none any more is noticed within seconds, although the old token works") {
  // The Hub would go on taking it; the user has signed out.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.sync().status.ok());
  REQUIRE(host.save("p1", "{}").status.ok());
  host.has_token = false;
  host.now += 11'000;
  CHECK(host.sync().status.code() == ErrorCode::UNAUTHORIZED);
  CHECK_FALSE(host.holds_token);
  CHECK(hub.commits() == 0);
  CHECK(host.list() == "p1:pending");
}

TEST_CASE("limits: a token that may not write stops the sync, and says why") {
  // Asking again changes nothing; a new token, sync() or coming back to the page later does.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.fate = [&](const Effect& effect) {
    if (is_commit(effect)) hub.next_answer = failure(403, "", "You have read access but not the required permissions");
    return Fate::kRun;
  };
  host.advance(kMinute);
  StoreStatus status = status_of(host);
  CHECK(status.phase == SyncPhase::kError);
  CHECK(status.next_sync_at == 0);
  CHECK(status.pending == 1);
  REQUIRE(host.errors.size() == 1);
  CHECK(host.errors[0].code() == ErrorCode::FORBIDDEN);
  CHECK(host.errors[0].message().find("required permissions") != std::string::npos);
  const size_t sent = hub.log.size();
  host.advance(kHour);
  CHECK(hub.log.size() == sent);
  host.fate = nullptr;
  SECTION("a new token") { host.handle(TokenChanged{true}); }
  SECTION("the user comes back to the page") {
    host.handle(VisibilityChanged{false});
    host.handle(VisibilityChanged{true});
  }
  SECTION("sync()") { CHECK(host.sync().status.ok()); }
  host.settle();
  CHECK(hub.commits() == 1);
  status = status_of(host);
  CHECK(status.phase == SyncPhase::kIdle);
}

}  // namespace
}  // namespace hubstash::test
