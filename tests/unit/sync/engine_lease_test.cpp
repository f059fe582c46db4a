// Several tabs of one device: one syncs at a time, and gives its turn back however it ends.
#include "base/codec.h"
#include "base/crc32.h"
#include "catch.h"
#include "hub/layout.h"
#include "store/lease.h"
#include "store/record.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_commit(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->url.find("/commit/") != std::string::npos;
}

bool is_upload(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->method == "PUT";
}

Fate hold_commits(const Effect& effect) { return is_commit(effect) ? Fate::kHold : Fate::kRun; }

Lease lease_of(const TestStore& store) {
  const auto record = store.records.find(Bytes(kLeaseKey));
  REQUIRE(record != store.records.end());
  const Result<Lease> lease = open_lease(record->second);
  REQUIRE(lease);
  return *lease;
}

/// Two tabs of one device, in a browser with locks or without.
struct Tabs {
  ModelHub hub;
  TestStore store;
  LockTable locks;
  TestHost a{hub, store, test_options(1)}, b{hub, store, test_options(2)};

  explicit Tabs(bool with_locks = false) {
    if (with_locks) a.locks = b.locks = &locks;
    // The dataset is known, so that a sync begins with what it is about.
    REQUIRE(a.sync().status.ok());
  }
  /// Both clocks show the same.
  void meet() { a.now = b.now = std::max(a.now, b.now); }
};

TEST_CASE("a tab that was killed in its turn is overtaken: at once with locks, else when its lease has run out") {
  // Its commit had landed, so the other tab has only to find that out.
  for (const bool with_locks : {true, false}) {
    CAPTURE(with_locks);
    Tabs tabs(with_locks);
    REQUIRE(tabs.a.save("p1", "{}").status.ok());
    tabs.a.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kCrashAfter : Fate::kRun; };
    tabs.a.sync();
    REQUIRE(tabs.a.crashed());
    tabs.meet();
    const TimeMs began = tabs.b.now;
    CHECK(tabs.b.sync().status.ok());
    CHECK((tabs.b.now == began) == with_locks);
    CHECK(tabs.b.now <= began + kLeaseMs);
    CHECK(tabs.hub.commits() == 1);
    CHECK(tabs.b.list() == "p1:synced");
  }
}

TEST_CASE("two tabs that call sync() at once take turns") {
  // Each effect of one runs between two of the other. Every change is committed once, and both calls resolve.
  for (const bool with_locks : {true, false}) {
    CAPTURE(with_locks);
    Tabs tabs(with_locks);
    REQUIRE(tabs.a.save("p1", "{}").status.ok());
    REQUIRE(tabs.b.save("p2", "{}").status.ok());
    tabs.meet();
    TestHost* const both[] = {&tabs.a, &tabs.b};
    int committing = 0, most = 0;
    for (TestHost* tab : both) {
      tab->fate = [](const Effect& effect) { return effect.id != 0 ? Fate::kHold : Fate::kRun; };
    }
    const RequestId calls[] = {tabs.a.send(Sync{}), tabs.b.send(Sync{})};
    tabs.hub.before_commit = [&] { most = std::max(most, ++committing); };
    for (int step = 0; step < 1'000; ++step) {
      for (TestHost* tab : both) {
        tab->release_held();
        tab->now += 5;
        tab->handle(Tick{});
        tab->settle();
      }
    }
    for (TestHost* tab : both) tab->fate = nullptr;
    CHECK(tabs.a.wait(calls[0]).status.ok());
    CHECK(tabs.b.wait(calls[1]).status.ok());
    CHECK(most == 1);
    CHECK(tabs.hub.commits() == 1);
    CHECK(tabs.a.list() == "p1:synced p2:synced");
  }
}

TEST_CASE("sync() waits for its turn, and takes along what was pending when it was called") {
  // The other tab is past the point where it looked.
  Tabs tabs;
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.fate = hold_commits;
  const RequestId first = tabs.a.send(Sync{});
  tabs.a.settle();
  tabs.meet();
  REQUIRE(tabs.b.save("p2", "{}").status.ok());
  const RequestId second = tabs.b.send(Sync{});
  tabs.b.advance(5'000);
  CHECK_FALSE(tabs.b.answered(second));
  tabs.meet();
  tabs.a.fate = nullptr;
  tabs.a.release_held();
  CHECK(tabs.a.wait(first).status.ok());
  CHECK(tabs.b.wait(second).status.ok());
  CHECK(tabs.b.list() == "p1:synced p2:synced");
}

TEST_CASE("a sync() that waits for its turn can be cancelled") {
  // And leaves the holder alone.
  Tabs tabs(true);
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.fate = hold_commits;
  const RequestId first = tabs.a.send(Sync{});
  tabs.a.settle();
  tabs.meet();
  const RequestId second = tabs.b.send(Sync{});
  tabs.b.advance(1'000);
  tabs.b.cancel(second);
  CHECK(tabs.b.wait(second).status.code() == ErrorCode::ABORTED);
  CHECK(lease_of(tabs.store).until > tabs.b.now);
  CHECK(tabs.locks.holder == &tabs.a);
  tabs.a.fate = nullptr;
  tabs.a.release_held();
  CHECK(tabs.a.wait(first).status.ok());
}

TEST_CASE("a background run that finds another tab at work is put off: no error, no busy loop") {
  // The holder renews its lease for five minutes; the other tab looks once for each.
  Tabs tabs;
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.fate = hold_commits;
  const RequestId first = tabs.a.send(Sync{});
  tabs.a.settle();
  Options options = test_options(3);
  options.auto_sync = true;
  TestHost background(tabs.hub, tabs.store, options);
  background.now = tabs.a.now;
  const size_t asked = tabs.hub.log.size();
  const uint32_t before = tabs.store.transactions;
  for (int second = 0; second < 300; ++second) {
    tabs.a.advance(1'000);
    background.advance(1'000);
  }
  CHECK(tabs.hub.log.size() == asked);
  CHECK(background.errors.empty());
  // 30 renewals, and a look each time that the lease as it was read then has ended.
  CHECK(tabs.store.transactions - before < 100);
  background.advance(1'000);
  REQUIRE_FALSE(background.statuses.empty());
  CHECK(background.statuses.back().phase == SyncPhase::kWaiting);
  tabs.a.fate = nullptr;
  tabs.a.release_held();
  CHECK(tabs.a.wait(first).status.ok());
  background.advance(kLeaseMs);
  CHECK(tabs.hub.log.size() > asked);
  CHECK(tabs.hub.commits() == 1);
}

TEST_CASE("a lease is renewed during a long upload, and nobody overtakes it") {
  // A large PDF on a slow line takes longer than a lease lasts.
  Tabs tabs;
  REQUIRE(tabs.a.put("paper", "%PDF").status.ok());
  tabs.a.fate = [](const Effect& effect) { return is_upload(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId first = tabs.a.send(Sync{});
  tabs.a.settle();
  const uint64_t fence = lease_of(tabs.store).fence;
  tabs.meet();
  const RequestId second = tabs.b.send(Sync{});
  for (int seconds = 0; seconds < 200; ++seconds) {
    tabs.a.advance(1'000);
    tabs.b.advance(1'000);
    const Lease lease = lease_of(tabs.store);
    CAPTURE(seconds, lease.until - tabs.a.now, lease.fence);
    REQUIRE(lease_in_force(lease, tabs.a.now));
  }
  CHECK(lease_of(tabs.store).fence == fence);
  CHECK_FALSE(tabs.b.answered(second));
  tabs.a.fate = nullptr;
  tabs.a.release_held();
  CHECK(tabs.a.wait(first).status.ok());
  CHECK(tabs.hub.commits() == 1);
  tabs.meet();
  CHECK(tabs.b.wait(second).status.ok());
}

TEST_CASE("the turn is given back after success, failure, cancelling and closing") {
  // Otherwise the next tab would wait for nothing.
  for (const bool with_locks : {true, false}) {
    for (const std::string end : {"success", "failure", "cancel", "close"}) {
      CAPTURE(with_locks, end);
      Tabs tabs(with_locks);
      REQUIRE(tabs.a.save("p1", "{}").status.ok());
      tabs.a.fate = end == "success" || end == "failure" ? std::function<Fate(const Effect&)>() : hold_commits;
      if (end == "failure") tabs.hub.offline = true;
      const RequestId sync = tabs.a.send(Sync{});
      if (end == "cancel" || end == "close") tabs.a.settle();
      if (end == "cancel") tabs.a.cancel(sync);
      if (end == "close") CHECK(tabs.a.call(Close{}).status.ok());
      CHECK(tabs.a.wait(sync).status.ok() == (end == "success"));
      tabs.a.settle();
      CHECK(lease_of(tabs.store).until == 0);
      CHECK(tabs.locks.holder == nullptr);
      tabs.hub.offline = false;
      tabs.meet();
      const TimeMs began = tabs.b.now;
      CHECK(tabs.b.sync().status.ok());
      CHECK(tabs.b.now == began);
      CHECK(tabs.b.list() == "p1:synced");
    }
  }
}

TEST_CASE("a lock that comes after its run was cancelled is dropped") {
  // Else this tab would keep the others from it for as long as it lives.
  Tabs tabs(true);
  tabs.a.fate = [](const Effect& effect) {
    return std::holds_alternative<TryLock>(effect.body) ? Fate::kHoldAnswer : Fate::kRun;
  };
  const RequestId sync = tabs.a.send(Sync{});
  tabs.a.settle();
  CHECK(tabs.locks.holder == &tabs.a);
  tabs.a.cancel(sync);
  tabs.a.release_held();
  tabs.a.settle();
  CHECK(tabs.locks.holder == nullptr);
  CHECK(lease_of(tabs.store).until == 0);
}

TEST_CASE("a lease from a clock that was set back since is not believed") {
  // The dead tab's lease would last another hour.
  Tabs tabs;
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.now += 3'600'000;
  tabs.a.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kCrashBefore : Fate::kRun; };
  tabs.a.sync();
  REQUIRE(tabs.a.crashed());
  const TimeMs began = tabs.b.now;
  CHECK(tabs.b.sync().status.ok());
  CHECK(tabs.b.now == began);
  CHECK(tabs.hub.commits() == 1);
}

TEST_CASE("a clock that is set back while a tab waits does not make it wait longer") {
  // Its timer was set by the old clock.
  Tabs tabs;
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kCrashBefore : Fate::kRun; };
  tabs.a.sync();
  tabs.b.now = tabs.a.now;
  const RequestId sync = tabs.b.send(Sync{});
  tabs.b.advance(1'000);
  REQUIRE_FALSE(tabs.b.answered(sync));
  tabs.b.now -= 3'600'000;
  tabs.b.handle(Tick{});
  const TimeMs began = tabs.b.now;
  CHECK(tabs.b.wait(sync).status.ok());
  CHECK(tabs.b.now <= began + kLeaseMs);
  CHECK(tabs.hub.files().count(path_of("p1")) == 1);
}

TEST_CASE("a live holder without a lock is not overtaken by one with a lock") {
  // Its frame may have been refused the lock that this one has.
  Tabs tabs;
  tabs.b.locks = &tabs.locks;
  REQUIRE(tabs.a.save("p1", "{}").status.ok());
  tabs.a.fate = hold_commits;
  const RequestId first = tabs.a.send(Sync{});
  tabs.a.settle();
  tabs.meet();
  const RequestId second = tabs.b.send(Sync{});
  tabs.b.advance(5'000);
  CHECK_FALSE(tabs.b.answered(second));
  tabs.a.fate = nullptr;
  tabs.a.release_held();
  CHECK(tabs.a.wait(first).status.ok());
  CHECK(tabs.b.wait(second).status.ok());
  CHECK(tabs.locks.holder == nullptr);
}

TEST_CASE("a damaged lease is nobody's; one of a newer hubstash is left alone") {
  // The first must not stop syncing for ever, the second must not be undone.
  Tabs tabs;
  Bytes& record = tabs.store.records.at(Bytes(kLeaseKey));
  record.back() = static_cast<char>(record.back() ^ 1);
  CHECK(tabs.b.sync().status.ok());
  CHECK(lease_of(tabs.store).until == 0);
  Bytes& newer = tabs.store.records.at(Bytes(kLeaseKey));
  newer[3] = static_cast<char>(kRecordVersion + 1);
  Encoder sum;
  sum.u32(crc32(newer.substr(0, 20) + newer.substr(kRecordHeadBytes)));
  newer.replace(20, 4, sum.take());
  CHECK(tabs.b.sync().status.code() == ErrorCode::NEWER_FORMAT);
}

}  // namespace
}  // namespace hubstash::test
