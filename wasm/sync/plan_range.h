#pragma once
// The arithmetic of ranges, and what becomes of those that are kept. Pure.

#include <optional>
#include <vector>

#include "store/ranges.h"
#include "sync/item_view.h"

namespace hubstash {

/// The chunks [first, end) that a range touches.
struct ChunkSpan {
  uint32_t first = 0, end = 0;
  uint32_t skip = 0;   ///< Bytes of the first chunk before the range.
  uint64_t bytes = 0;  ///< Of the range, as far as the file goes.
};
ChunkSpan span_of(uint64_t offset, uint64_t length, uint64_t size);

/// Chunks [first, end) that one request fetches.
struct ChunkRun {
  uint32_t first = 0, end = 0;
  bool operator==(const ChunkRun&) const = default;
};
/// Adjacent chunks together, `most` at once. `chunks` ascend.
std::vector<ChunkRun> runs_of(const std::vector<uint32_t>& chunks, uint32_t most);

/// Whether the kept ranges are still of use: they are of the version that the Hub lists, nothing waits here that will
/// replace it, and the body is not here as a whole. While no listing is known, nobody can tell.
bool are_ranges_wanted(const Ranges& ranges, const std::optional<Item>& item,
                       const std::optional<ListedVersion>& listed, bool listing_known);

/// Adds what removes them, on the condition that the record is still `record`. Chunks that have become those of `item`
/// stay.
void add_ranges_removal(StoreTx* tx, const Bytes& record, const Ranges& ranges, const std::optional<Item>& item);

}  // namespace hubstash
