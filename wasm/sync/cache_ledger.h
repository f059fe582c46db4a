#pragma once
// The engine's own count of its cache: bytes of bodies that the Hub has too, which of them were used since it was last
// written down, and when it is time to write that down or to evict. Nothing here must be exact or survive a crash; what
// is at most kFlushMs old is lost with one. No I/O; FlushUse and EvictLru do what it asks for.

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "hubstash/engine.h"
#include "store/cache_use.h"
#include "store/item.h"

namespace hubstash {

/// Bytes that this version of an item takes in the cache: none while the Hub does not have it.
uint64_t cached_bytes(const std::optional<Item>& item);

/// What `metrics()` reports of the cache, since the engine began.
struct CacheCounters {
  uint64_t hits = 0, misses = 0, evictions = 0;
};

class CacheLedger {
 public:
  /// Where an item's use is noted: the key of its record of times, and its number there.
  using UseKey = std::pair<Bytes, uint64_t>;

  explicit CacheLedger(const Options& options);
  /// Only a store that can fetch again what it drops has a cache.
  bool enabled() const { return options_.mode == Mode::kHybrid; }

  // What operations tell.
  void hit(std::string_view collection, std::string_view id, TimeMs now);
  void miss() { counters_.misses += 1; }
  void evicted() { counters_.evictions += 1; }
  /// A transaction that is complete replaced what took `before` bytes of the cache by what takes `after`.
  void replaced(uint64_t before, uint64_t after, TimeMs now);
  /// A write found no room for so many bytes.
  void lack_room(uint64_t bytes) { wanted_bytes_ += bytes; }
  /// A fetched body was not kept for want of room: there should be some for the next one.
  void not_kept(uint64_t bytes, TimeMs now);
  /// Somebody needed the reserve. It comes back with the next count.
  void reserve_given_up(TimeMs now);

  // What the engine tells.
  void opened(TimeMs now);
  /// The device was emptied.
  void lost(TimeMs now);
  void quota(uint64_t bytes) { quota_bytes_ = bytes; }
  void hidden(TimeMs now);

  // Writing it down.
  TimeMs flush_at() const { return flush_at_; }
  /// Takes what is to be written; `failed` gives it back.
  std::map<UseKey, TimeMs> take_uses();
  int64_t take_change() { return std::exchange(change_bytes_, 0); }
  void failed(std::map<UseKey, TimeMs> uses, int64_t change_bytes, TimeMs now);
  /// What the record says now, with all that this engine knew; nothing where nobody has counted yet.
  void flushed(const std::optional<CacheUsage>& usage, TimeMs now);

  // Evicting.
  bool wants_eviction(TimeMs now) const;
  /// When to look again whether it is wanted; 0 = only after the next change.
  TimeMs count_at() const { return count_at_; }
  uint64_t bound_bytes() const;
  uint64_t wanted_bytes() const { return wanted_bytes_; }
  /// The bodies were counted one by one, and so many bytes are left; `served` of the wanted bytes were dealt with,
  /// and `freed` says whether anything went.
  void counted(uint64_t bytes, uint64_t served, bool freed, TimeMs now);
  /// An eviction could not be carried out; it is tried again later.
  void eviction_failed(TimeMs now);
  /// Uses that are not written down yet.
  const std::map<UseKey, TimeMs>& uses() const { return uses_; }

  const CacheCounters& counters() const { return counters_; }

 private:
  uint64_t total_bytes() const;

  const Options& options_;
  CacheCounters counters_;
  std::map<UseKey, TimeMs> uses_;
  TimeMs flush_at_ = 0;
  TimeMs count_at_ = 0;
  /// As of the record, which other tabs write too; and what came in this engine since.
  std::optional<uint64_t> known_bytes_;
  int64_t change_bytes_ = 0;
  /// What was left when all that may go had gone: below that another look is of no use.
  uint64_t stuck_bytes_ = 0;
  uint64_t wanted_bytes_ = 0;
  TimeMs no_use_before_ = 0;  ///< There was nothing to evict for those that wanted room.
  uint64_t quota_bytes_ = 0;  ///< 0 = not known.
};

}  // namespace hubstash
