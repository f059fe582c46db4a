// What people rely on when everything goes well: saves last, devices agree, and the Hub is asked little.
#include "base/gzip.h"
#include "base/text.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

const SyncReport& report_of(const Reply& reply) {
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

TEST_CASE("a save that was acknowledged is there after a crash") {
  // The engine dies without a word; a new one on the same disk has the document.
  ModelHub hub;
  TestStore store;
  hub.offline = true;
  {
    TestHost host(hub, store);
    REQUIRE(host.save("p1", R"({"a":1})").status.ok());
    host.crash();
  }
  TestHost again(hub, store);
  CHECK(again.load("p1") == R"({"a":1})");
}

TEST_CASE("another device loads what was synced") {
  // The whole way: outbox, commit, listing, download, check.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  REQUIRE(a.save("p1", R"({"a":1})").status.ok());
  REQUIRE(a.put("paper", "%PDF-1.7 text").status.ok());
  const SyncReport report = report_of(a.sync());
  CHECK(report.pushed == 2);
  CHECK(report.commit == hub.head());
  CHECK(hub.commits() == 1);
  CHECK(b.load("p1") == R"({"a":1})");
  CHECK(b.load_pdf("paper") == "%PDF-1.7 text");
  CHECK(b.list() == "p1:synced");
  CHECK(a.list() == "p1:synced");
}

TEST_CASE("several saves are one commit, and the last content of each wins") {
  // The Hub counts commits; an app may save with each key press.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(host.save("p" + std::to_string(i % 3), "{\"n\":" + std::to_string(i) + "}").status.ok());
  }
  CHECK(report_of(host.sync()).pushed == 3);
  CHECK(hub.commits() == 1);
  CHECK(hub.files().at(item_path("", "projects", Kind::kJson, "p0", Encoding::kPlain)).content == "{\"n\":9}");
  CHECK(hub.files().count(".hubstash/format.json") == 1);
}

TEST_CASE("a sync with nothing to do is one request, also after the device's own commit") {
  // Polling must cost next to nothing, and a device knows what its own commit did.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  CHECK(report_of(host.sync()).requests >= 1);
  CHECK(report_of(host.sync()).requests == 1);
  REQUIRE(host.save("p1", "{}").status.ok());
  CHECK(report_of(host.sync()).pushed == 1);
  CHECK(report_of(host.sync()).requests == 1);
  CHECK(report_of(host.sync()).pushed == 0);
  CHECK(hub.commits() == 1);
}

TEST_CASE("one remote change among many folders costs at most five requests") {
  // Head, root, collection, shard; the other folders' ids are as before.
  ModelHub hub;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "p" + std::to_string(i);
    hub.write(item_path("", "projects", Kind::kJson, id, Encoding::kPlain), "{\"n\":1}");
  }
  TestStore store;
  TestHost host(hub, store);
  CHECK(report_of(host.sync()).pulled == 100);
  hub.write(item_path("", "projects", Kind::kJson, "p7", Encoding::kPlain), "{\"n\":2}");
  const SyncReport report = report_of(host.sync());
  CHECK(report.pulled == 1);
  CHECK(report.requests <= 5);
  CHECK(host.load("p7") == "{\"n\":2}");
}

TEST_CASE("listings of several pages are read to their end") {
  // The Hub gives a page at a time and never says how many there are.
  ModelHub hub;
  hub.page_size = 2;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "p" + std::to_string(i);
    hub.write(item_path("", "projects", Kind::kJson, id, Encoding::kPlain), "{}");
  }
  TestStore store;
  TestHost host(hub, store);
  CHECK(report_of(host.sync()).pulled == 30);
  CHECK(std::get<Items>(host.call(List{"projects", Kind::kJson}).value).items.size() == 30);
}

TEST_CASE("a deletion travels") {
  // Deleted on one device, gone from the Hub and from the other, whose copy goes too.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  REQUIRE(a.save("p1", "{}").status.ok());
  report_of(a.sync());
  report_of(b.sync());
  CHECK(b.load("p1") == "{}");
  REQUIRE(b.remove("p1").status.ok());
  CHECK(b.load("p1") == "(none)");
  CHECK(report_of(b.sync()).deleted == 1);
  CHECK(hub.files().count(item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain)) == 0);
  CHECK(report_of(a.sync()).deleted == 1);
  CHECK(a.load("p1") == "(none)");
  CHECK(a.list() == "");
  CHECK(laptop.keys("body/").empty());
  CHECK(phone.keys("outbox/").empty());
}

TEST_CASE("a pull that began before the device was cleared answers nobody") {
  // It found the head that was known, and left no listing behind: a deletion that took its word would do nothing.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", "{}").status.ok());
  report_of(host.sync());
  bool stalls = true;
  host.fate = [&stalls](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    return request != nullptr && std::exchange(stalls, false) ? Fate::kHold : Fate::kRun;
  };
  const RequestId sync = host.send(Sync{});
  host.settle();
  REQUIRE(host.call(ClearLocal{false}).status.ok());
  const RequestId list = host.send(List{"projects", Kind::kJson});
  const RequestId exists = host.send(Exists{"projects", Kind::kJson, "p1"});
  const RequestId remove = host.send(Delete{"projects", Kind::kJson, "p1"});
  host.settle();
  host.release_held();
  host.wait(sync);
  CHECK(std::get<Items>(host.wait(list).value).items.size() == 1);
  CHECK(std::get<Flag>(host.wait(exists).value).value);
  CHECK(host.wait(remove).status.ok());
  report_of(host.sync());
  CHECK(hub.files().count(item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain)) == 0);
}

TEST_CASE("documents above one megabyte travel as gzip") {
  // A commit carries small files only; the Hub keeps *.gz in its large store.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  const std::string big = "{\"text\":\"" + std::string(1'500'000, 'x') + "\"}";
  REQUIRE(a.save("p1", big).status.ok());
  report_of(a.sync());
  const std::string packed = item_path("", "projects", Kind::kJson, "p1", Encoding::kGzip);
  const std::string plain = item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain);
  REQUIRE(hub.files().count(packed) == 1);
  CHECK(*gunzip(hub.content(packed), 2'000'000) == big);
  CHECK(b.load("p1") == big);
  // The status counts it, where it was compressed.
  const auto status_of = [](TestHost& host) { return std::get<StoreStatus>(host.call(GetStatus{}).value); };
  CHECK(status_of(a).compression_raw_bytes == big.size());
  CHECK(status_of(a).compression_stored_bytes == hub.content(packed).size());
  CHECK(status_of(b).compression_raw_bytes == 0);

  // Small again: the other file goes in the same commit.
  REQUIRE(b.save("p1", "{}").status.ok());
  report_of(b.sync());
  CHECK(hub.files().count(packed) == 0);
  CHECK(hub.files().count(plain) == 1);
  report_of(a.sync());
  CHECK(a.load("p1") == "{}");
}

TEST_CASE("an empty blob and a blob of several chunks come back as they were") {
  // The store of large objects refuses empty ones; large ones are cut into chunks here.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  const Bytes large = std::string(kChunkBytes, 'a') + std::string(kChunkBytes, 'b') + "c";
  REQUIRE(a.put("empty", "").status.ok());
  REQUIRE(a.put("large", large).status.ok());
  CHECK(a.load_pdf("large") == large);
  report_of(a.sync());
  CHECK(b.load_pdf("empty") == "");
  CHECK(b.load_pdf("large") == large);
  CHECK(b.load_pdf("large") == large);  // The second time from the device.
  CHECK(b.load_pdf("none") == "(none)");
}

TEST_CASE("the same content under two ids is uploaded once") {
  // The large store is addressed by content.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.put("a", "same").status.ok());
  REQUIRE(host.put("b", "same").status.ok());
  CHECK(report_of(host.sync()).pushed == 2);
  CHECK(hub.objects() == 1);
  CHECK(std::count_if(hub.log.begin(), hub.log.end(), [](const auto& line) { return line.starts_with("PUT"); }) == 1);
}

}  // namespace
}  // namespace hubstash::test
