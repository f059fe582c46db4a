// A commit landed and this device could not note it; before it looks again, others have gone on from there. What they
// did knowingly stays done, and nothing is committed a second time.
#include <algorithm>

#include "catch.h"
#include "hub/layout.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

const std::string kFirst = R"({"id":"p1","n":1})";
const std::string kSecond = R"({"id":"p1","n":2})";
const std::string kTheirs = R"({"id":"p1","n":1,"theirs":true})";

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_commit(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->url.ends_with("/commit/main");
}

/// How often the Hub was asked for its history.
std::ptrdiff_t times_looked_through(const ModelHub& hub) {
  return std::count_if(hub.log.begin(), hub.log.end(),
                       [](const std::string& line) { return line.find("/commits/") != line.npos; });
}

SyncReport synced(TestHost& host) {
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

/// Device a's worker dies after its commit has landed; b is another device.
struct Unnoted {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost b{hub, phone, test_options(2)};

  /// What a does before it dies in the commit of it.
  template <typename Work>
  void land_unnoted(Work work) {
    TestHost a(hub, laptop);
    work(a);
    a.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kCrashAfter : Fate::kRun; };
    a.sync();
    REQUIRE(a.crashed());
    REQUIRE(laptop.keys("sync/claim/").size() == 1);
  }
  void save_noted() {
    TestHost a(hub, laptop);
    REQUIRE(a.save("p1", kFirst).status.ok());
    synced(a);
  }
  void save_unnoted() {
    land_unnoted([](TestHost& a) { REQUIRE(a.save("p1", kFirst).status.ok()); });
  }
};

TEST_CASE("claims: what landed unnoted and was deleted by somebody who had seen it stays deleted") {
  // To the first device the item is not listed, as it would not be had its commit never come.
  Unnoted story;
  story.save_unnoted();
  synced(story.b);
  REQUIRE(story.b.load("p1") == kFirst);
  const bool is_replaced_first = GENERATE(false, true);
  if (is_replaced_first) {
    REQUIRE(story.b.save("p1", kTheirs).status.ok());
    synced(story.b);
  }
  REQUIRE(story.b.remove("p1").status.ok());
  synced(story.b);
  const size_t commits = story.hub.commits();

  TestHost again(story.hub, story.laptop);
  CHECK(again.load("p1") == kFirst);
  CHECK(synced(again).conflicts == 0);
  CHECK(again.load("p1") == "(none)");
  CHECK(story.hub.commits() == commits);
  CHECK(again.list().empty());
  CHECK(story.laptop.keys("sync/claim/").empty());
  CHECK(story.laptop.keys("outbox/").empty());
  CHECK(story.laptop.keys("body/").empty());
  REQUIRE_FALSE(again.changes.empty());
  CHECK(again.changes.back().source == ChangeSource::kRemote);
}

TEST_CASE("claims: an edit since then beats the deletion, as it does anywhere") {
  Unnoted story;
  story.save_unnoted();
  synced(story.b);
  REQUIRE(story.b.remove("p1").status.ok());
  synced(story.b);
  TestHost again(story.hub, story.laptop);
  REQUIRE(again.save("p1", kSecond).status.ok());
  synced(again);
  CHECK(story.hub.content(path_of("p1")) == kSecond);
  synced(story.b);
  CHECK(story.b.load("p1") == kSecond);
}

TEST_CASE("claims: what others made of it is no conflict, and a later edit is merged with it") {
  Unnoted story;
  story.save_unnoted();
  synced(story.b);
  REQUIRE(story.b.load("p1") == kFirst);
  REQUIRE(story.b.save("p1", kTheirs).status.ok());
  synced(story.b);
  TestHost again(story.hub, story.laptop);
  const bool edits = GENERATE(false, true);
  if (edits) REQUIRE(again.save("p1", R"({"id":"p1","n":1,"ours":true})").status.ok());
  CHECK(synced(again).conflicts == (edits ? 1 : 0));
  CHECK(again.copies().empty());
  const Bytes& there = story.hub.content(path_of("p1"));
  CHECK(there.find("theirs") != there.npos);
  CHECK((there.find("ours") != there.npos) == edits);
  CHECK(again.load("p1") == there);
}

TEST_CASE("claims: the version before it, brought back by somebody, is not overwritten again") {
  // The listing has the base of what waits here, as it would have had the commit never come.
  Unnoted story;
  story.save_noted();
  story.land_unnoted([](TestHost& a) { REQUIRE(a.save("p1", kSecond).status.ok()); });
  REQUIRE(story.hub.content(path_of("p1")) == kSecond);
  story.hub.write(path_of("p1"), kFirst);
  TestHost again(story.hub, story.laptop);
  CHECK(synced(again).pushed == 0);
  CHECK(again.load("p1") == kFirst);
  CHECK(story.hub.content(path_of("p1")) == kFirst);
}

TEST_CASE("claims: the version before it, brought back by somebody, is in conflict with an edit since then") {
  // The simulator's seed 409805: the edit was made on what had landed, and whoever brought the other back is not seen.
  Unnoted story;
  story.save_noted();
  story.land_unnoted([](TestHost& a) { REQUIRE(a.save("p1", kSecond).status.ok()); });
  const std::string edited = R"({"id":"p1","n":3})";
  TestHost again(story.hub, story.laptop);
  REQUIRE(again.save("p1", edited).status.ok());
  story.hub.write(path_of("p1"), kFirst);
  CHECK(synced(again).conflicts == 1);
  CHECK(again.load("p1") == kFirst);
  CHECK(again.copies() == "p1:local");
  CHECK(story.hub.content(path_of("p1")) == kFirst);
  synced(story.b);
  CHECK(story.b.copies() == "p1:local");
}

TEST_CASE("claims: a deletion that landed unnoted does not remove what was made anew since") {
  Unnoted story;
  story.save_noted();
  story.land_unnoted([](TestHost& a) { REQUIRE(a.remove("p1").status.ok()); });
  REQUIRE(story.hub.files().count(path_of("p1")) == 0);
  story.hub.write(path_of("p1"), kFirst);
  TestHost again(story.hub, story.laptop);
  synced(again);
  CHECK(again.load("p1") == kFirst);
  CHECK(story.hub.content(path_of("p1")) == kFirst);
}

TEST_CASE("claims: a commit that did not land is made again, and the history is asked only when somebody committed") {
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", kFirst).status.ok());
  SECTION("the Hub refused it") {
    // Nobody has committed since: it cannot have landed.
    hub.next_commit = ModelHub::CommitFault::k500Before;
    synced(host);
    CHECK(hub.commits() == 1);
    CHECK(times_looked_through(hub) == 0);
  }
  SECTION("somebody was faster") {
    hub.before_commit = [&hub] { hub.write("notes.txt", "theirs"); };
    synced(host);
    CHECK(times_looked_through(hub) == 1);
    CHECK(hub.commits() == 2);
  }
  CHECK(host.load("p1") == kFirst);
  synced(host);
  REQUIRE(host.save("p2", kFirst).status.ok());
  synced(host);
  CHECK(store.keys("sync/claim/").empty());
}

TEST_CASE("claims: the history is looked through page by page, up to a bound") {
  // A device that was away for long. Beyond 1,000 commits its version is sent once more: rather that than lost. The Hub
  // decides how many of them a page has.
  struct Away {
    int commits;
    size_t page_size;
    bool is_within;
    std::ptrdiff_t pages;
  };
  const Away away = GENERATE(Away{30, 1, true, 33}, Away{900, 100, true, 10}, Away{1'100, 100, false, 10});
  Unnoted story;
  story.save_unnoted();
  story.hub.remove(path_of("p1"));
  for (int i = 0; i < away.commits; ++i) story.hub.write("notes.txt", std::to_string(i));
  story.hub.page_size = away.page_size;
  TestHost again(story.hub, story.laptop);
  synced(again);
  CHECK(times_looked_through(story.hub) == away.pages);
  CHECK(story.hub.files().count(path_of("p1")) == (away.is_within ? 0 : 1));
  CHECK(story.laptop.keys("sync/claim/").empty());
}

TEST_CASE("claims: a Hub that shows no history is no reason to stop") {
  Unnoted story;
  story.save_unnoted();
  story.hub.write("notes.txt", "theirs");
  story.hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/commits/") == request.url.npos) return std::nullopt;
    return failure(404, "", "Not found");
  };
  TestHost again(story.hub, story.laptop);
  synced(again);
  CHECK(again.list() == "p1:synced");
  CHECK(story.laptop.keys("sync/claim/").empty());
}

TEST_CASE("claims: while the history cannot be read nothing is committed, and nothing is forgotten") {
  // An answer that is not the Hub's, or none: what would be sent may be there already.
  Unnoted story;
  story.save_unnoted();
  story.hub.remove(path_of("p1"));
  const size_t commits = story.hub.commits();
  const auto [answer, code] = GENERATE(table<HttpAnswer, ErrorCode>(
      {{failure(503, "", "Busy"), ErrorCode::HUB_ERROR}, {success("<html>"), ErrorCode::BAD_RESPONSE}}));
  const HttpAnswer given = answer;
  story.hub.answer_first = [given](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/commits/") == request.url.npos) return std::nullopt;
    return given;
  };
  TestHost again(story.hub, story.laptop);
  CHECK(again.sync().status.code() == code);
  CHECK(again.load("p1") == kFirst);
  CHECK(again.list() == "p1:pending");
  CHECK(story.hub.commits() == commits);
  CHECK(story.laptop.keys("sync/claim/").size() == 1);
  story.hub.answer_first = nullptr;
  synced(again);
  CHECK(again.load("p1") == "(none)");
}

TEST_CASE("claims: a request for the history that was never sent is no answer") {
  // The token is exchanged for another in this moment, and whose that is cannot be learnt.
  Unnoted story;
  story.save_unnoted();
  story.hub.remove(path_of("p1"));
  bool refused = false;
  story.hub.answer_first = [&refused](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (refused && request.url.ends_with("/whoami-v2")) return success("{");
    if (refused || request.url.find("/commits/") == request.url.npos) return std::nullopt;
    refused = true;
    return failure(401, "", "Invalid credentials");
  };
  TestHost again(story.hub, story.laptop);
  again.known_account.clear();
  CHECK(again.sync().status.code() == ErrorCode::BAD_RESPONSE);
  CHECK(refused);
  CHECK(again.list() == "p1:pending");
  CHECK(story.laptop.keys("sync/claim/").size() == 1);
  story.hub.answer_first = nullptr;
  synced(again);
  CHECK(again.load("p1") == "(none)");
  CHECK(story.hub.files().count(path_of("p1")) == 0);
}

TEST_CASE("claims: a Hub that goes on refusing commits does not fill the device with them") {
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  for (int i = 0; i < 12; ++i) {
    REQUIRE(host.save("p1", R"({"id":"p1","n":)" + std::to_string(i) + "}").status.ok());
    hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
      if (!request.url.ends_with("/commit/main")) return std::nullopt;
      return failure(413, "", "Too large");
    };
    CHECK_FALSE(host.sync().status.ok());
    CHECK(store.keys("sync/claim/").size() <= 8);
  }
  hub.answer_first = nullptr;
  synced(host);
  CHECK(hub.commits() == 1);
  CHECK(host.list() == "p1:synced");
}

TEST_CASE("claims: a damaged one is as good as none, and clearing the device takes them all") {
  Unnoted story;
  story.save_unnoted();
  const Bytes key = story.laptop.keys("sync/claim/").at(0);
  SECTION("damaged") {
    story.laptop.records.at(key).back() ^= 1;
    story.hub.write("notes.txt", "theirs");
    TestHost again(story.hub, story.laptop);
    synced(again);
    CHECK(again.list() == "p1:synced");
    CHECK(story.laptop.keys("sync/claim/").empty());
  }
  SECTION("cleared") {
    TestHost again(story.hub, story.laptop);
    REQUIRE(again.call(ClearLocal{true}).status.ok());
    CHECK(story.laptop.keys("sync/claim/").empty());
  }
}

}  // namespace
}  // namespace hubstash::test
