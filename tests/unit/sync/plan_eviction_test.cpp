// Which bodies go first, and how many.
#include "sync/plan_eviction.h"

#include "catch.h"
#include "store/keys.h"

namespace hubstash {
namespace {

Item synced_item(const std::string& id, uint64_t size, TimeMs modified) {
  Item item;
  item.collection = "projects";
  item.id = id;
  item.size = size;
  item.modified = modified;
  item.body = LocalBody{"0", std::vector<Sha256>(chunk_count(size), Sha256(32, 'x'))};
  item.base = RemoteVersion{std::string(40, 'a'), "", size, false};
  return item;
}

Record record_of(const Item& item) { return {item_key(item.collection, item.id), seal_item(item, 1)}; }

CacheLedger::UseKey key_of(const std::string& id) {
  const UseName name = use_name("projects", id);
  return {name.key, name.number};
}

std::string ids(const CacheCount& count) {
  std::string text;
  for (const Evictable& item : count.least_used) text += (text.empty() ? "" : " ") + item.id;
  return text;
}

TEST_CASE("the least recently used body is the first, whichever record says when it was used") {
  // The time of saving, the time that was written down, and the time in memory: the latest counts.
  const std::vector<Record> items = {record_of(synced_item("saved", 1, 400'000'000)),
                                     record_of(synced_item("old", 2, 100'000'000)),
                                     record_of(synced_item("noted", 3, 0)), record_of(synced_item("now", 4, 0))};
  UseTimes times;
  times.used_at[key_of("noted").second] = 300'000'000;
  times.used_at[key_of("saved").second] = 200'000'000;
  const std::vector<Record> noted = {{key_of("noted").first, seal_use_times(times, 1)}};
  const CacheCount count = count_cache(items, {}, noted, {{key_of("now"), 500'000'000}});
  CHECK(count.bytes == 10);
  CHECK(ids(count) == "old noted saved now");
}

TEST_CASE("only what the Hub has is counted, and only with a base it may go") {
  // Pending, deleted and damaged items, and those without a body, are no part of the cache.
  Item pending = synced_item("pending", 1, 1), deleted = synced_item("deleted", 1, 1);
  pending.state = ChangeState::kPending;
  deleted.state = ChangeState::kDeleted;
  Item gone = synced_item("gone", 1, 1), local = synced_item("local", 5, 1);
  gone.body.reset();
  local.base.reset();
  const std::vector<Record> items = {
      record_of(pending), record_of(deleted), record_of(gone), record_of(local), {"meta/projects/damaged", "HSR?"}};
  const CacheCount count = count_cache(items, {}, {}, {});
  CHECK(count.bytes == 5);
  CHECK(ids(count).empty());
  const ListedVersion listed;
  CHECK(may_evict(synced_item("p", 1, 1), listed));
  for (const Item& item : {pending, deleted, gone, local}) CHECK_FALSE(may_evict(item, listed));
  CHECK_FALSE(may_evict(synced_item("unlisted", 1, 1), std::nullopt));
}

TEST_CASE("an eviction makes room for a while, and never takes more than there is") {
  // It looks at every record, so it must not be needed again at once.
  CHECK(bytes_to_free(1'000, 1'000, 0) == 0);
  CHECK(bytes_to_free(1'100, 1'000, 0) == 200);
  CHECK(bytes_to_free(1'000, UINT64_MAX, 0) == 0);
  CHECK(bytes_to_free(1'000, 0, 0) == 1'000);
  CHECK(bytes_to_free(1'000, UINT64_MAX, 300) == 600);
  CHECK(bytes_to_free(1'000, UINT64_MAX, 1) == 100);
  CHECK(bytes_to_free(1'000, UINT64_MAX, 5'000) == 1'000);
}

TEST_CASE("times of items that have no body any more are forgotten") {
  // Or their records would grow for ever.
  UseTimes times;
  times.used_at[key_of("here").second] = 60'000;
  times.used_at[key_of("here").second + 1] = 60'000;
  const Bytes key = key_of("here").first;
  const std::vector<Record> records = {{key, seal_use_times(times, 1)}, {"cache/use/zz", "damaged"}};
  std::map<Bytes, UseTimes> changed = forgotten_uses(records, {key_of("here")});
  REQUIRE(changed.size() == 2);
  CHECK(changed[key].used_at.size() == 1);
  CHECK(changed[key].used_at.count(key_of("here").second) == 1);
  CHECK(changed["cache/use/zz"].used_at.empty());
  times.used_at.erase(key_of("here").second + 1);
  CHECK(forgotten_uses({{key, seal_use_times(times, 1)}}, {key_of("here")}).empty());
}

}  // namespace
}  // namespace hubstash
