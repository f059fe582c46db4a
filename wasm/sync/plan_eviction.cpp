#include "sync/plan_eviction.h"

#include <algorithm>

#include "base/sorting.h"
#include "store/ranges.h"

namespace hubstash {
namespace {

/// An eviction goes on to this share of the bound, so that it is needed seldom: it looks at every record.
constexpr uint64_t kLowWaterPercent = 90;
/// On a full disk at least this share of the cache goes, for the same reason.
constexpr uint64_t kFullDiskShare = 10;

}  // namespace

CacheCount count_cache(const std::vector<Record>& items, const std::vector<Record>& ranges,
                       const std::vector<Record>& times, const std::map<CacheLedger::UseKey, TimeMs>& uses) {
  std::map<CacheLedger::UseKey, TimeMs> used_at = uses;
  for (const Record& record : times) {
    const Result<UseTimes> shard = open_use_times(record.value);
    if (!shard) continue;
    for (const auto& [number, at] : shard->used_at) {
      TimeMs& known = used_at[{record.key, number}];
      known = std::max(known, at);
    }
  }
  const auto last_use = [&used_at](const CacheLedger::UseKey& key, TimeMs since) {
    const auto used = used_at.find(key);
    return used == used_at.end() ? since : std::max(since, used->second);
  };
  CacheCount count;
  for (const Record& record : items) {
    const Result<Item> item = open_item(record.value);
    if (!item || item->state != ChangeState::kSynced || !item->cached()) continue;
    UseName name = use_name(item->collection, item->id);
    const CacheLedger::UseKey key{std::move(name.key), name.number};
    count.bytes += item->size;
    count.cached.insert(key);
    if (!item->base || item->size == 0) continue;
    count.least_used.push_back({item->collection, item->id, item->size, last_use(key, item->modified), false});
  }
  for (const Record& record : ranges) {
    const Result<Ranges> kept = open_ranges(record.value);
    if (!kept) continue;
    UseName name = use_name(kept->collection, kept->id);
    const CacheLedger::UseKey key{std::move(name.key), name.number};
    count.bytes += kept->kept_bytes();
    count.cached.insert(key);
    count.least_used.push_back({kept->collection, kept->id, kept->kept_bytes(), last_use(key, kept->kept_at), true});
  }
  // Among those of one time the order is by name, so that equal states evict alike.
  sort_stably(&count.least_used, [](const Evictable& a, const Evictable& b) { return a.last_use < b.last_use; });
  return count;
}

uint64_t bytes_to_free(uint64_t cached_bytes, uint64_t bound_bytes, uint64_t wanted_bytes) {
  uint64_t free = 0;
  if (cached_bytes > bound_bytes) free = cached_bytes - bound_bytes / 100 * kLowWaterPercent;
  if (wanted_bytes > 0) free = std::max({free, 2 * wanted_bytes, cached_bytes / kFullDiskShare});
  return std::min(free, cached_bytes);
}

bool may_evict(const std::optional<Item>& item, const std::optional<ListedVersion>& listed) {
  return item && item->state == ChangeState::kSynced && item->cached() && item->base && listed;
}

std::map<Bytes, UseTimes> forgotten_uses(const std::vector<Record>& times,
                                         const std::set<CacheLedger::UseKey>& cached) {
  std::map<Bytes, UseTimes> changed;
  for (const Record& record : times) {
    Result<UseTimes> shard = open_use_times(record.value);
    if (!shard) {
      changed[record.key] = UseTimes();  // Of no use to anybody.
      continue;
    }
    const size_t before = shard->used_at.size();
    std::erase_if(shard->used_at, [&](const auto& use) { return cached.count({record.key, use.first}) == 0; });
    if (shard->used_at.size() != before) changed[record.key] = std::move(*shard);
  }
  return changed;
}

}  // namespace hubstash
