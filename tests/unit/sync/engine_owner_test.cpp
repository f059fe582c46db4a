// Whose data this is, when both copies of the record that says so are damaged, and when another person signs in while
// it is being found out: nobody's data goes out with somebody else's token.
#include "catch.h"
#include "hub/layout.h"
#include "store/owner.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

/// A device of ann's with something that waits, on which both copies of the owner's record are damaged.
struct Damaged {
  ModelHub hub;
  TestStore store;

  Damaged() {
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{}").status.ok());
    REQUIRE(host.sync().status.ok());
    REQUIRE(host.save("p2", "{}").status.ok());
    store.records.at(Bytes(kOwnerKey)).back() ^= 1;
    store.records.at(Bytes(kOwnerCopyKey)).pop_back();
  }
};

TEST_CASE("damaged owner: the page knows whose place it has opened, and the records are written anew") {
  // A page gives a token that it knows only to the engine on that account's data.
  Damaged device;
  TestHost host(device.hub, device.store, test_options(2));
  CHECK(host.sync().status.ok());
  CHECK(device.hub.commits() == 2);
  for (const std::string_view key : {kOwnerKey, kOwnerCopyKey}) {
    const Result<Account> owner = open_owner(device.store.records.at(Bytes(key)));
    REQUIRE(owner.has_value());
    CHECK(owner->name == "ann");
  }
  REQUIRE(host.accounts.size() == 1);
  CHECK(host.accounts[0].owns);
  // From now on it is hers again.
  TestHost bob(device.hub, device.store, test_options(3));
  bob.known_account = "bob";
  CHECK(bob.sync().status.code() == ErrorCode::UNAUTHORIZED);
}

TEST_CASE("damaged owner: a token that the page does not know is refused, and the app is told what to do") {
  // It may be anybody's. Nothing is sent, what is here can be read, and clearing the device is the way out.
  Damaged device;
  device.hub.account = GENERATE("ann", "bob");
  TestHost host(device.hub, device.store, test_options(2));
  host.known_account = "";
  const Reply reply = host.sync();
  CHECK(reply.status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(reply.status.message().find("clearLocal()") != std::string::npos);
  CHECK(device.hub.commits() == 1);
  CHECK(host.accounts.empty());
  CHECK(host.load("p1") == "{}");
  CHECK(host.load("p2") == "{}");
  CHECK(host.list() == "p1:synced p2:pending");
  CHECK(host.call(ClearLocal{false}).status.code() == ErrorCode::UNSYNCED);
  CHECK(host.call(ClearLocal{true}).status.ok());
  CHECK(host.sync().status.ok());
  CHECK(host.load("p1") == "{}");
}

TEST_CASE("damaged owner: an app that names the account chooses the place by the name alone, which proves nothing") {
  // The page passes such a token on without a look at whose place it is.
  Damaged device;
  Options options = test_options(2);
  options.account = "ann";
  TestHost host(device.hub, device.store, options);
  CHECK(host.sync().status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(device.hub.commits() == 1);
}

TEST_CASE("damaged owner: of two tabs that write it anew neither overwrites the other") {
  // The second one finds a record, and it is the same account's.
  Damaged device;
  TestHost one(device.hub, device.store, test_options(2)), two(device.hub, device.store, test_options(3));
  one.fate = [](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    return tx != nullptr && !tx->puts.empty() && tx->puts[0].key == kOwnerKey ? Fate::kHold : Fate::kRun;
  };
  const RequestId sync = one.send(Sync{});
  one.settle();
  one.fate = nullptr;
  REQUIRE(two.load("p1") == "{}");
  device.store.records[Bytes(kOwnerKey)] = seal_owner({"bob", "id of bob"}, 7);
  device.store.records[Bytes(kOwnerCopyKey)] = seal_owner({"bob", "id of bob"}, 8);
  one.release_held();
  CHECK(one.wait(sync).status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(device.hub.commits() == 1);
}

TEST_CASE("another person signs in while the Hub is asked whose the token is") {
  // The answer is about the token that the question was sent with, not about the one that came in the meantime.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.sync().status.ok());
  REQUIRE(host.save("p1", "{}").status.ok());
  host.crash();

  TestHost again(hub, store, test_options(2));
  again.known_account = "";
  again.fate = [](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    return request != nullptr && request->url.ends_with("/whoami-v2") ? Fate::kHoldAnswer : Fate::kRun;
  };
  const RequestId sync = again.send(Sync{});
  again.settle();
  // Ann's question has been answered, and the answer is on its way. Bob signs in.
  again.fate = nullptr;
  hub.account = "bob";
  again.handle(TokenChanged{true});
  again.release_held();
  CHECK(again.wait(sync).status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(hub.commits() == 0);
  CHECK(again.list() == "p1:pending");
}

}  // namespace
}  // namespace hubstash::test
