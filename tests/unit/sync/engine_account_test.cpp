// Whose the token is, and whose the data: nothing is sent or fetched before that is known, and nothing of another's.
#include "catch.h"
#include "hub/layout.h"
#include "store/owner.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_whoami(const std::string& request) { return request.ends_with("/api/whoami-v2"); }

size_t questions(const ModelHub& hub) {
  return static_cast<size_t>(std::count_if(hub.log.begin(), hub.log.end(), is_whoami));
}

Account owner_in(const TestStore& store) {
  const auto record = store.records.find(Bytes(kOwnerKey));
  REQUIRE(record != store.records.end());
  return *open_owner(record->second);
}

/// A device whose host does not know the token.
struct Device {
  ModelHub hub;
  TestStore store;
  TestHost host;
  explicit Device(Options options = test_options()) : host(hub, store, std::move(options)) { host.known_account = ""; }
};

TEST_CASE("account: an unknown token is asked for once in an engine's life, and known ones never") {
  // The question costs a request, and the Hub limits it.
  Device device;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  REQUIRE(device.host.sync().status.ok());
  CHECK(questions(device.hub) == 1);
  CHECK(is_whoami(device.hub.log.front()));
  const size_t sent = device.hub.log.size();
  REQUIRE(device.host.sync().status.ok());
  CHECK(device.hub.log.size() == sent + 1);
  REQUIRE(device.host.accounts.size() == 1);
  CHECK(device.host.accounts[0].owns);
  CHECK(device.host.accounts[0].account.id == "id of ann");
  CHECK(owner_in(device.store).name == "ann");

  TestHost known(device.hub, device.store, test_options(2));
  REQUIRE(known.sync().status.ok());
  CHECK(questions(device.hub) == 1);
}

TEST_CASE("account: the token of another account sends, fetches and pushes nothing") {
  // Ann's pending items stay where they are, for her.
  for (const bool known_to_host : {false, true}) {
    CAPTURE(known_to_host);
    Device device;
    REQUIRE(device.host.save("p1", "{}").status.ok());
    REQUIRE(device.host.sync().status.ok());
    REQUIRE(device.host.save("p2", "{}").status.ok());
    device.hub.write(path_of("p3"), "{}");
    device.host.crash();

    device.hub.account = "bob";
    TestHost other(device.hub, device.store, test_options(2));
    other.known_account = known_to_host ? "bob" : "";
    device.hub.log.clear();
    const Reply reply = other.sync();
    CHECK(reply.status.code() == ErrorCode::UNAUTHORIZED);
    CHECK(reply.status.message().find("\"bob\"") != std::string::npos);
    CHECK(other.load("p3") == "(none)");
    CHECK(other.sync().status.message() == reply.status.message());
    CHECK(other.list() == "p1:synced p2:pending");
    CHECK(device.hub.log.size() == (known_to_host ? 0 : 1));
    REQUIRE(other.accounts.size() >= 1);
    CHECK_FALSE(other.accounts[0].owns);
    CHECK(other.accounts[0].account.name == "bob");
    CHECK(other.accounts[0].owner.name == "ann");
    const StoreStatus status = std::get<StoreStatus>(other.call(GetStatus{}).value);
    CHECK(status.phase == SyncPhase::kSignedOut);
    CHECK(status.pending == 1);
    CHECK(owner_in(device.store).name == "ann");
    CHECK(device.hub.commits() == 2);

    device.hub.account = "ann";
    other.known_account = "ann";
    other.handle(TokenChanged{true});
    CHECK(other.sync().status.ok());
    CHECK(device.hub.commits() == 3);
  }
}

TEST_CASE("account: another account's token in mid-sync ends the sync before anything is sent with it") {
  // The token function suddenly speaks for somebody else; a 401 brings it to light.
  Device device;
  REQUIRE(device.host.sync().status.ok());
  REQUIRE(device.host.save("p1", "{}").status.ok());
  device.host.fate = [&](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    if (request != nullptr && request->url.ends_with("/commit/main") && device.hub.account == "ann") {
      device.hub.token_valid = false;
      device.hub.account = "bob";
    }
    return Fate::kRun;
  };
  CHECK(device.host.sync().status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(device.hub.commits() == 0);
  CHECK(questions(device.hub) == 2);
  CHECK(is_whoami(device.hub.log.back()));
  CHECK(device.host.list() == "p1:pending");
}

TEST_CASE("account: while the Hub does not say whose the token is, nothing else is sent, and it is asked again") {
  // Offline, in trouble, or limited: a failure like any other.
  const ErrorCode code = GENERATE(ErrorCode::HUB_ERROR, ErrorCode::RATE_LIMITED, ErrorCode::OFFLINE);
  Device device;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  device.hub.answer_first = [&](const HttpRequest&) -> std::optional<HttpAnswer> {
    HttpAnswer answer = failure(code == ErrorCode::HUB_ERROR ? 500 : 429, "", "no");
    if (code == ErrorCode::OFFLINE) answer.status = Status(ErrorCode::OFFLINE, "The network is down.");
    return answer;
  };
  CHECK(device.host.sync().status.code() == code);
  CHECK(questions(device.hub) == device.hub.log.size());
  CHECK(device.host.list() == "p1:pending");
  CHECK(device.store.keys("sync/owner").empty());
  device.hub.answer_first = nullptr;
  device.host.now += 6 * 60'000;
  CHECK(device.host.sync().status.ok());
  CHECK(device.hub.commits() == 1);
}

TEST_CASE("account: a renamed account keeps its data") {
  // The id stays; the name is only how it is called.
  Device device;
  REQUIRE(device.host.sync().status.ok());
  device.store.records[Bytes(kOwnerKey)] = seal_owner({"anna", "id of ann"}, 7);
  TestHost again(device.hub, device.store, test_options(2));
  again.known_account = "";
  CHECK(again.sync().status.ok());
  CHECK(is_same_account({"ann", ""}, {"Ann", "1"}));
  CHECK_FALSE(is_same_account({"ann", "1"}, {"ann", "2"}));
}

TEST_CASE("account: the named account alone may use the store") {
  // `account` in the options: even data that nobody owns yet is not for another one.
  Options options = test_options();
  options.account = "ann";
  Device device(options);
  device.hub.account = "bob";
  REQUIRE(device.host.save("p1", "{}").status.ok());
  CHECK(device.host.sync().status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(device.store.keys("sync/owner").empty());
  CHECK(device.hub.commits() == 0);
}

TEST_CASE("account: two tabs of two people cannot both become the owner") {
  // Of two that claim at once one is the first.
  ModelHub hub;
  TestStore store;
  TestHost ann(hub, store), bob(hub, store, test_options(2));
  ann.known_account = "ann";
  bob.known_account = "bob";
  const auto hold_claim = [](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    return tx != nullptr && !tx->puts.empty() && tx->puts[0].key == kOwnerKey ? Fate::kHold : Fate::kRun;
  };
  ann.fate = bob.fate = hold_claim;
  const RequestId first = ann.send(Sync{});
  const RequestId second = bob.send(Sync{});
  ann.settle();
  bob.settle();
  ann.fate = bob.fate = nullptr;
  ann.release_held();
  bob.release_held();
  CHECK(ann.wait(first).status.ok());
  CHECK(bob.wait(second).status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(owner_in(store).name == "ann");
}

TEST_CASE("account: one damaged copy of the owner's record is mended from the other") {
  // Whichever it is, and whether it is damaged or gone; the owner stays the owner.
  const Bytes key(GENERATE(kOwnerKey, kOwnerCopyKey));
  const bool gone = GENERATE(false, true);
  Device device;
  REQUIRE(device.host.sync().status.ok());
  gone ? void(device.store.records.erase(key)) : void(device.store.records[key][20] ^= 1);
  device.hub.account = "bob";
  TestHost bob(device.hub, device.store, test_options(2));
  bob.known_account = "bob";
  CHECK(bob.sync().status.code() == ErrorCode::UNAUTHORIZED);
  device.hub.account = "ann";
  TestHost ann(device.hub, device.store, test_options(3));
  CHECK(ann.sync().status.ok());
  CHECK(open_owner(device.store.records.at(key))->name == "ann");
}

TEST_CASE("account: a disk too full to note the owner does not hold up what would empty it") {
  // Nobody else has synced here, so nobody else's data is at stake.
  Device device;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  bool full = true;
  device.host.fate = [&](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    const bool claims = tx != nullptr && !tx->puts.empty() && tx->puts[0].key == kOwnerKey;
    device.store.write_error = claims && full ? Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.") : Status();
    return Fate::kRun;
  };
  CHECK(device.host.sync().status.ok());
  CHECK(device.hub.commits() == 1);
  full = false;
  TestHost again(device.hub, device.store, test_options(2));
  CHECK(again.sync().status.ok());
  CHECK(owner_in(device.store).name == "ann");
}

TEST_CASE("account: data whose owner cannot be read is nobody's to sync") {
  // It might be the wrong one's.
  Device device;
  REQUIRE(device.host.save("p1", "{}").status.ok());
  device.store.records[Bytes(kOwnerKey)] = "HSR damaged";
  device.store.records[Bytes(kOwnerCopyKey)] = "HSR damaged too";
  CHECK(device.host.sync().status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(device.host.load("p1") == "{}");
  CHECK(device.hub.commits() == 0);
}

TEST_CASE("account: each place is a database of its own") {
  // The first account's has the plain mount point.
  Options options = test_options();
  const std::string first = options.mount_point();
  options.place = "bob/../x";
  CHECK(options.mount_point() == first + "/for/bob%2F..%2Fx");
}

}  // namespace
}  // namespace hubstash::test
