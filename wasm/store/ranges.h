#pragma once
// Which chunks of a blob this device has while it does not have all of them: ranges that were read from the Hub are
// kept. The chunks themselves lie where the body's would, under the object id of the version as their revision, so a
// body that has become whole needs no copying.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/item.h"

namespace hubstash {

inline constexpr std::string_view kRangesPrefix = "range/";
/// "range/<collection>/<encoded id>"
Bytes ranges_key(std::string_view collection, std::string_view id);

struct RangeChunk {
  bool kept = false;
  Sha256 sha256;  ///< Empty where nobody has said what it must be, and it was not fetched yet.
};

struct Ranges {
  std::string collection, id;
  RemoteVersion version;  ///< An LFS file.
  TimeMs kept_at = 0;     ///< When a chunk was last kept.
  std::vector<RangeChunk> chunks;

  uint64_t kept_bytes() const;
  bool whole() const;
  /// The keys of the chunks that are kept, and where a reader finds them.
  std::vector<ChunkRef> kept_chunks() const;
};

Bytes seal_ranges(const Ranges& ranges, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Ranges> open_ranges(std::string_view record);

}  // namespace hubstash
