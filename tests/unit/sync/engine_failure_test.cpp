// The Hub fails, the network fails, the worker dies: nothing is lost, nothing is committed twice.
#include <algorithm>

#include "catch.h"
#include "hub/layout.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_commit(const Effect& effect) {
  const auto* request = std::get_if<HttpRequest>(&effect.body);
  return request != nullptr && request->url.ends_with("/commit/main");
}

struct Device {
  ModelHub hub;
  TestStore store;
  TestHost host{hub, store};
};

TEST_CASE("a commit whose reply is lost is one commit, and the item is synced") {
  // It was applied, and nobody said so; or a 500 did; or it was not applied at all.
  const auto fault =
      GENERATE(ModelHub::CommitFault::kReplyLost, ModelHub::CommitFault::k500After, ModelHub::CommitFault::k500Before);
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(device.host.put("paper", "%PDF").status.ok());
  device.hub.next_commit = fault;
  const Reply reply = device.host.sync();
  INFO(reply.status.message());
  CHECK(reply.status.ok());
  CHECK(device.hub.commits() == 1);
  CHECK(device.host.list() == "p1:synced");
  CHECK(device.host.list("pdfs", Kind::kBlob) == "paper:synced");
  CHECK(device.store.keys("outbox/").empty());
  CHECK(std::get<SyncReport>(device.host.sync().value).conflicts == 0);
  CHECK(device.hub.commits() == 1);
}

TEST_CASE("a lost reply and an edit by somebody else right after are no conflict of our own making") {
  // Our version landed, was seen and edited there: the newer one is the item, ours is its history.
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  device.hub.next_commit = ModelHub::CommitFault::kReplyLost;
  device.host.fate = [&](const Effect& effect) { return is_commit(effect) ? Fate::kCrashAfter : Fate::kRun; };
  device.host.sync();
  REQUIRE(device.host.crashed());
  REQUIRE(device.hub.commits() == 1);
  TestHost again(device.hub, device.store);
  REQUIRE(again.save("p1", "{\"n\":2}").status.ok());
  const Reply reply = again.sync();
  REQUIRE(reply.status.ok());
  CHECK(std::get<SyncReport>(reply.value).conflicts == 0);
  CHECK(device.hub.files().at(path_of("p1")).content == "{\"n\":2}");
}

TEST_CASE("what a loss of power takes does not turn the device's own commit into a stranger's") {
  // The app deletes its own version, which has landed. Without the note of it the deletion would give way to it.
  Device device;
  std::map<Bytes, Bytes> on_disk;
  bool flushes = false;
  device.host.fate = [&](const Effect& effect) {
    if (std::exchange(flushes, false)) on_disk = device.store.records;
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    flushes = tx != nullptr && !tx->puts.empty() && tx->durability == Durability::kStrict;
    return is_commit(effect) ? Fate::kCrashAfter : Fate::kRun;
  };
  REQUIRE(device.host.save("p1", "{}").status.ok());
  device.host.sync();
  REQUIRE(device.host.crashed());
  REQUIRE(device.hub.files().count(path_of("p1")) == 1);
  device.store.records = on_disk;
  TestHost again(device.hub, device.store);
  CHECK(again.load("p1") == "{}");
  REQUIRE(again.remove("p1").status.ok());
  CHECK(again.sync().status.ok());
  CHECK(again.load("p1") == "(none)");
  CHECK(device.hub.files().count(path_of("p1")) == 0);
}

TEST_CASE("a crash between commit and confirmation makes no second commit") {
  // The next engine finds its own content on the Hub and takes note.
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  device.host.fate = [](const Effect& effect) { return is_commit(effect) ? Fate::kCrashAfter : Fate::kRun; };
  device.host.sync();
  REQUIRE(device.host.crashed());
  CHECK(device.hub.commits() == 1);
  TestHost again(device.hub, device.store);
  CHECK(again.list() == "p1:pending");
  CHECK(again.sync().status.ok());
  CHECK(device.hub.commits() == 1);
  CHECK(again.list() == "p1:synced");
}

TEST_CASE("a crash at any effect of save and sync loses nothing that was acknowledged") {
  // Every place where a worker can die, before and after: the next engine syncs to the same end.
  for (const Fate crash : {Fate::kCrashBefore, Fate::kCrashAfter}) {
    int effects = 1;
    for (int at = 0; at < effects; ++at) {
      CAPTURE(at, static_cast<int>(crash));
      Device device;
      int seen = 0;
      device.host.fate = [&](const Effect&) { return seen++ == at ? crash : Fate::kRun; };
      const bool saved = device.host.save("p1", "{\"n\":1}").status.ok();
      const bool put = !device.host.crashed() && device.host.put("paper", "%PDF").status.ok();
      if (!device.host.crashed()) device.host.sync();
      effects = std::max(effects, seen + (device.host.crashed() ? 1 : 0));
      if (!device.host.crashed()) break;
      TestHost again(device.hub, device.store);
      REQUIRE(again.sync().status.ok());
      if (saved) CHECK(again.load("p1") == "{\"n\":1}");
      if (put) CHECK(again.load_pdf("paper") == "%PDF");
      CHECK(device.store.keys("outbox/").empty());
      CHECK(device.hub.commits() <= 1);
      TestStore empty;
      TestHost other(device.hub, empty, test_options(7));
      if (saved) CHECK(other.load("p1") == "{\"n\":1}");
      if (put) CHECK(other.load_pdf("paper") == "%PDF");
    }
  }
}

TEST_CASE("offline: saves stay pending, sync says so, and later all goes through") {
  // Being offline is an ordinary state.
  Device device;
  device.hub.offline = true;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  CHECK(device.host.sync().status.code() == ErrorCode::OFFLINE);
  CHECK(device.host.load("p1") == "{}");
  CHECK(device.host.list() == "p1:pending");
  CHECK(std::get<StoreStatus>(device.host.call(GetStatus{}).value).pending == 1);
  CHECK(std::get<StoreStatus>(device.host.call(GetStatus{}).value).phase == SyncPhase::kOffline);
  device.hub.offline = false;
  CHECK(device.host.sync().status.ok());
  CHECK(device.host.list() == "p1:synced");
  CHECK(std::get<StoreStatus>(device.host.call(GetStatus{}).value).synced);
}

TEST_CASE("a refused token is renewed once, and the request repeated") {
  // Tokens expire while an app is open.
  Device device;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  REQUIRE(device.host.sync().status.ok());
  device.hub.token_valid = false;
  REQUIRE(device.host.save("p2", "{}").status.ok());
  CHECK(device.host.sync().status.ok());
  CHECK(device.host.tokens_refused == 1);
  CHECK(device.hub.commits() == 2);
}

TEST_CASE("without a token that the Hub takes, saves wait for the next sign-in") {
  // UNAUTHORIZED, nothing lost; TokenChanged and a sync mend it.
  Device device;
  device.hub.token_valid = false;
  device.host.token_can_be_renewed = false;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  CHECK(device.host.sync().status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(std::get<StoreStatus>(device.host.call(GetStatus{}).value).phase == SyncPhase::kSignedOut);
  CHECK(device.host.load("p1") == "{}");
  device.hub.token_valid = true;
  device.host.handle(TokenChanged{true});
  CHECK(device.host.sync().status.ok());
  CHECK(device.hub.commits() == 1);
}

TEST_CASE("a deletion of what only the Hub may have says so where the Hub refuses the token") {
  // To answer ok, and have the item come back with the next listing, would be a lie.
  Device device;
  device.hub.write(path_of("p1"), "{}");
  device.hub.token_valid = false;
  device.host.token_can_be_renewed = false;
  CHECK(device.host.remove("p1").status.code() == ErrorCode::UNAUTHORIZED);
  device.hub.token_valid = true;
  device.host.handle(TokenChanged{true});
  CHECK(device.host.remove("p1").status.ok());
  REQUIRE(device.host.sync().status.ok());
  CHECK(device.hub.files().count(path_of("p1")) == 0);
}

TEST_CASE("a download with a wrong byte is repeated once, then refused") {
  // Wrong bytes never reach the app.
  for (const bool pdf : {false, true}) {
    CAPTURE(pdf);
    Device device;
    device.hub.write(path_of("p1"), "{\"text\":\"abcdefghijkl\"}");
    device.hub.write(item_path("", "pdfs", Kind::kBlob, "paper", Encoding::kPlain), "%PDF-1.7");
    REQUIRE(device.host.sync().status.ok());
    const auto load = [&] { return pdf ? device.host.load_pdf("paper") : device.host.load("p1"); };
    device.hub.corrupt_downloads = 2;
    CHECK(load() == "INTEGRITY");
    CHECK(device.store.keys("body/").empty());
    device.hub.corrupt_downloads = 1;
    CHECK(load() == (pdf ? "%PDF-1.7" : "{\"text\":\"abcdefghijkl\"}"));
  }
}

TEST_CASE("a damaged body of a synced item is fetched again") {
  // The disk lost a chunk, or a bit of one; the Hub has the item.
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(device.host.put("paper", "%PDF").status.ok());
  REQUIRE(device.host.sync().status.ok());
  for (const bool missing : {false, true}) {
    CAPTURE(missing);
    for (const Bytes& key : device.store.keys("body/")) {
      missing ? void(device.store.records.erase(key)) : void(device.store.records[key][1] ^= 1);
    }
    CHECK(device.host.load("p1") == "{\"n\":1}");
    CHECK(device.host.load_pdf("paper") == "%PDF");
    device.hub.offline = true;
    CHECK(device.host.load("p1") == "{\"n\":1}");  // It is whole on the device again.
    CHECK(device.host.load_pdf("paper") == "%PDF");
    device.hub.offline = false;
  }
}

TEST_CASE("a damaged body of a pending item is reported, never pushed, and does not hold up the others") {
  // Nobody else has it; the app must hear, and may save again.
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  const std::vector<Bytes> bodies = device.store.keys("body/");
  REQUIRE(bodies.size() == 1);
  device.store.records[bodies[0]][2] ^= 1;
  REQUIRE(device.host.save("p2", "{}").status.ok());
  CHECK(device.host.load("p1") == "STORAGE_CORRUPT");
  CHECK(device.host.sync().status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(device.hub.files().count(path_of("p1")) == 0);
  CHECK(device.hub.files().count(path_of("p2")) == 1);
  REQUIRE(device.host.save("p1", "{\"n\":2}").status.ok());
  CHECK(device.host.sync().status.ok());
  CHECK(device.hub.files().at(path_of("p1")).content == "{\"n\":2}");
}

TEST_CASE("a full disk fails the save, and nothing of it is there") {
  // QUOTA_EXCEEDED; the old version stays.
  Device device;
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  device.store.write_error = Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.");
  CHECK(device.host.save("p1", "{\"n\":2}").status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(device.host.put("paper", "%PDF").status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(device.host.load("p1") == "{\"n\":1}");
  device.store.write_error = Status();
  CHECK(device.host.load_pdf("paper") == "(none)");
}

TEST_CASE("a download that the disk has no room for is delivered all the same") {
  // The app asked for bytes, not for a cache.
  Device device;
  device.hub.write(path_of("p1"), "{\"n\":1}");
  REQUIRE(device.host.sync().status.ok());
  device.store.write_error = Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.");
  CHECK(device.host.load("p1") == "{\"n\":1}");
}

TEST_CASE("a rate limit ends the sync with the Hub's own waiting time") {
  // Trying again at once would only make it longer.
  Device device;
  device.hub.next_answer = failure(429, "", "too many requests");
  device.hub.next_answer->headers.push_back({"retry-after", "17"});
  const size_t before = device.hub.log.size();
  const Reply reply = device.host.sync();
  CHECK(reply.status.code() == ErrorCode::RATE_LIMITED);
  CHECK(reply.status.retry_after_ms == 17'000);
  CHECK(device.hub.log.size() == before + 1);
}

TEST_CASE("a sync does not take the refusal of a pull that was under way for its own") {
  // The app has got a better token meanwhile, say. Were this sync refused, nothing would begin another one.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", "{}").status.ok());
  bool is_refused = true;
  hub.answer_first = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/tree/") == std::string::npos || !std::exchange(is_refused, false)) return std::nullopt;
    return HttpAnswer{{}, 403, {}, R"({"error":"You do not have access"})"};
  };
  host.fate = [](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    return request != nullptr && request->url.find("/tree/") != std::string::npos ? Fate::kHoldAnswer : Fate::kRun;
  };
  const RequestId load = host.send(Load{"projects", Kind::kJson, "unknown"});
  host.settle();
  host.fate = nullptr;
  const RequestId sync = host.send(Sync{});
  host.settle();
  host.release_held();
  CHECK(host.wait(load).status.code() == ErrorCode::FORBIDDEN);
  CHECK(host.wait(sync).status.ok());
  CHECK(host.list() == "p1:synced");
}

}  // namespace
}  // namespace hubstash::test
