// A tab that is frozen in its turn, overtaken, and thawed: at every step of a push, in both ways that it can be frozen;
// and in its first pull.
#include "catch.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/lease.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

/// How much of the effect that it was frozen in had still happened.
enum class Frozen : uint8_t { kBeforeEffect, kBeforeAnswer };

/// Runs the history with the holder frozen at its `step`th effect; false when its sync has fewer.
bool freeze_at(int step, Frozen frozen, bool with_locks, bool busy) {
  ModelHub hub;
  TestStore store;
  LockTable locks;
  TestHost holder(hub, store, test_options(1)), other(hub, store, test_options(2));
  if (with_locks) holder.locks = other.locks = &locks;
  REQUIRE(holder.save("p0", "{}").status.ok());
  REQUIRE(holder.sync().status.ok());
  REQUIRE(holder.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(holder.remove("p0").status.ok());
  REQUIRE(holder.put("paper", "%PDF").status.ok());

  int left = step;
  bool frozen_now = false;
  holder.fate = [&](const Effect& effect) {
    if (effect.id == 0) return Fate::kRun;
    if (frozen_now) return Fate::kHold;
    if (left-- > 0) return Fate::kRun;
    frozen_now = true;
    return frozen == Frozen::kBeforeEffect ? Fate::kHold : Fate::kHoldAnswer;
  };
  const RequestId frozen_call = holder.send(Sync{});
  holder.settle();
  if (!frozen_now) return false;

  // The other tab works on meanwhile, and syncs.
  other.now = holder.now;
  if (busy) REQUIRE(other.save("p1", "{\"n\":2}").status.ok());
  CHECK(other.sync().status.ok());
  const size_t commits = hub.commits();

  holder.now = other.now;
  holder.fate = nullptr;
  holder.release_held();
  holder.handle(Tick{});
  CHECK(holder.wait(frozen_call).status.ok());
  CHECK(other.sync().status.ok());
  // The thawed tab had nothing to add: what it was about to send had been sent.
  CHECK(hub.commits() == commits);
  CHECK(hub.commits() <= (busy ? 3 : 2));
  CHECK(other.list() == "p1:synced");
  CHECK(other.list("pdfs", Kind::kBlob) == "paper:synced");
  CHECK(other.load("p0") == "(none)");
  CHECK(other.load("p1") == (busy ? "{\"n\":2}" : "{\"n\":1}"));
  CHECK(hub.files().at(item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain)).content == other.load("p1"));
  CHECK(store.keys("outbox/").empty());
  CHECK(locks.holder == nullptr);
  return true;
}

TEST_CASE("a tab that is frozen in mid-push and overtaken does no damage when it thaws") {
  // Nothing is committed twice and nothing is lost, wherever it was frozen.
  int histories = 0;
  for (const Frozen frozen : {Frozen::kBeforeEffect, Frozen::kBeforeAnswer}) {
    for (const bool with_locks : {false, true}) {
      for (const bool busy : {false, true}) {
        bool more = true;
        for (int step = 0; more; ++step) {
          CAPTURE(step, frozen == Frozen::kBeforeAnswer, with_locks, busy);
          more = freeze_at(step, frozen, with_locks, busy);
          if (more) ++histories;
        }
      }
    }
  }
  CHECK(histories >= 8 * 15);
}

/// Two tabs of a device that knows nothing; the slow one has asked for its first listing and does not get on.
struct SlowFirstListing {
  ModelHub hub;
  TestStore store;
  TestHost slow{hub, store, test_options(1)}, other{hub, store, test_options(2)};
  RequestId load = 0;

  void begin() {
    slow.fate = [](const Effect& effect) {
      const auto* request = std::get_if<HttpRequest>(&effect.body);
      return request != nullptr && request->url.find("/tree/") != std::string::npos ? Fate::kHoldAnswer : Fate::kRun;
    };
    load = slow.send(Load{"projects", Kind::kJson, "p0"});
    slow.settle();
    REQUIRE_FALSE(slow.answered(load));
  }
  void clear_elsewhere() { REQUIRE(other.call(ClearLocal{false}).status.ok()); }
  void delete_elsewhere() {
    REQUIRE(other.load("p0") == "{}");
    REQUIRE(other.remove("p0").status.ok());
    REQUIRE(other.sync().status.ok());
  }
  void end() {
    slow.fate = nullptr;
    slow.release_held();
    slow.wait(load);
  }

  bool shows_nothing_in_the_end() {
    end();
    return slow.load("p0") == "(none)" && slow.list().empty();
  }

  SlowFirstListing() { hub.write(item_path("", "projects", Kind::kJson, "p0", Encoding::kPlain), "{}"); }
};

TEST_CASE("a first listing that comes after another tab has cleared the device is not stored") {
  // It knows of no head, and there is none; but in between the other tab deleted what is listed in it.
  SlowFirstListing tabs;
  const bool cleared_before = GENERATE(false, true);
  CAPTURE(cleared_before);
  // Cleared twice, the device also looks before and after as if it had never been anybody's.
  if (cleared_before) tabs.clear_elsewhere();
  tabs.begin();
  if (cleared_before) tabs.clear_elsewhere();
  tabs.delete_elsewhere();
  tabs.clear_elsewhere();
  CHECK(tabs.shows_nothing_in_the_end());
}

TEST_CASE("a first listing that comes after another tab's is not stored, though that was forgotten again") {
  // A damaged folder takes the head with it; the older listing must not come in its place.
  SlowFirstListing tabs;
  tabs.begin();
  tabs.delete_elsewhere();
  tabs.store.records.erase(Bytes(kHeadKey));
  CHECK(tabs.shows_nothing_in_the_end());
}

TEST_CASE("two tabs that begin their first listing at once both get on") {
  SlowFirstListing tabs;
  tabs.begin();
  REQUIRE(tabs.other.load("p0") == "{}");
  tabs.end();
  CHECK(tabs.slow.load("p0") == "{}");
}

}  // namespace
}  // namespace hubstash::test
