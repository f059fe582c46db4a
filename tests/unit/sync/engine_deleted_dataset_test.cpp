// The dataset is deleted on the Hub, and made again under the same name by whichever device syncs first.
#include "catch.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/remote.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

TEST_CASE("a dataset that was deleted takes nothing from the devices: they fill the new one") {
  // Its files were not deleted one by one; what a device has of them is sent again, and only that was lost which no
  // device had.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(host.put("d", "%PDF-1.4 ...").status.ok());
  REQUIRE(host.sync().status.ok());
  hub.remove_dataset();
  const Reply reply = host.sync();
  INFO(reply.status.message());
  CHECK(reply.status.ok());
  CHECK(host.load("p1") == "{\"n\":1}");
  CHECK(host.load_pdf("d") == "%PDF-1.4 ...");
  CHECK(host.list() == "p1:synced");
  CHECK(hub.content(item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain)) == "{\"n\":1}");
  CHECK(store.keys("outbox/").empty());
}

/// The laptop's version has lost against the phone's, and is a conflict copy that only the laptop has a body of.
struct CopyOnOneDevice {
  ModelHub hub;
  TestStore laptop_store, phone_store;
  TestHost laptop{hub, laptop_store}, phone{hub, phone_store, test_options(2)};
  std::string copy;

  CopyOnOneDevice() {
    REQUIRE(phone.save("p1", "{\"n\":1}").status.ok());
    REQUIRE(laptop.save("p1", "{\"n\":2}").status.ok());
    REQUIRE(phone.sync().status.ok());
    REQUIRE(laptop.sync().status.ok());
    REQUIRE(phone.sync().status.ok());
    copy = laptop.copy_ids().at(0);
  }
};

TEST_CASE("a dataset that another device has made again does not take a conflict copy for deleted") {
  // It may be the only place of a version; the other device has never loaded it, and could not send it.
  CopyOnOneDevice both;
  both.hub.remove_dataset();
  REQUIRE(both.phone.sync().status.ok());
  REQUIRE(both.phone.copies().empty());
  REQUIRE(both.laptop.sync().status.ok());
  CHECK(both.laptop.copy_ids() == std::vector<std::string>{both.copy});
  CHECK(both.laptop.load(both.copy) == "{\"n\":2}");
  REQUIRE(both.phone.sync().status.ok());
  CHECK(both.phone.copy_ids() == std::vector<std::string>{both.copy});
  CHECK(both.phone.load(both.copy) == "{\"n\":2}");
  CHECK(both.laptop_store.keys("outbox/").empty());
  const size_t before = both.hub.log.size();
  REQUIRE(both.laptop.sync().status.ok());
  CHECK(both.hub.log.size() == before + 1);
}

TEST_CASE("a conflict copy that was ended by another device goes, also when the history was squashed since") {
  // Squashing takes the commit that the device knew, as a new dataset would; but the dataset is the same.
  CopyOnOneDevice both;
  REQUIRE(both.phone.resolve(both.copy, false).status.ok());
  REQUIRE(both.phone.sync().status.ok());
  both.hub.squash();
  REQUIRE(both.laptop.sync().status.ok());
  CHECK(both.laptop.copies().empty());
  CHECK(both.laptop.load("p1") == "{\"n\":1}");
}

TEST_CASE("a device that has not stored the dataset's id yet stores it with the next sync, and once") {
  // An older version has left none, or the Hub did not state it then.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  SECTION("the Hub did not state it") { hub.states_id = false; }
  REQUIRE(host.save("p1", "{}").status.ok());
  REQUIRE(host.sync().status.ok());
  SECTION("an older version") { store.records.erase(Bytes(kDatasetKey)); }
  hub.states_id = true;
  REQUIRE(host.sync().status.ok());
  CHECK(open_dataset(store.records.at(Bytes(kDatasetKey)))->id.size() == 24);
  for (int i = 0; i < 2; ++i) {
    const size_t before = hub.log.size();
    REQUIRE(host.sync().status.ok());
    CHECK(hub.log.size() == before + 1);
  }
}

}  // namespace
}  // namespace hubstash::test
