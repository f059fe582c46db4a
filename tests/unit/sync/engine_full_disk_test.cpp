// A full disk: room is made of what the Hub has too; else a save fails whole, and what waits can still leave.
#include "catch.h"
#include "hub/layout.h"
#include "store/cache_use.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kMinuteMs = 60'000;

Bytes pdf(char letter, size_t size = 10'000) { return Bytes(size, letter); }

struct Device {
  ModelHub hub;
  TestStore store;
  TestHost host{hub, store};

  /// The disk has `bytes` left.
  void leave_room(uint64_t bytes) { store.quota_bytes = store.used_bytes() + bytes; }
  StoreStatus status() { return std::get<StoreStatus>(host.call(GetStatus{}).value); }
};

TEST_CASE("a save that finds the disk full makes room of what the Hub has, and succeeds") {
  // The least recently used body goes; it is still there to load.
  const bool blob = GENERATE(false, true);
  CAPTURE(blob);
  Device device;
  for (const char letter : std::string("abcd")) {
    REQUIRE(device.host.put(std::string(1, letter), pdf(letter)).status.ok());
    device.host.advance(kMinuteMs);
  }
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(2'000);
  const Bytes text = "{\"text\":\"" + Bytes(5'000, 'x') + "\"}";
  CHECK((blob ? device.host.put("new", pdf('n', 5'000)) : device.host.save("new", text)).status.ok());
  CHECK(device.status().cache_evictions > 0);
  CHECK(device.store.keys("body/pdfs/a.").empty());
  CHECK_FALSE(device.store.keys("body/pdfs/d.").empty());
  CHECK((blob ? device.host.load_pdf("new") == pdf('n', 5'000) : device.host.load("new") == text));
  CHECK(device.host.load_pdf("a") == pdf('a'));
}

TEST_CASE("room is made even where not one byte is left") {
  // Changing a record needs a little room too: then the evicted items are forgotten whole, and stay listed.
  Device device;
  for (const char letter : std::string("abcd")) {
    REQUIRE(device.host.put(std::string(1, letter), pdf(letter)).status.ok());
  }
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(0);
  CHECK(device.host.save("p1", "{\"n\":1}").status.ok());
  CHECK(device.host.load("p1") == "{\"n\":1}");
  CHECK(device.host.list("pdfs", Kind::kBlob).find("remote-only") != std::string::npos);
  device.store.quota_bytes.reset();
  for (const char letter : std::string("abcd")) CHECK(device.host.load_pdf(std::string(1, letter)) == pdf(letter));
}

TEST_CASE("several saves that meet the full disk together all get their room") {
  // One eviction serves them, planned for what all of them want.
  Device device;
  for (const char letter : std::string("abcdefgh")) {
    REQUIRE(device.host.put(std::string(1, letter), pdf(letter)).status.ok());
  }
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(100);
  std::vector<RequestId> saves;
  for (const char letter : std::string("stuv")) saves.push_back(device.host.send_blob({letter}, pdf(letter, 4'000)));
  for (const RequestId save : saves) CHECK(device.host.wait(save).status.ok());
}

TEST_CASE("with nothing to evict a save fails whole, and pending items still reach the Hub") {
  // QUOTA_EXCEEDED; the push notes its claim and its result in the reserve, and after that saves work again.
  Device device;
  device.host.advance(kMinuteMs);  // The reserve has been laid by.
  REQUIRE(device.store.keys(Bytes(kReservePrefix)).size() == kReserveRecords);
  REQUIRE(device.host.put("a", pdf('a')).status.ok());
  REQUIRE(device.host.save("p1", "{\"n\":1}").status.ok());
  device.leave_room(0);
  const auto before = device.store.records;
  CHECK(device.host.put("b", pdf('b')).status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(device.host.save("p1", "{\"n\":2}").status.code() == ErrorCode::QUOTA_EXCEEDED);
  for (const Bytes prefix : {"meta/", "outbox/", "body/", "stage/"}) {
    for (const Bytes& key : device.store.keys(prefix)) CHECK(before.count(key) == 1);
  }
  CHECK(device.host.load("p1") == "{\"n\":1}");
  CHECK(device.status().pending == 2);

  const Reply reply = device.host.sync();
  INFO(reply.status.message());
  CHECK(reply.status.ok());
  CHECK(device.hub.commits() == 1);
  CHECK(device.status().pending == 0);
  CHECK(device.host.put("b", pdf('b')).status.ok());
  CHECK(device.host.load("p1") == "{\"n\":1}");
  CHECK(device.host.load_pdf("a") == pdf('a'));
}

TEST_CASE("deleting works on a full disk, and saves work again after it") {
  // Of an item that only this device has, and of one that the Hub has too.
  Device device;
  device.host.advance(kMinuteMs);
  REQUIRE(device.host.save("p1", "{\"text\":\"" + Bytes(2'000, 'x') + "\"}").status.ok());
  REQUIRE(device.host.sync().status.ok());
  REQUIRE(device.host.save("p1", "{\"text\":\"" + Bytes(2'000, 'y') + "\"}").status.ok());
  REQUIRE(device.host.put("mine", pdf('m')).status.ok());
  device.leave_room(0);
  CHECK(device.host.remove("p1").status.ok());
  CHECK(device.host.load("p1") == "(none)");
  device.leave_room(0);
  CHECK(device.host.save("p2", "{}").status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(device.host.call(Delete{"pdfs", Kind::kBlob, "mine"}).status.ok());
  CHECK(device.host.save("p2", "{}").status.ok());
  CHECK(device.host.sync().status.ok());
  CHECK(device.host.list() == "p2:synced");
}

TEST_CASE("evict() works on a full disk") {
  // What the app does when it hears QUOTA_EXCEEDED.
  Device device;
  REQUIRE(device.host.put("a", pdf('a')).status.ok());
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(0);
  CHECK(device.host.call(Evict{"pdfs", "a"}).status.ok());
  CHECK(device.store.keys("body/").empty());
  CHECK(device.host.list("pdfs", Kind::kBlob) == "a:remote-only");
  CHECK(device.host.load_pdf("a") == pdf('a'));
}

TEST_CASE("a large blob that does not fit leaves no chunk behind") {
  // Its first batches were written before the disk was full.
  Device device;
  device.leave_room(20 << 20);
  CHECK(device.host.put("big", Bytes(40 << 20, 'x')).status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(device.store.keys("body/").empty());
  CHECK(device.store.keys("stage/").empty());
  CHECK(device.host.put("small", Bytes(17 << 20, 'x')).status.ok());  // What the reserve leaves.
}

TEST_CASE("a large blob makes room in the middle of being stored") {
  // The batch that did not fit is written again.
  Device device;
  REQUIRE(device.host.put("old", Bytes(30 << 20, 'o')).status.ok());
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(20 << 20);
  const Bytes big(40 << 20, 'x');
  CHECK(device.host.put("big", big).status.ok());
  CHECK(device.host.load_pdf("big") == big);
  CHECK(device.store.keys("stage/").empty());
}

TEST_CASE("a fetched body that does not fit is delivered, and the next one is kept") {
  // The cache makes room for what is used now.
  Device device;
  for (const char letter : std::string("ab")) REQUIRE(device.host.put({letter}, pdf(letter)).status.ok());
  device.hub.write(item_path("", "pdfs", Kind::kBlob, "x", Encoding::kPlain), pdf('x'));
  REQUIRE(device.host.sync().status.ok());
  device.leave_room(1'000);
  CHECK(device.host.load_pdf("x") == pdf('x'));
  device.host.settle();
  CHECK(device.host.load_pdf("x") == pdf('x'));
  CHECK_FALSE(device.store.keys("body/pdfs/x.").empty());
}

TEST_CASE("a device that cannot even keep the listing delivers what the Hub has") {
  // Nothing can be stored at all; the app asked for an item, not for a cache.
  Device device;
  device.hub.write(item_path("", "projects", Kind::kJson, "p1", Encoding::kPlain), "{\"n\":1}");
  device.store.quota_bytes = 0;
  CHECK(device.host.load("p1") == "{\"n\":1}");
  CHECK(device.host.load("p2") == "(none)");
  CHECK(device.host.list() == "p1:remote-only");
  CHECK(device.store.records.empty());
  CHECK(device.host.save("p3", "{}").status.code() == ErrorCode::QUOTA_EXCEEDED);
  device.store.quota_bytes.reset();
  CHECK(device.host.load("p1") == "{\"n\":1}");
  CHECK(device.host.save("p3", "{}").status.ok());
}

TEST_CASE("in local mode a full disk fails the save, and deleting makes room") {
  // Nothing there is a copy, so nothing may go by itself.
  Options options = test_options();
  options.mode = Mode::kLocal;
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, options);
  REQUIRE(host.put("a", pdf('a')).status.ok());
  store.quota_bytes = store.used_bytes();
  CHECK(host.put("b", pdf('b')).status.code() == ErrorCode::QUOTA_EXCEEDED);
  CHECK(host.load_pdf("a") == pdf('a'));
  CHECK(host.call(Delete{"pdfs", Kind::kBlob, "a"}).status.ok());
  CHECK(host.put("c", pdf('c', 5'000)).status.ok());
}

}  // namespace
}  // namespace hubstash::test
