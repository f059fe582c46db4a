#pragma once
// What the device remembers of its cache, that is, of the bodies that the Hub has too: how many bytes they take, and
// about when each was last used. All of it is approximate by design (docs/decisions/eviction.md): it decides only which
// body goes first, never whether one may go.

#include <cstdint>
#include <map>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// "cache/usage": how much there is.
inline constexpr std::string_view kCacheUsageKey = "cache/usage";
struct CacheUsage {
  uint64_t bytes = 0;     ///< Of synced bodies on this device, before compression.
  TimeMs counted_at = 0;  ///< When they were last counted one by one.
};
Bytes seal_cache_usage(const CacheUsage& usage, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<CacheUsage> open_cache_usage(std::string_view record);

/// "cache/use/<2 hex>": when the items of one shard were last used, without those that were not used since their body
/// came here. An item goes by a number, so that a thousand of them are a few kilobytes.
inline constexpr std::string_view kUsePrefix = "cache/use/";
struct UseTimes {
  std::map<uint64_t, TimeMs> used_at;  ///< To the minute, rounded up: a use is later than the save before it.
};
Bytes seal_use_times(const UseTimes& times, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<UseTimes> open_use_times(std::string_view record);

/// Where an item's time of use stands.
struct UseName {
  Bytes key;  ///< Of the record.
  uint64_t number = 0;
};
UseName use_name(std::string_view collection, std::string_view id);

/// "cache/reserve/<number>": bytes of no meaning, given up when the disk is full so that a push or a deletion can be
/// noted. Each is so large that browsers keep it in a file of its own, and deleting it frees room at once; together
/// they are more than a browser lets its quota be exceeded by before it says that the disk is full.
inline constexpr std::string_view kReservePrefix = "cache/reserve/";
inline constexpr uint32_t kReserveRecords = 2;
inline constexpr uint32_t kReserveRecordBytes = 1 << 20;

/// Everything of this file.
inline constexpr std::string_view kCachePrefix = "cache/";

}  // namespace hubstash
