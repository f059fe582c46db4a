// What becomes of ranges that were read from the Hub: they are kept, counted, evicted and swept as bodies are, become a
// body when all of them are here, and are delivered where they cannot be kept.
#include "store/ranges.h"
#include "support/range_world.h"

namespace hubstash::test {
namespace {

TEST_CASE("when all chunks are here the item is cached: loading it fetches nothing") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 0, 2 * kMiB) == kFile.substr(0, 2 * kMiB));
  CHECK(host.read(reader, 2 * kMiB, kFile.size()) == kFile.substr(2 * kMiB));
  host.settle();
  CHECK(state(host) == "a+");
  CHECK(world.store.keys("range/").empty());
  const uint64_t before = world.hub.downloaded_bytes;
  world.hub.offline = true;
  CHECK(host.load_pdf("a") == kFile);
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
  CHECK(world.hub.downloaded_bytes == before);
  // And it goes as any other body does.
  REQUIRE(host.call(Evict{"pdfs", "a"}).status.ok());
  CHECK(world.store.keys("body/").empty());
}

TEST_CASE("a load right after the last range waits for the body instead of fetching it") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  bool hold = false;
  host.fate = [&](const Effect& effect) {
    const auto* hash = std::get_if<HashBlob>(&effect.body);
    return hold && hash != nullptr && host.blob(hash->blob).size() == kFile.size() ? Fate::kHold : Fate::kRun;
  };
  host.read(reader, 0, kMiB);
  hold = true;
  CHECK(host.read(reader, kMiB, kFile.size()) == kFile.substr(kMiB));
  const uint64_t before = world.hub.downloaded_bytes;
  const RequestId load = host.send(Load{"pdfs", Kind::kBlob, "a"});
  host.settle();
  CHECK_FALSE(host.answered(load));
  host.release_held();
  CHECK(host.wait(load).status.ok());
  CHECK(world.hub.downloaded_bytes == before);
}

TEST_CASE("a damaged chunk among the kept ranges is fetched again") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  host.read(reader, 0, 10);
  const Bytes key = world.store.keys("body/").at(0);
  world.store.records.at(key)[0] ^= 1;
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  CHECK(world.store.records.at(key) == kFile.substr(0, kMiB));
}

TEST_CASE("a file of another tool has no list of hashes: ranges are shown as they come, and the whole is checked") {
  World world;
  world.hub.write(pdf_path("a"), kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
  CHECK(host.read(reader, kMiB + 5, 10) == kFile.substr(kMiB + 5, 10));
  CHECK(downloads(world.hub) == 1);
  CHECK(host.read(reader, 0, kFile.size()) == kFile);
  host.settle();
  CHECK(state(host) == "a+");
}

TEST_CASE("ranges of another tool's file that do not make the file are removed, and the app is told") {
  World world;
  world.hub.write(pdf_path("a"), kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.hub.corrupt_downloads = 1;
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));  // The wrong byte is elsewhere in the chunk.
  host.read(reader, 0, kFile.size());
  host.settle();
  REQUIRE(host.errors.size() == 1);
  CHECK(host.errors[0].code() == ErrorCode::INTEGRITY);
  CHECK(state(host) == "a-");
  CHECK(world.store.keys("body/").empty());
  CHECK(world.store.keys("range/").empty());
}

TEST_CASE("a full disk: what cannot be kept is delivered all the same, to all who wait") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.store.quota_bytes = world.store.used_bytes() + 1'000;
  const RequestId one = host.send(ReadBlob{reader, 0, 3 * kMiB}), two = host.send(ReadBlob{reader, kMiB, 10});
  CHECK(host.range_of(host.wait(one)) == kFile.substr(0, 3 * kMiB));
  CHECK(host.range_of(host.wait(two)) == kFile.substr(kMiB, 10));
  CHECK(world.store.keys("body/").empty());
  CHECK(downloads(world.hub) == 1);
  host.call(CloseBlob{reader});
}

TEST_CASE("kept ranges count in the cache's bound, and the least recently used go") {
  World world;
  publish(world, kFile, "a");
  publish(world, file(5 * kMiB, 3), "b");
  Options options = test_options();
  options.cache_max_bytes = 4 * kMiB;
  TestHost host(world.hub, world.store, options);
  const std::string a = host.open_pdf("a"), b = host.open_pdf("b");
  host.read(a, 0, 2 * kMiB);
  host.advance(60'000);
  host.read(b, 0, 2 * kMiB);
  host.advance(60'000);
  host.read(b, 3 * kMiB, kMiB);
  host.advance(700'000);
  const std::vector<Bytes> kept = world.store.keys("range/");
  REQUIRE(kept.size() == 1);
  CHECK(kept[0] == ranges_key("pdfs", "b"));
  CHECK(world.store.keys("body/").size() == 3);
  CHECK(host.read(a, 0, 10) == kFile.substr(0, 10));
}

TEST_CASE("clearLocal() and a save remove the ranges, and the reader goes on at the Hub") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  host.read(reader, 0, 10);
  REQUIRE(host.call(ClearLocal{false}).status.ok());
  CHECK(world.store.keys("body/").empty());
  CHECK(world.store.keys("range/").empty());
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  REQUIRE(host.sync().status.ok());
  host.read(reader, kMiB, 10);
  CHECK(world.store.keys("range/").size() == 1);
  REQUIRE(host.put("a", "a new one").status.ok());
  host.settle();
  CHECK(world.store.keys("range/").empty());
  CHECK(world.store.keys("body/").size() == 1);
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  host.call(CloseBlob{reader});
}

TEST_CASE("what another page left: unwanted ranges are swept at the next open, whole ones become the body") {
  World world;
  publish(world, kFile);
  {
    TestHost host(world.hub, world.store);
    const std::string reader = host.open_pdf("a");
    host.read(reader, 0, kMiB);
    host.fate = [](const Effect& effect) {
      return std::holds_alternative<OpenBody>(effect.body) ? Fate::kCrashBefore : Fate::kRun;
    };
    host.read(reader, kMiB, kFile.size());
    host.settle();
    REQUIRE(host.crashed());
  }
  CHECK(world.store.keys("range/").size() == 1);
  TestHost host(world.hub, world.store, test_options(2));
  host.advance(1'000);
  CHECK(state(host) == "a+");
}

TEST_CASE("in remote mode nothing is kept") {
  World world;
  publish(world, kFile);
  Options options = test_options();
  options.mode = Mode::kRemote;
  TestHost host(world.hub, world.store, options);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  CHECK(host.read(reader, 10, 10) == kFile.substr(10, 10));
  CHECK(downloads(world.hub) == 1);
  CHECK(world.store.keys("body/").empty());
  host.call(CloseBlob{reader});
}

}  // namespace
}  // namespace hubstash::test
