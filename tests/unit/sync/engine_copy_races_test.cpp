// A conflict copy is used, or made again, while a sync is under way. Whatever comes between, its content is the item's,
// or a copy that the user finds.
#include "store/keys.h"
#include "support/clash.h"

namespace hubstash::test {
namespace {

const std::string kThird = R"({"id":"p1","a":3,"b":0})";
const std::string kCopy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
const Bytes kItemKey = item_key("projects", "p1"), kCopyKey = item_key("projects", kCopy);

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
  /// Device b's user chooses the copy. The item becomes what it is; then the first step that does this with the copy's
  /// record is held.
  RequestId use_copy_until(bool (*does)(const Effect&, const Bytes& key)) {
    bool saved = false;
    b.fate = [&](const Effect& effect) {
      saved = saved || writes(effect, kItemKey);
      return saved && does(effect, kCopyKey) ? Fate::kHold : Fate::kRun;
    };
    const RequestId use = b.send(ResolveCopy{"projects", Kind::kJson, kCopy, true});
    b.settle();
    b.fate = nullptr;
    REQUIRE(saved);
    REQUIRE_FALSE(b.answered(use));
    return use;
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

TEST_CASE("a copy that is used stays where the item loses once more before the copy is gone") {
  // The item has become what the copy was, and the copy is about to go. Between the two a sync finds another version on
  // the Hub; what loses to it needs no copy, for there is one.
  LaterClash clash;
  const RequestId use = clash.use_copy_until(reads);
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
  const RequestId use = clash.use_copy_until(writes);
  // The copy's deletion is let go at the moment at which the sync is about to write.
  clash.b.fate = [&](const Effect& effect) { return writes(effect, kItemKey) ? Fate::kHold : Fate::kRun; };
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

TEST_CASE("a copy that was thrown away elsewhere is made again where the same version loses once more") {
  // This device has the copy's record and bytes still, since its listing was damaged and a new one says of no file that
  // it has gone. But the Hub has none, so nobody is shown them.
  LaterClash clash;
  REQUIRE(clash.b.load(kCopy) == kOurs);
  REQUIRE(clash.b.save("p1", kOurs).status.ok());
  REQUIRE(clash.a.resolve(kCopy, false).status.ok());
  synced(clash.a);
  for (const Bytes& key : clash.phone.keys("remote/")) clash.phone.records.erase(key);
  synced(clash.b);
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
  // The device died when it had made the copy again, and another one threw the copy away meanwhile. That would be an
  // edit against a deletion, if an app knew of copies as of items.
  LaterClash clash(ConflictPolicy::kResolver);
  REQUIRE(clash.b.resolve(kCopy, true).status.ok());
  clash.b.fate = [](const Effect& effect) { return writes(effect, kItemKey) ? Fate::kCrashAfter : Fate::kRun; };
  clash.b.send(Sync{});
  clash.b.settle();
  REQUIRE(clash.b.crashed());
  REQUIRE(clash.asked == std::vector<std::string>{"p1", "p1"});
  synced(clash.a);
  REQUIRE(clash.a.resolve(kCopy, false).status.ok());
  synced(clash.a);
  TestHost again(clash.hub, clash.phone, with_policy(3, ConflictPolicy::kResolver));
  again.now = clash.b.now + 60'000;
  std::vector<std::string> asked;
  again.resolver = [&asked](const AskResolver& question) {
    asked.push_back(question.id);
    return theirs();
  };
  synced(again);
  CHECK(asked.empty());
  CHECK(again.load(kCopy) == kOurs);
  CHECK(again.copy_ids() == std::vector<std::string>{kCopy});
  CHECK(again.conflicts.empty());
  CHECK(clash.hub.content(path_of("p1")) == kThird);
  CHECK(clash.hub.content(path_of(kCopy)) == kOurs);
}

}  // namespace
}  // namespace hubstash::test
