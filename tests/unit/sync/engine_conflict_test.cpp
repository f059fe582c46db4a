// Two devices change the same items. Nothing that anybody wrote may be lost without a word.
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

SyncReport synced(TestHost& host) {
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

/// Two devices that both have "p1" as {"n":0}.
struct Pair {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a{hub, laptop, test_options(1)}, b{hub, phone, test_options(2)};
  Pair() {
    REQUIRE(a.save("p1", "{\"n\":0}").status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.load("p1") == "{\"n\":0}");
  }
};

TEST_CASE("conflict: the other items of the same sync go through") {
  // One conflict must not hold up everything else.
  Pair pair;
  REQUIRE(pair.a.save("p1", "{\"n\":1}").status.ok());
  synced(pair.a);
  REQUIRE(pair.b.save("p1", "{\"n\":2}").status.ok());
  REQUIRE(pair.b.save("p2", "{}").status.ok());
  const SyncReport report = synced(pair.b);
  CHECK(report.conflicts == 1);
  CHECK(report.pushed == 2);  // The other item, and the copy of this device's version.
  CHECK(pair.hub.files().count(path_of("p2")) == 1);
}

TEST_CASE("the same content made on both sides is no conflict") {
  // Equal content has the same id in git: there is nothing to decide, and nothing to commit.
  Pair pair;
  REQUIRE(pair.a.save("p2", "{\"same\":1}").status.ok());
  REQUIRE(pair.b.save("p2", "{\"same\":1}").status.ok());
  synced(pair.a);
  const size_t commits = pair.hub.commits();
  CHECK(synced(pair.b).conflicts == 0);
  CHECK(pair.hub.commits() == commits);
  CHECK(pair.b.list() == "p1:synced p2:synced");
}

TEST_CASE("the same id made on both sides with other content is a conflict") {
  // Neither has seen the other's.
  Pair pair;
  REQUIRE(pair.a.save("p2", "{\"n\":1}").status.ok());
  REQUIRE(pair.b.save("p2", "{\"n\":2}").status.ok());
  synced(pair.a);
  CHECK(synced(pair.b).conflicts == 1);
  CHECK(pair.hub.files().at(path_of("p2")).content == "{\"n\":1}");
}

TEST_CASE("an edit here beats a deletion there") {
  // What was deleted can be deleted again; what was written cannot be written again.
  Pair pair;
  REQUIRE(pair.a.remove("p1").status.ok());
  synced(pair.a);
  REQUIRE(pair.b.save("p1", "{\"n\":2}").status.ok());
  CHECK(synced(pair.b).pushed == 1);
  CHECK(pair.hub.files().at(path_of("p1")).content == "{\"n\":2}");
  synced(pair.a);
  CHECK(pair.a.load("p1") == "{\"n\":2}");
}

TEST_CASE("an edit there beats a deletion here") {
  // The item comes back on the device that deleted it, and the app hears of it.
  Pair pair;
  REQUIRE(pair.a.save("p1", "{\"n\":1}").status.ok());
  synced(pair.a);
  REQUIRE(pair.b.remove("p1").status.ok());
  pair.b.changes.clear();
  const SyncReport report = synced(pair.b);
  CHECK(report.conflicts == 1);
  CHECK(pair.b.copies().empty());
  CHECK(pair.hub.files().at(path_of("p1")).content == "{\"n\":1}");
  CHECK(pair.b.load("p1") == "{\"n\":1}");
  CHECK(pair.phone.keys("outbox/").empty());
  CHECK_FALSE(pair.b.changes.empty());
}

TEST_CASE("deleted on both sides is deleted") {
  // The second deletion finds nothing left to do; a commit of it would fail.
  Pair pair;
  REQUIRE(pair.a.remove("p1").status.ok());
  REQUIRE(pair.b.remove("p1").status.ok());
  synced(pair.a);
  synced(pair.b);
  CHECK(pair.b.load("p1") == "(none)");
  CHECK(pair.phone.keys("outbox/").empty());
  CHECK(pair.phone.keys("meta/").empty());
}

TEST_CASE("a merge that the Hub has already is not committed") {
  // The other device has changed what this one did, in the same way, and more, and another program has spelled it.
  Pair pair;
  REQUIRE(pair.a.save("p1", R"({"id":"p1","a":0,"b":0})").status.ok());
  synced(pair.a);
  synced(pair.b);
  REQUIRE(pair.b.load("p1") == R"({"id":"p1","a":0,"b":0})");
  REQUIRE(pair.b.save("p1", R"({"id":"p1","a":1,"b":0})").status.ok());
  const Bytes theirs = R"({ "b": 1, "a": 1, "id": "p1" })";
  pair.hub.write(path_of("p1"), theirs);
  const size_t commits = pair.hub.commits();
  const SyncReport report = synced(pair.b);
  CHECK(report.conflicts == 1);
  CHECK(report.pushed == 0);
  CHECK(pair.hub.commits() == commits);
  CHECK(pair.hub.content(path_of("p1")) == theirs);
  CHECK(pair.b.load("p1") == theirs);
  CHECK(pair.b.copies().empty());
  CHECK(pair.b.list() == "p1:synced");
}

TEST_CASE("a race for the branch is run again") {
  // Somebody commits between our look at the head and our commit: 412, a pull, and the commit again on top.
  Pair pair;
  REQUIRE(pair.a.save("p2", "{}").status.ok());
  pair.hub.before_commit = [&] { pair.hub.write(path_of("p3"), "{\"theirs\":1}"); };
  const SyncReport report = synced(pair.a);
  CHECK(report.pushed == 1);
  CHECK(report.pulled == 1);
  CHECK(pair.hub.files().count(path_of("p2")) == 1);
  CHECK(pair.hub.files().count(path_of("p3")) == 1);
  CHECK(pair.a.load("p3") == "{\"theirs\":1}");
}

TEST_CASE("a race for the same item is a conflict") {
  // The other's version arrives exactly while ours is on its way.
  Pair pair;
  REQUIRE(pair.a.save("p1", "{\"n\":1}").status.ok());
  pair.hub.before_commit = [&] { pair.hub.write(path_of("p1"), "{\"n\":9}"); };
  CHECK(synced(pair.a).conflicts == 1);
  CHECK(pair.hub.files().at(path_of("p1")).content == "{\"n\":9}");
  CHECK(pair.a.load("p1") == "{\"n\":9}");
  CHECK(pair.a.load(pair.a.copy_ids().at(0)) == "{\"n\":1}");
}

TEST_CASE("a deletion that loses the race against another deletion is done") {
  // The commit fails as a whole when a path is gone; the next round sees why.
  Pair pair;
  REQUIRE(pair.a.remove("p1").status.ok());
  pair.hub.before_commit = [&] { pair.hub.remove(path_of("p1")); };
  synced(pair.a);
  CHECK(pair.laptop.keys("outbox/").empty());
  CHECK(pair.a.load("p1") == "(none)");
}

TEST_CASE("a save while its item is being pushed stays pending, and is not lost") {
  // The push confirms the change that it took, not the one that came after.
  Pair pair;
  REQUIRE(pair.a.save("p1", "{\"n\":1}").status.ok());
  RequestId during = 0;
  const std::string text = "{\"n\":2}";
  pair.hub.before_commit = [&] { during = pair.a.send(SaveDocuments{"projects", {{"p1", 7}}, text}); };
  const SyncReport report = synced(pair.a);
  REQUIRE(pair.a.wait(during).status.ok());
  CHECK(report.conflicts == 0);
  CHECK(pair.a.load("p1") == text);
  synced(pair.a);
  CHECK(pair.hub.files().at(path_of("p1")).content == text);
  CHECK(pair.a.list() == "p1:synced");
  CHECK(synced(pair.a).requests == 1);
}

TEST_CASE("a push that ends late confirms nothing of an item that was made anew") {
  // The deletion is pushed by one tab, which then hangs. Another one sees that it is done, and saves the item again.
  ModelHub hub;
  TestStore store;
  TestHost slow(hub, store, test_options(1)), quick(hub, store, test_options(2));
  REQUIRE(slow.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(slow.sync().status.ok());
  REQUIRE(slow.remove("p1").status.ok());
  bool committed = false;
  slow.fate = [&committed](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    if (request != nullptr && request->url.find("/commit/") != request->url.npos) committed = true;
    return committed && std::holds_alternative<StoreTx>(effect.body) ? Fate::kHold : Fate::kRun;
  };
  const RequestId sync = slow.send(Sync{});
  slow.settle();
  REQUIRE(committed);
  REQUIRE(quick.sync().status.ok());
  REQUIRE(store.keys("meta/").empty());
  // As many changes as there were before the deletion was pushed.
  REQUIRE(quick.save("p1", "{\"n\":2}").status.ok());
  REQUIRE(quick.save("p1", "{\"n\":3}").status.ok());
  slow.fate = nullptr;
  slow.release_held();
  REQUIRE(slow.wait(sync).status.ok());
  CHECK(quick.load("p1") == "{\"n\":3}");
  CHECK(quick.sync().status.ok());
  CHECK(hub.files().at(path_of("p1")).content == "{\"n\":3}");
}

TEST_CASE("a deletion while its item is being pushed wins in the end") {
  // The same, for the change that is a deletion.
  Pair pair;
  REQUIRE(pair.a.save("p1", "{\"n\":1}").status.ok());
  RequestId during = 0;
  pair.hub.before_commit = [&] { during = pair.a.send(Delete{"projects", Kind::kJson, "p1"}); };
  synced(pair.a);
  REQUIRE(pair.a.wait(during).status.ok());
  synced(pair.a);
  CHECK(pair.hub.files().count(path_of("p1")) == 0);
  CHECK(pair.a.load("p1") == "(none)");
  CHECK(pair.laptop.keys("outbox/").empty());
}

TEST_CASE("two tabs on one device: each save wins over what it has seen, none is torn") {
  // Both engines work on one store; the heads of the records tell who was first.
  ModelHub hub;
  TestStore store;
  TestHost one(hub, store, test_options(1)), two(hub, store, test_options(2));
  const RequestId first = one.send(SaveDocuments{"projects", {{"p1", 7}}, "{\"n\":1}"});
  const RequestId second = two.send(SaveDocuments{"projects", {{"p1", 7}}, "{\"n\":2}"});
  CHECK(one.wait(first).status.ok());
  CHECK(two.wait(second).status.ok());
  CHECK(one.load("p1") == "{\"n\":2}");
  CHECK(synced(two).pushed == 1);
  CHECK(synced(one).pushed == 0);
  CHECK(hub.files().at(path_of("p1")).content == "{\"n\":2}");
  CHECK(hub.commits() == 1);
}

}  // namespace
}  // namespace hubstash::test
