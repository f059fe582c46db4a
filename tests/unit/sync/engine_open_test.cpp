// Ranges of a blob come from this device, or from the Hub chunk by chunk. Each byte is checked before it is shown, and
// a reader stays on the version that it opened.
#include "store/item.h"
#include "store/keys.h"
#include "support/range_world.h"

namespace hubstash::test {
namespace {

TEST_CASE("a range that is not here is fetched with its chunks alone, once, also after the page was closed") {
  World world;
  publish(world, kFile);
  {
    TestHost host(world.hub, world.store);
    const std::string reader = host.open_pdf("a");
    const uint64_t list_bytes = world.hub.downloaded_bytes;
    CHECK(list_bytes < 1'000);  // The hashes of the chunks, and nothing else.
    CHECK(host.read(reader, kMiB + 5, 100) == kFile.substr(kMiB + 5, 100));
    CHECK(world.hub.downloaded_bytes == list_bytes + kMiB);
    // Over the border of two chunks that are missing: one request for both.
    CHECK(host.read(reader, 3 * kMiB - 10, 20) == kFile.substr(3 * kMiB - 10, 20));
    CHECK(world.hub.downloaded_bytes == list_bytes + 3 * kMiB);
    CHECK(downloads(world.hub) == 2);
    CHECK(host.read(reader, kMiB, 3 * kMiB) == kFile.substr(kMiB, 3 * kMiB));
    CHECK(downloads(world.hub) == 2);
    CHECK(state(host) == "a-");
  }
  TestHost again(world.hub, world.store, test_options(2));
  world.hub.offline = true;
  const std::string reader = again.open_pdf("a");
  CHECK(again.read(reader, kMiB + 7, 10) == kFile.substr(kMiB + 7, 10));
  CHECK(again.read(reader, 0, 10) == "OFFLINE");
}

TEST_CASE("reads as of a file: fewer bytes at the end, none beyond it, none of an empty file") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, kFile.size() - 3, 100) == kFile.substr(kFile.size() - 3));
  CHECK(host.read(reader, 0, 0).empty());
  CHECK(host.read(reader, kFile.size(), 5).empty());
  CHECK(host.read(reader, uint64_t{1} << 53, uint64_t{1} << 53).empty());
  CHECK(host.open_pdf("nobody") == "(none)");
  world.hub.write("files/" + shard_of("e") + "/e", "");
  REQUIRE(host.sync().status.ok());
  const Reply empty = host.call(OpenBlob{"files", "e"});
  REQUIRE(empty.status.ok());
  CHECK(std::get<Opening>(empty.value).size == 0);
  CHECK(host.read(std::get<Opening>(empty.value).reader, 0, 10).empty());
}

TEST_CASE("a reader that is closed, or that this engine never had, reads nothing") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.call(CloseBlob{reader}).status.ok());
  CHECK(host.read(reader, 0, 10) == "CLOSED");
  CHECK(host.read("0123456789abcdef", 0, 10) == "CLOSED");
}

TEST_CASE("a body that is here needs no Hub, pending or not, and is not read whole") {
  World world;
  TestHost host(world.hub, world.store);
  world.hub.offline = true;
  REQUIRE(host.put("a", kFile).status.ok());
  const std::string reader = host.open_pdf("a");
  size_t pieces = 0;
  host.fate = [&](const Effect& effect) {
    if (const auto* range = std::get_if<ReadRange>(&effect.body)) pieces += range->pieces.size();
    return Fate::kRun;
  };
  CHECK(host.read(reader, 2 * kMiB, 10) == kFile.substr(2 * kMiB, 10));
  CHECK(pieces == 1);
}

TEST_CASE("concurrent reads of one chunk share one request, and a cancelled one does not take it from the other") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string first = host.open_pdf("a"), second = host.open_pdf("a");
  bool hold = true;
  host.fate = [&](const Effect& effect) {
    return hold && std::holds_alternative<HttpRequest>(effect.body) ? Fate::kHold : Fate::kRun;
  };
  const RequestId one = host.send(ReadBlob{first, 10, 10});
  host.settle();
  const RequestId two = host.send(ReadBlob{second, 20, 10}), three = host.send(ReadBlob{first, kMiB - 5, 10});
  host.settle();
  host.cancel(one);
  hold = false;
  host.settle();
  host.release_held();
  CHECK(host.wait(one).status.code() == ErrorCode::ABORTED);
  CHECK(host.range_of(host.wait(two)) == kFile.substr(20, 10));
  CHECK(host.range_of(host.wait(three)) == kFile.substr(kMiB - 5, 10));
  CHECK(downloads(world.hub) == 2);  // Chunk 0, and chunk 1 for the third.
}

TEST_CASE("a wrong byte is fetched once more; wrong again, it is INTEGRITY and never shown") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.hub.corrupt_downloads = 1;
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  world.hub.corrupt_downloads = 2;
  CHECK(host.read(reader, 2 * kMiB, 10) == "INTEGRITY");
  world.hub.corrupt_downloads = 0;
  CHECK(host.read(reader, 2 * kMiB, 10) == kFile.substr(2 * kMiB, 10));
}

TEST_CASE("another range than was asked for is BAD_RESPONSE; the whole file instead of a range is taken and kept") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.hub.answer_first = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (!request.url.ends_with(".pdf")) return std::nullopt;
    HttpAnswer answer;
    answer.http_status = 206;
    answer.headers = {{"content-range", "bytes 5-14/" + std::to_string(kFile.size())}};
    answer.body = kFile.substr(5, 10);
    return answer;
  };
  CHECK(host.read(reader, 0, 10) == "BAD_RESPONSE");
  world.hub.answer_first = nullptr;
  world.hub.serves_ranges = false;
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
  host.settle();
  CHECK(state(host) == "a+");
  CHECK(downloads(world.hub) == 2);
}

TEST_CASE("a damaged chunk of a body is fetched alone and written back") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  CHECK(host.load_pdf("a") == kFile);
  const Bytes key = chunk_key("pdfs", "a", kInPlace, 3);
  world.store.records.at(key)[7] ^= 1;
  const uint64_t before = world.hub.downloaded_bytes;
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 3 * kMiB, 20) == kFile.substr(3 * kMiB, 20));
  CHECK(world.hub.downloaded_bytes == before + kMiB);
  CHECK(world.store.records.at(key) == kFile.substr(3 * kMiB, kMiB));
  world.store.records.erase(key);
  world.hub.offline = true;
  CHECK(host.read(reader, 3 * kMiB, 20) == "OFFLINE");
  CHECK(host.read(reader, 2 * kMiB, 20) == kFile.substr(2 * kMiB, 20));
}

TEST_CASE("a damaged chunk that the Hub does not have is STORAGE_CORRUPT") {
  World world;
  TestHost host(world.hub, world.store);
  REQUIRE(host.put("a", kFile).status.ok());
  const std::string reader = host.open_pdf("a");
  world.store.records.at(chunk_key("pdfs", "a", kInPlace, 0)).resize(5);
  CHECK(host.read(reader, 0, 10) == "STORAGE_CORRUPT");
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
}

TEST_CASE("a reader stays on the version that it opened while the item changes, is evicted, and is deleted") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  host.read(reader, 0, 10);
  // Somebody else saves another version.
  const Bytes other = file(3 * kMiB, 7);
  publish(world, other);
  REQUIRE(host.sync().status.ok());
  host.settle();
  CHECK(world.store.keys("range/").empty());  // Of no use any more.
  CHECK(host.read(reader, 4 * kMiB, 10) == kFile.substr(4 * kMiB, 10));
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  CHECK(world.store.keys("body/").empty());  // And nothing of an old version is kept.
  const std::string newer = host.open_pdf("a");
  CHECK(host.read(newer, kMiB, 10) == other.substr(kMiB, 10));
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
  REQUIRE(host.call(Evict{"pdfs", "a"}).status.ok());
  CHECK(world.store.keys("body/").empty());
  REQUIRE(host.call(Delete{"pdfs", Kind::kBlob, "a"}).status.ok());
  REQUIRE(host.sync().status.ok());
  CHECK(host.open_pdf("a") == "(none)");
  CHECK(host.read(newer, 2 * kMiB, 10) == other.substr(2 * kMiB, 10));
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  for (const std::string& name : {reader, newer}) host.call(CloseBlob{name});
}

TEST_CASE("a version that was only here is NOT_FOUND once it is gone, and goes on at the Hub where it was pushed") {
  World world;
  TestHost host(world.hub, world.store);
  REQUIRE(host.put("a", kFile).status.ok());
  const std::string lost = host.open_pdf("a");
  const Bytes other = file(2 * kMiB, 7);
  REQUIRE(host.put("a", other).status.ok());
  CHECK(host.read(lost, 0, 10) == "NOT_FOUND");
  const std::string pushed = host.open_pdf("a");
  REQUIRE(host.sync().status.ok());
  REQUIRE(host.call(Evict{"pdfs", "a"}).status.ok());
  CHECK(host.read(pushed, 5, 10) == other.substr(5, 10));
  CHECK(host.read(lost, 0, 10) == "NOT_FOUND");
}

TEST_CASE("a commit that is gone: the reader goes on at another one that has its version, if there is one") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.hub.squash();
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  world.hub.remove(pdf_path("a"));
  world.hub.squash();
  CHECK(host.read(reader, 3 * kMiB, 10) == "NOT_FOUND");
}

TEST_CASE("a blob of one chunk is fetched whole and checked; a file outside of LFS too") {
  World world;
  const Bytes small = file(1'000);
  publish(world, small);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(downloads(world.hub) == 0);
  world.hub.corrupt_downloads = 1;
  CHECK(host.read(reader, 5, 10) == small.substr(5, 10));
  host.settle();
  CHECK(state(host) == "a+");
  world.hub.write("files/" + shard_of("t") + "/t", "some text");
  REQUIRE(host.sync().status.ok());
  const Reply text = host.call(OpenBlob{"files", "t"});
  REQUIRE(text.status.ok());
  CHECK(host.read(std::get<Opening>(text.value).reader, 5, 100) == "text");
}

TEST_CASE("a refused token, a forbidden dataset and a busy Hub end a read as they end other downloads") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  for (const auto& [status, code] : {std::pair{403, "FORBIDDEN"}, {429, "RATE_LIMITED"}}) {
    HttpAnswer refusal;
    refusal.http_status = status;
    world.hub.answer_first = [refusal](const HttpRequest& request) {
      return request.url.ends_with(".pdf") ? std::optional(refusal) : std::nullopt;
    };
    CHECK(host.read(reader, 0, 10) == code);
  }
}

}  // namespace
}  // namespace hubstash::test
