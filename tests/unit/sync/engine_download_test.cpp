// A large file can be had in two ways: by a redirect, which Firefox and WebKit may be refused, and by the signed
// address that the Hub gives for it. Either alone is enough, and the one that works is remembered.
#include "support/range_world.h"

namespace hubstash::test {
namespace {

size_t batches(const ModelHub& hub) {
  return static_cast<size_t>(std::count_if(hub.log.begin(), hub.log.end(), [](const std::string& request) {
    return request.ends_with("/info/lfs/objects/batch");
  }));
}

TEST_CASE("a browser that is refused the redirect loads a file, and ranges of it, by one signed address") {
  World world;
  publish(world, kFile);
  publish(world, file(3 * kMiB, 2), "b");
  world.hub.refuses_redirects = true;
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 10, 10) == kFile.substr(10, 10));
  CHECK(downloads(world.hub) == 1);  // The attempt that was refused, and never again.
  CHECK(host.read(reader, 4 * kMiB, 10) == kFile.substr(4 * kMiB, 10));
  CHECK(world.hub.downloaded_bytes < 2 * kMiB + 1'000);
  CHECK(batches(world.hub) == 1);
  CHECK(host.load_pdf("b") == file(3 * kMiB, 2));
  CHECK(batches(world.hub) == 2);
  CHECK(downloads(world.hub) == 1);
  CHECK(world.hub.complaints.empty());
}

TEST_CASE("an address is asked for anew when it has expired, by its time or by the server's word") {
  World world;
  publish(world, kFile);
  world.hub.refuses_redirects = true;
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  host.advance(3'600'000);
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
  CHECK(batches(world.hub) == 2);
  world.hub.expired_addresses = 1;
  CHECK(host.read(reader, 2 * kMiB, 10) == kFile.substr(2 * kMiB, 10));
  CHECK(batches(world.hub) == 3);
  world.hub.expired_addresses = 9;
  CHECK(host.read(reader, 3 * kMiB, 10) == "FORBIDDEN");
}

TEST_CASE("where both ways fail the app is told of the first failure, and the next load tries both again") {
  World world;
  publish(world, kFile);
  world.hub.refuses_redirects = true;
  world.hub.gives_addresses = false;
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 0, 10) == "OFFLINE");
  world.hub.gives_addresses = true;
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
}

TEST_CASE("a browser that was given addresses goes by the redirect again when there are none any more") {
  World world;
  publish(world, kFile);
  world.hub.refuses_redirects = true;
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  CHECK(host.read(reader, 0, 10) == kFile.substr(0, 10));
  world.hub.refuses_redirects = false;
  world.hub.gives_addresses = false;
  host.advance(3'600'000);
  CHECK(host.read(reader, kMiB, 10) == kFile.substr(kMiB, 10));
}

TEST_CASE("what the Hub itself says of a file is no reason to ask for its address") {
  World world;
  publish(world, kFile);
  TestHost host(world.hub, world.store);
  const std::string reader = host.open_pdf("a");
  world.hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (!request.url.ends_with(".pdf")) return std::nullopt;
    HttpAnswer forbidden;
    forbidden.http_status = 403;
    return forbidden;
  };
  CHECK(host.read(reader, 0, 10) == "FORBIDDEN");
  CHECK(batches(world.hub) == 0);
}

}  // namespace
}  // namespace hubstash::test
