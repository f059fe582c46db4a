// Random histories of two pages in remote mode and a device that syncs, with commits that fail and a Hub that goes out
// of reach: what was acknowledged is in the item, or in a conflict copy of it.
#include <string>

#include "base/random.h"
#include "support/clash.h"

namespace hubstash::test {
namespace {

Options options_of(uint64_t seed, Mode mode) {
  Options options = test_options(seed);
  options.mode = mode;
  return options;
}

/// Every save adds a field of its own to what its page has seen, so that whatever is replaced unseen is missed.
struct World {
  explicit World(uint64_t seed)
      : random(seed, 7),
        first(hub, stores[0], options_of(3 * seed, Mode::kRemote)),
        second(hub, stores[1], options_of(3 * seed + 1, Mode::kRemote)),
        device(hub, stores[2], options_of(3 * seed + 2, Mode::kHybrid)),
        devices{&first, &second, &device} {}

  void step() {
    for (TestHost* each : devices) each->advance(60'000);
    const size_t which = random.below(3);
    TestHost& host = *devices[which];
    switch (random.below(8)) {
      case 0:
        hub.next_commit = static_cast<ModelHub::CommitFault>(1 + random.below(3));
        break;
      case 1:
        // From the nth request on, there is no network for the rest of a call.
        fail_after(host, static_cast<int>(random.below(8)));
        save(which);
        host.fate = nullptr;
        hub.offline = false;
        break;
      case 2:
        hub.before_commit = [this] { add_by_hand(); };
        break;
      case 3:
        if (which == 2) host.sync();
        [[fallthrough]];
      case 4:
        look(which);
        break;
      default:
        save(which);
    }
  }

  void look(size_t which) {
    const std::string text = devices[which]->load("p1");
    if (text.starts_with('{')) seen_[which] = text;
  }

  void save(size_t which) {
    const std::string field = "\"w" + std::to_string(++saves_) + "\"";
    const std::string text = with_field(seen_[which], field);
    if (!devices[which]->save("p1", text).status.ok()) return;
    acknowledged.push_back(field);
    seen_[which] = text;
  }

  void add_by_hand() {
    const auto file = hub.files().find(path_of("p1"));
    if (file == hub.files().end()) return;
    const std::string field = "\"w" + std::to_string(++saves_) + "\"";
    hub.write(path_of("p1"), with_field(hub.content(file->second), field));
    acknowledged.push_back(field);
  }

  bool is_reachable(const std::string& field) const {
    return std::any_of(hub.files().begin(), hub.files().end(), [&](const auto& entry) {
      return entry.first.starts_with("projects/") && hub.content(entry.second).find(field) != std::string::npos;
    });
  }

  Random random;
  ModelHub hub;
  TestStore stores[3];
  TestHost first, second, device;
  TestHost* devices[3];
  std::vector<std::string> acknowledged;

 private:
  static std::string with_field(const std::string& document, const std::string& field) {
    const std::string before = document.substr(0, document.rfind('}'));
    return before + (before.find('"') == std::string::npos ? "" : ",") + field + ":1}";
  }

  void fail_after(TestHost& host, int requests) {
    host.fate = [this, requests](const Effect& effect) mutable {
      if (std::holds_alternative<HttpRequest>(effect.body) && requests-- <= 0) hub.offline = true;
      return Fate::kRun;
    };
  }

  std::string seen_[3] = {"{}", "{}", "{}"};
  int saves_ = 0;
};

TEST_CASE("remote mode: whatever fails, no page overwrites what it has not seen") {
  size_t acknowledged = 0, copies = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    World world(seed);
    for (int i = 0; i < 40; ++i) world.step();
    world.hub.before_commit = nullptr;
    world.hub.next_commit = ModelHub::CommitFault::kNone;
    for (int i = 0; i < 3; ++i) world.device.sync();
    REQUIRE(synced(world.device).pushed == 0);
    for (const std::string& field : world.acknowledged) {
      INFO("field " << field);
      REQUIRE(world.is_reachable(field));
    }
    CHECK(world.hub.complaints.empty());
    acknowledged += world.acknowledged.size();
    copies += world.first.copy_ids().size();
  }
  // It was worth asking: there were saves, and some could not be merged.
  CHECK(acknowledged > 2'000);
  CHECK(copies > 20);
}

}  // namespace
}  // namespace hubstash::test
