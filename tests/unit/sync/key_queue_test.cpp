#include "sync/key_queue.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "catch.h"

namespace hubstash {
namespace {

using Ids = std::vector<OperationId>;

TEST_CASE("key queue: writes of one key go one after the other, in order") {
  // The last save of an item must win.
  KeyQueue queue;
  CHECK(queue.enter(1, {"a"}));
  CHECK_FALSE(queue.enter(2, {"a"}));
  CHECK_FALSE(queue.enter(3, {"a"}));
  CHECK(queue.leave(1) == Ids{2});
  CHECK(queue.leave(2) == Ids{3});
  CHECK(queue.leave(3).empty());
  CHECK(queue.keys().empty());
}

TEST_CASE("key queue: writes of different keys go side by side") {
  // A large upload must not hold up small saves.
  KeyQueue queue;
  CHECK(queue.enter(1, {"a"}));
  CHECK(queue.enter(2, {"b"}));
  CHECK_FALSE(queue.enter(3, {"b", "a"}));
  CHECK(queue.leave(1).empty());
  CHECK(queue.leave(2) == Ids{3});
}

TEST_CASE("key queue: one that gives up in line does not stop those behind it") {
  // A cancelled save leaves from the middle.
  KeyQueue queue;
  CHECK(queue.enter(1, {"a"}));
  CHECK_FALSE(queue.enter(2, {"a", "b"}));
  CHECK_FALSE(queue.enter(3, {"b"}));
  CHECK(queue.leave(2) == Ids{3});
  CHECK(queue.leave(7).empty());
  CHECK(queue.leave(1).empty());
}

TEST_CASE("key queue: naming a key twice is naming it once") {
  // An app may save the same id twice in one call.
  KeyQueue queue;
  CHECK(queue.enter(1, {"a", "a"}));
  CHECK_FALSE(queue.enter(2, {"a"}));
  CHECK(queue.leave(1) == Ids{2});
}

TEST_CASE("key queue: random writes of many keys all get their turn, each alone on its keys") {
  // No deadlock, no two at once, no one forgotten, and for each key the order of entering.
  Random random(1, 1);
  for (int round = 0; round < 50; ++round) {
    KeyQueue queue;
    std::map<OperationId, std::set<std::string>> keys;
    std::set<OperationId> running;
    std::map<std::string, OperationId> last;
    const auto begin = [&](OperationId id) {
      for (const std::string& key : keys[id]) {
        CHECK(last[key] < id);
        last[key] = id;
        for (const OperationId other : running) CHECK(keys[other].count(key) == 0);
      }
      running.insert(id);
    };
    OperationId next = 1;
    size_t done = 0;
    while (done < 60) {
      if (next <= 60 && (running.empty() || random.below(2) == 0)) {
        for (uint64_t left = 1 + random.below(4); left > 0; --left) {
          keys[next].insert(std::string(1, static_cast<char>('a' + random.below(6))));
        }
        if (queue.enter(next, {keys[next].begin(), keys[next].end()})) begin(next);
        ++next;
        continue;
      }
      REQUIRE_FALSE(running.empty());  // Else everybody would wait for ever.
      const OperationId leaving = *std::next(running.begin(), static_cast<long>(random.below(running.size())));
      running.erase(leaving);
      ++done;
      for (const OperationId freed : queue.leave(leaving)) begin(freed);
    }
    CHECK(queue.keys().empty());
  }
}

}  // namespace
}  // namespace hubstash
