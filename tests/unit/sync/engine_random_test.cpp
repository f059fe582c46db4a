// Random histories of two devices, with faults and crashes: whatever happens, they agree in the end.
#include <string>

#include "base/random.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

struct World {
  explicit World(uint64_t seed) : random(seed, 99), seed_(seed) {
    for (size_t i = 0; i < 2; ++i) start(i);
  }
  void start(size_t i) {
    hosts[i] = std::make_unique<TestHost>(hub, stores[i], test_options(seed_ * 1000 + ++starts_));
  }

  void step() {
    const size_t device = random.below(2);
    TestHost& host = *hosts[device];
    const std::string id = "p" + std::to_string(random.below(4));
    switch (random.below(9)) {
      case 0:
      case 1:
      case 2:
        CHECK(host.save(id, "{\"n\":" + std::to_string(++counter_) + "}").status.ok());
        break;
      case 3:
        CHECK(host.remove(id).status.ok());
        break;
      case 4:
        host.load(id);
        break;
      case 5:
        hub.next_commit = static_cast<ModelHub::CommitFault>(1 + random.below(3));
        break;
      case 6: {
        uint64_t left = random.below(25);
        host.fate = [&](const Effect&) { return left-- == 0 ? Fate::kCrashAfter : Fate::kRun; };
        host.sync();
        host.fate = nullptr;
        if (host.crashed()) start(device);
        break;
      }
      default:
        host.sync();
    }
  }

  Random random;
  ModelHub hub;
  TestStore stores[2];
  std::unique_ptr<TestHost> hosts[2];

 private:
  uint64_t seed_;
  uint64_t starts_ = 0;
  int counter_ = 0;
};

TEST_CASE("random histories of two devices end in agreement") {
  // Each item and each conflict copy is on both devices what the Hub has, and nothing waits any more.
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    World world(seed);
    for (int i = 0; i < 40; ++i) world.step();
    for (int i = 0; i < 4; ++i) CHECK(world.hosts[i % 2]->sync().status.ok());
    for (const auto& host : world.hosts) {
      const std::string list = host->list();
      CAPTURE(list);
      CHECK(list.find(":pending") == list.npos);
      CHECK(host->copies() == world.hosts[0]->copies());
      std::vector<std::string> ids = host->copy_ids();
      for (const char* id : {"p0", "p1", "p2", "p3"}) ids.push_back(id);
      for (const std::string& id : ids) {
        const auto file = world.hub.files().find(path_of(id));
        const std::string on_hub = file == world.hub.files().end() ? "(none)" : file->second.content;
        CAPTURE(id);
        CHECK(host->load(id) == on_hub);
      }
    }
  }
}

}  // namespace
}  // namespace hubstash::test
