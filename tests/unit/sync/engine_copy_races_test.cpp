// A conflict copy is used, or made again, while a sync is under way. Whatever comes between, its content is the item's,
// or a copy that the user finds.
#include <algorithm>

#include "store/keys.h"
#include "support/clash.h"

namespace hubstash::test {
namespace {

const std::string kThird = R"({"id":"p1","a":3,"b":0})";
const std::string kCopy = make_copy_id("p1", Side::kLocal, sha256(kOurs));

Decide theirs() {
  Decide decision;
  decision.choice = Choice::kRemote;
  return decision;
}

/// `b` has lost the conflict and has seen theirs; `a` has saved a third version since, of which b knows nothing.
struct LaterClash : Clash {
  std::vector<std::string> asked;  ///< What b's resolver, which lets theirs win, was asked about.
  explicit LaterClash(ConflictPolicy policy = ConflictPolicy::kKeepBoth) : Clash(policy) {
    b.resolver = [this](const AskResolver& question) {
      asked.push_back(question.id);
      return theirs();
    };
    synced(b);
    REQUIRE(b.copy_ids() == std::vector<std::string>{kCopy});
    REQUIRE(b.load("p1") == kTheirs);
    synced(a);
    REQUIRE(a.save("p1", kThird).status.ok());
    synced(a);
    b.advance(1'000);
  }
  /// The third version is the item, and the one that b chose lies in the one copy.
  void check_that_copy_is_kept() {
    synced(b);
    CHECK(hub.content(path_of("p1")) == kThird);
    CHECK(b.load("p1") == kThird);
    CHECK(b.copy_ids() == std::vector<std::string>{kCopy});
    CHECK(b.load(kCopy) == kOurs);
    synced(a);
    CHECK(a.load(kCopy) == kOurs);
  }
};

bool reads(const Effect& effect, const Bytes& key) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  return tx != nullptr && std::find(tx->gets.begin(), tx->gets.end(), key) != tx->gets.end();
}

bool writes(const Effect& effect, const Bytes& key) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  if (tx == nullptr) return false;
  return std::any_of(tx->puts.begin(), tx->puts.end(), [&key](const Put& put) { return put.key == key; });
}

TEST_CASE("a copy that is used stays where the item loses once more before the copy is gone") {
  // The item has become what the copy was, and the copy is about to go. Between the two a sync finds another version on
  // the Hub; what loses to it needs no copy, for there is one.
  LaterClash clash;
  const Bytes item = item_key("projects", "p1"), copy = item_key("projects", kCopy);
  bool saved = false;
  clash.b.fate = [&](const Effect& effect) {
    saved = saved || writes(effect, item);
    return saved && reads(effect, copy) ? Fate::kHold : Fate::kRun;
  };
  const RequestId use = clash.b.send(ResolveCopy{"projects", Kind::kJson, kCopy, true});
  clash.b.settle();
  REQUIRE(saved);
  REQUIRE_FALSE(clash.b.answered(use));
  clash.b.fate = nullptr;
  synced(clash.b);
  REQUIRE(clash.b.conflicts.size() == 2);
  clash.b.release_held();
  CHECK(clash.b.wait(use).status.ok());
  clash.check_that_copy_is_kept();
}

TEST_CASE("a copy that is used stays where the item loses once more while the copy goes") {
  // As before; the sync has looked for the copy when it was still there, and writes down that the item has lost after
  // it has gone.
  LaterClash clash;
  const Bytes item = item_key("projects", "p1"), copy = item_key("projects", kCopy);
  bool saved = false;
  clash.b.fate = [&](const Effect& effect) {
    saved = saved || writes(effect, item);
    return saved && writes(effect, copy) ? Fate::kHold : Fate::kRun;
  };
  const RequestId use = clash.b.send(ResolveCopy{"projects", Kind::kJson, kCopy, true});
  clash.b.settle();
  REQUIRE(saved);
  REQUIRE_FALSE(clash.b.answered(use));
  // The copy's deletion is let go at the moment at which the sync is about to write.
  clash.b.fate = [&](const Effect& effect) { return writes(effect, item) ? Fate::kHold : Fate::kRun; };
  const RequestId sync = clash.b.send(Sync{});
  clash.b.settle();
  REQUIRE_FALSE(clash.b.answered(sync));
  clash.b.fate = nullptr;
  clash.b.release_held();
  CHECK(clash.b.wait(use).status.ok());
  clash.b.wait(sync);
  clash.check_that_copy_is_kept();
}

TEST_CASE("a copy that is made again is not deleted by the sync that makes it") {
  // Its deletion and the item's conflict come in one push, and the conflict makes the copy again.
  LaterClash clash;
  REQUIRE(clash.b.resolve(kCopy, true).status.ok());
  const size_t commits = clash.hub.commits();
  synced(clash.b);
  CHECK(clash.hub.commits() == commits);
  clash.check_that_copy_is_kept();
}

TEST_CASE("a save over a deletion that is on its way is no conflict with it") {
  // The deletion is this device's own. Its resolver has nothing to decide, and might decide for the deletion.
  Clash clash(ConflictPolicy::kResolver);
  clash.b.resolver = [](const AskResolver&) { return theirs(); };
  synced(clash.b);
  REQUIRE(clash.b.load("p1") == kTheirs);
  const size_t conflicts = clash.b.conflicts.size();
  REQUIRE(clash.b.remove("p1").status.ok());
  clash.b.fate = [](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    return request != nullptr && request->url.find("/commit/") != std::string::npos ? Fate::kHoldAnswer : Fate::kRun;
  };
  const RequestId sync = clash.b.send(Sync{});
  clash.b.settle();
  REQUIRE_FALSE(clash.b.answered(sync));
  clash.b.fate = nullptr;
  REQUIRE(clash.b.save("p1", kThird).status.ok());
  clash.b.release_held();
  CHECK(clash.b.wait(sync).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == kThird);
  CHECK(clash.b.load("p1") == kThird);
  CHECK(clash.b.conflicts.size() == conflicts);
}

TEST_CASE("a resolver is not asked about conflict copies") {
  // Another device has thrown the copy away while this one makes it again; an app knows nothing to say about it.
  LaterClash clash(ConflictPolicy::kResolver);
  REQUIRE(clash.b.resolve(kCopy, true).status.ok());
  synced(clash.a);
  REQUIRE(clash.a.resolve(kCopy, false).status.ok());
  synced(clash.a);
  synced(clash.b);
  CHECK(clash.asked == std::vector<std::string>{"p1", "p1"});
  clash.check_that_copy_is_kept();
}

}  // namespace
}  // namespace hubstash::test
