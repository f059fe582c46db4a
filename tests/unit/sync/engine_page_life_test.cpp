// The page's life as the engine sees it: when it syncs while pages come, hide, sleep and go, and what the status says
// at each point. "synced" promises that closing the page loses nothing, even if the device is lost.
#include "catch.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kDayMs = 24 * 3'600'000;

Options automatic() {
  Options options = test_options();
  options.auto_sync = true;
  return options;
}

bool is_http(const Effect& effect) { return std::holds_alternative<HttpRequest>(effect.body); }

bool is_commit(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->url.find("/commit/") != std::string::npos;
}

bool is_write(const Effect& effect) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  return tx != nullptr && !tx->puts.empty();
}

StoreStatus status_of(TestHost& host) { return std::get<StoreStatus>(host.call(GetStatus{}).value); }

RequestId begin_save(TestHost& host) { return host.send(SaveDocuments{"projects", {{"p1", 2}}, "{}"}); }

TEST_CASE("page life: an empty outbox is synced before the Hub was asked, and is told right after open") {
  // What an earlier page had pushed is on the Hub, whether or not this page ever reaches it.
  ModelHub hub;
  hub.offline = true;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(50);
  REQUIRE_FALSE(host.statuses.empty());
  CHECK(host.statuses.front().synced);
  CHECK(status_of(host).synced);
  CHECK(status_of(host).last_sync_at == 0);
}

TEST_CASE("page life: nothing is synced from the call of a save until the Hub has confirmed its commit") {
  // Each point at which closing the page, or losing the device, would lose the save.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  CHECK(status_of(host).synced);

  host.fate = [](const Effect& effect) { return is_write(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId save = begin_save(host);
  host.advance(300);
  CHECK_FALSE(host.answered(save));
  CHECK_FALSE(status_of(host).synced);
  CHECK_FALSE(host.statuses.back().synced);

  host.release_held();
  host.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kHold : Fate::kRun; };
  REQUIRE(host.wait(save).status.ok());
  const StoreStatus saved = status_of(host);
  CHECK_FALSE(saved.synced);
  CHECK(saved.pending == 1);
  CHECK(saved.pending_bytes == 2);
  CHECK(saved.next_sync_at == host.now + automatic().idle_ms);
  CHECK(saved.waiting_for == WaitingFor::kIdle);

  host.advance(automatic().idle_ms + 1'000);
  const StoreStatus committing = status_of(host);
  CHECK(committing.phase == SyncPhase::kCommitting);
  CHECK(committing.pending == 1);
  CHECK_FALSE(committing.synced);

  host.fate = nullptr;
  host.release_held();
  host.advance(1'000);
  CHECK(hub.commits() == 1);
  CHECK(status_of(host).synced);
  CHECK(host.statuses.back().synced);
}

TEST_CASE("page life: a commit whose reply was lost is not synced until it has been found on the Hub") {
  // It landed, but nobody knows.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  bool landed = false;
  hub.next_commit = ModelHub::CommitFault::kReplyLost;
  host.fate = [&](const Effect& effect) {
    landed = landed || hub.commits() == 1;
    return landed && is_http(effect) ? Fate::kHold : Fate::kRun;
  };
  host.advance(automatic().idle_ms + 5'000);
  REQUIRE(landed);
  CHECK_FALSE(status_of(host).synced);
  host.fate = nullptr;
  host.release_held();
  host.advance(60'000);
  CHECK(status_of(host).synced);
  CHECK(hub.commits() == 1);
}

TEST_CASE("page life: a save that ends during the look at the outbox makes the status cautious, and it is told again") {
  // The store answers in any order: the look may have missed the row.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.settle();
  host.fate = [](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    return tx != nullptr && !tx->scans.empty() ? Fate::kHold : Fate::kRun;
  };
  const RequestId early = host.send(GetStatus{});
  host.settle();
  REQUIRE(host.save("p1", "{}").status.ok());
  store.records.erase(store.keys("outbox/").at(0));  // What a look before the save would not have found.
  host.fate = nullptr;
  host.release_held();
  CHECK_FALSE(std::get<StoreStatus>(host.wait(early).value).synced);
}

TEST_CASE("page life: a local store is never synced, and nothing in it waits") {
  // Losing the device loses everything, and there is no Hub that anything could wait for.
  ModelHub hub;
  TestStore store;
  Options options = automatic();
  options.mode = Mode::kLocal;
  TestHost host(hub, store, options);
  CHECK_FALSE(status_of(host).synced);
  REQUIRE(host.save("p1", "{}").status.ok());
  const StoreStatus status = status_of(host);
  CHECK_FALSE(status.synced);
  CHECK(status.pending == 0);
  CHECK(status.phase == SyncPhase::kIdle);
  CHECK(status.next_sync_at == 0);
  CHECK(status.waiting_for == WaitingFor::kNothing);
}

TEST_CASE("page life: offline, signed out and refused stores say so, with when and why they wait") {
  // An app shows this to its user.
  struct Case {
    const char* name;
    void (*spoil)(ModelHub&, TestHost&);
    SyncPhase phase;
    WaitingFor waiting_for;
  };
  const Case cases[] = {
      {"offline", [](ModelHub& hub, TestHost&) { hub.offline = true; }, SyncPhase::kOffline, WaitingFor::kNetwork},
      {"signed out", [](ModelHub& hub, TestHost& host) { hub.token_valid = host.has_token = false; },
       SyncPhase::kSignedOut, WaitingFor::kToken},
      {"public", [](ModelHub& hub, TestHost&) { hub.is_private = false; }, SyncPhase::kError, WaitingFor::kBackoff},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    ModelHub hub;
    TestStore store;
    TestHost host(hub, store, automatic());
    one.spoil(hub, host);
    host.settle();
    REQUIRE(host.save("p1", "{}").status.ok());
    host.advance(100'000);
    const StoreStatus status = status_of(host);
    CHECK(status.phase == one.phase);
    CHECK(status.waiting_for == one.waiting_for);
    CHECK((status.next_sync_at != 0) == (one.waiting_for != WaitingFor::kToken));
    CHECK(status.pending == 1);
    CHECK_FALSE(status.synced);
  }
}

TEST_CASE("page life: what an earlier page left is told at once and synced at open") {
  // The deadline died with the page; the outbox did not.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store, automatic());
    host.advance(1'000);
    REQUIRE(host.save("p1", "{}").status.ok());
    host.crash();
  }
  TestHost host(hub, store, automatic());
  const StoreStatus opened = status_of(host);
  CHECK(opened.pending == 1);
  CHECK_FALSE(opened.synced);
  host.advance(1'000);
  CHECK(hub.commits() == 1);
  CHECK(status_of(host).synced);
}

TEST_CASE("page life: what an earlier page left stays due when a sync of it comes to nothing") {
  // The one at open fails, the app gives up its own, and nothing new is saved.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{}").status.ok());
  }
  hub.offline = true;
  TestHost host(hub, store, automatic());
  host.advance(20'000);
  CHECK(status_of(host).waiting_for == WaitingFor::kNetwork);
  host.fate = [](const Effect& effect) { return is_http(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId sync = host.send(Sync{});
  host.settle();
  host.cancel(sync);
  CHECK(host.wait(sync).status.code() == ErrorCode::ABORTED);
  CHECK(status_of(host).next_sync_at != 0);
  hub.offline = false;
  host.fate = nullptr;
  host.advance(400'000);
  CHECK(hub.commits() == 1);
}

TEST_CASE("page life: a page that is hidden starts the push in the same event") {
  // It may be frozen or killed right after it.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  const size_t before = hub.log.size();
  host.handle(VisibilityChanged{false});
  host.settle();
  CHECK(hub.log.size() > before);
  CHECK(hub.commits() == 1);
}

TEST_CASE("page life: a save that ends while a hidden page syncs is synced right after it") {
  // The run under way may have read the outbox already.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kHold : Fate::kRun; };
  host.handle(VisibilityChanged{false});
  host.settle();
  REQUIRE(host.save("p2", "{}").status.ok());
  host.fate = nullptr;
  host.release_held();
  host.settle();
  CHECK(hub.commits() == 2);
  CHECK(status_of(host).synced);
}

TEST_CASE("page life: after a sleep of hours the first event of any kind syncs") {
  // Timers stood still, so the tick is late; or the page is shown before it.
  for (const bool ticks : {true, false}) {
    CAPTURE(ticks);
    ModelHub hub;
    TestStore store;
    TestHost host(hub, store, automatic());
    host.advance(1'000);
    REQUIRE(host.save("p1", "{}").status.ok());
    host.settle();
    host.now += 8 * 3'600'000;
    host.handle(ticks ? Event(Tick{}) : Event(VisibilityChanged{true}));
    host.settle();
    CHECK(hub.commits() == 1);
  }
}

TEST_CASE("page life: a clock that is set back postpones nothing") {
  // What was due in 30 s is due in 30 s, not tomorrow; nor does a status wait until then.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, automatic());
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.settle();
  host.now -= kDayMs;
  host.handle(Tick{});
  CHECK(host.engine().next_deadline() <= host.now + automatic().idle_ms);
  host.advance(automatic().idle_ms + 1'000);
  CHECK(hub.commits() == 1);
  CHECK(host.statuses.back().synced);
}

TEST_CASE("page life: a clock that is set back during a pause between two tries does not stretch it") {
  // A sync that waits for a day looks like one that hangs.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", "{}").status.ok());
  hub.offline = true;
  const RequestId sync = host.send(Sync{});
  host.settle();
  REQUIRE_FALSE(host.answered(sync));
  hub.offline = false;
  host.now -= kDayMs;
  host.handle(Tick{});
  host.advance(60'000);
  CHECK(host.answered(sync));
  CHECK(hub.commits() == 1);
}

TEST_CASE("page life: the app's own idleMs and maxWaitMs decide") {
  // Both ends of the wait, on the clock.
  ModelHub hub;
  TestStore store;
  Options options = automatic();
  options.idle_ms = 2'000;
  options.max_wait_ms = 5'000;
  TestHost host(hub, store, options);
  host.advance(1'000);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.advance(1'900);
  CHECK(hub.commits() == 0);
  host.advance(200);
  CHECK(hub.commits() == 1);
  for (int i = 0; i < 6; ++i) {
    REQUIRE(host.save("p1", "{\"n\":" + std::to_string(i) + "}").status.ok());
    host.advance(1'000);
  }
  CHECK(hub.commits() == 2);
}

TEST_CASE("page life: close and reopen: what was pending is pending, what was synced is synced") {
  // With auto off nothing else would ever tell.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{}").status.ok());
    REQUIRE(host.call(Close{}).status.ok());
  }
  {
    TestHost host(hub, store);
    CHECK_FALSE(status_of(host).synced);
    CHECK(status_of(host).pending == 1);
    CHECK(status_of(host).next_sync_at == 0);
    REQUIRE(host.sync().status.ok());
    REQUIRE(host.call(Close{}).status.ok());
  }
  hub.offline = true;
  TestHost host(hub, store);
  CHECK(status_of(host).synced);
  CHECK(status_of(host).pending == 0);
}

}  // namespace
}  // namespace hubstash::test
