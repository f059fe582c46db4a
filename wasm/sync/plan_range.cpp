#include "sync/plan_range.h"

#include <algorithm>

#include "store/record.h"

namespace hubstash {

ChunkSpan span_of(uint64_t offset, uint64_t length, uint64_t size) {
  ChunkSpan span;
  if (offset >= size || length == 0) return span;
  span.bytes = std::min(length, size - offset);
  span.first = static_cast<uint32_t>(offset / kChunkBytes);
  span.end = static_cast<uint32_t>((offset + span.bytes - 1) / kChunkBytes) + 1;
  span.skip = static_cast<uint32_t>(offset % kChunkBytes);
  return span;
}

std::vector<ChunkRun> runs_of(const std::vector<uint32_t>& chunks, uint32_t most) {
  std::vector<ChunkRun> runs;
  for (const uint32_t chunk : chunks) {
    const bool goes_on = !runs.empty() && runs.back().end == chunk && chunk - runs.back().first < most;
    if (!goes_on) runs.push_back({chunk, chunk});
    runs.back().end = chunk + 1;
  }
  return runs;
}

bool are_ranges_wanted(const Ranges& ranges, const std::optional<Item>& item,
                       const std::optional<ListedVersion>& listed, bool listing_known) {
  if (item && item->state != ChangeState::kSynced) return false;
  if (item && item->cached() && item->base && item->base->oid == ranges.version.oid) return false;
  return !listing_known || (listed && listed->version == ranges.version);
}

void add_ranges_removal(StoreTx* tx, const Bytes& record, const Ranges& ranges, const std::optional<Item>& item) {
  Bytes key = ranges_key(ranges.collection, ranges.id);
  tx->expects.push_back({key, head_of(record)});
  tx->deletes.push_back(std::move(key));
  if (item && item->body && item->body->revision == ranges.version.oid) return;
  for (ChunkRef& chunk : ranges.kept_chunks()) tx->deletes.push_back(std::move(chunk.key));
}

}  // namespace hubstash
