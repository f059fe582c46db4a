#pragma once
// Which bodies go when the cache is too large, or the disk full. Pure.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hubstash/messages.h"
#include "sync/cache_ledger.h"
#include "sync/item_view.h"

namespace hubstash {

/// A body that may go, if the listing still has its item.
struct Evictable {
  std::string collection, id;
  uint64_t bytes = 0;
  TimeMs last_use = 0;
  bool is_ranges = false;  ///< Not the body, but what is here of one.
};

struct CacheCount {
  uint64_t bytes = 0;                    ///< Of all synced bodies and kept ranges.
  std::vector<Evictable> least_used;     ///< Least recently used first.
  std::set<CacheLedger::UseKey> cached;  ///< The names of the items that have a body here.
};

/// Counts the cache from the records of the items, of kept ranges and of times, and the uses that are in none yet.
CacheCount count_cache(const std::vector<Record>& items, const std::vector<Record>& ranges,
                       const std::vector<Record>& times, const std::map<CacheLedger::UseKey, TimeMs>& uses);

/// How much has to go. Above `bound` so much that the next bodies fit without another look; where the disk lacks room,
/// a multiple of what was wanted, since a browser needs more than the bytes themselves.
uint64_t bytes_to_free(uint64_t cached_bytes, uint64_t bound_bytes, uint64_t wanted_bytes);

/// Whether the body of this item may go: the Hub has the item, nothing waits here, and there is a body.
bool may_evict(const std::optional<Item>& item, const std::optional<ListedVersion>& listed);

/// The records of times that name items without a body, without those names; empty ones are to be deleted.
std::map<Bytes, UseTimes> forgotten_uses(const std::vector<Record>& times, const std::set<CacheLedger::UseKey>& cached);

}  // namespace hubstash
