// The dataset is deleted on the Hub, and made again under the same name by whichever device syncs first: its files were
// not deleted one by one, so that no device may take what is missing for a deletion.
#include "catch.h"
#include "hub/layout.h"
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

/// Two devices that have synced: `p1` is on both, `mine` and the PDF were loaded on the phone alone.
struct TwoDevices {
  ModelHub hub;
  TestStore laptop_store, phone_store;
  TestHost laptop{hub, laptop_store}, phone{hub, phone_store, test_options(2)};

  TwoDevices() {
    REQUIRE(laptop.save("p1", "{\"n\":1}").status.ok());
    REQUIRE(laptop.sync().status.ok());
    REQUIRE(phone.save("mine", "{\"n\":2}").status.ok());
    REQUIRE(phone.put("d", "%PDF-1.4 ...").status.ok());
    REQUIRE(phone.sync().status.ok());
    REQUIRE(phone.load("p1") == "{\"n\":1}");
    REQUIRE(laptop.sync().status.ok());
  }
};

TEST_CASE("a dataset that was deleted gets back what each device has, whichever is first") {
  // The second one finds a new dataset of the same name, and must not take what is missing there for deletions.
  TwoDevices both;
  both.hub.remove_dataset();
  REQUIRE(both.laptop.sync().status.ok());
  CHECK(both.laptop.list() == "p1:synced");
  REQUIRE(both.phone.sync().status.ok());
  CHECK(both.phone.list() == "mine:synced p1:synced");
  CHECK(both.phone.load("mine") == "{\"n\":2}");
  CHECK(both.phone.load_pdf("d") == "%PDF-1.4 ...");
  REQUIRE(both.laptop.sync().status.ok());
  CHECK(both.laptop.load("mine") == "{\"n\":2}");
  CHECK(both.laptop.load_pdf("d") == "%PDF-1.4 ...");
  CHECK(both.phone_store.keys("outbox/").empty());
  const size_t before = both.hub.log.size();
  REQUIRE(both.phone.sync().status.ok());
  CHECK(both.hub.log.size() == before + 1);
}

TEST_CASE("a dataset that is made again with an older version does not take the newer one from a device") {
  // Both were on the Hub once; the older one came back first, and neither may go.
  TwoDevices both;
  REQUIRE(both.phone.save("p1", "{\"n\":3}").status.ok());
  REQUIRE(both.phone.sync().status.ok());
  both.hub.remove_dataset();
  REQUIRE(both.laptop.sync().status.ok());
  REQUIRE(both.phone.sync().status.ok());
  CHECK(both.phone.list() == "mine:synced p1:conflict");
  CHECK(both.phone.copies() == "p1:local");
  CHECK(both.phone.load(both.phone.copy_ids().at(0)) == "{\"n\":3}");
  CHECK(both.phone.load("p1") == "{\"n\":1}");
}

TEST_CASE("a squashed history is the same dataset: what is missing in it was deleted") {
  // Squashing takes the commit that the device knew, as a new dataset would.
  TwoDevices both;
  REQUIRE(both.laptop.remove("mine").status.ok());
  REQUIRE(both.laptop.sync().status.ok());
  both.hub.squash();
  REQUIRE(both.phone.sync().status.ok());
  CHECK(both.phone.list() == "p1:synced");
}

}  // namespace
}  // namespace hubstash::test
