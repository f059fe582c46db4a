#pragma once
// ReadRange as every host of the tests carries it out. `find` yields a stored value or null, `digest` its SHA-256, and
// `read_blob` the content of a blob or null.

#include "hubstash/messages.h"

namespace hubstash::test {

template <typename Find, typename Digest, typename ReadBlob>
BlobAnswer cut_range(const ReadRange& order, Find find, Digest digest, ReadBlob read_blob, Bytes* content) {
  BlobAnswer answer;
  Bytes whole;
  for (uint32_t i = 0; i < order.pieces.size(); ++i) {
    bool good = false;
    if (const ChunkRef* chunk = std::get_if<ChunkRef>(&order.pieces[i])) {
      const Bytes* stored = chunk->sha256.empty() ? nullptr : find(chunk->key);
      good = stored != nullptr && stored->size() == chunk->size && digest(*stored) == chunk->sha256;
      if (good) whole += *stored;
    } else {
      const BlobSlice& slice = std::get<BlobSlice>(order.pieces[i]);
      const auto blob = read_blob(slice.blob);
      good = blob != nullptr && slice.offset + slice.size <= blob->size();
      if (good) whole += blob->substr(slice.offset, slice.size);
    }
    if (!good) answer.missing.push_back(i);
  }
  if (answer.missing.empty()) {
    HS_CHECK(order.skip + uint64_t{order.size} <= whole.size());
    *content = whole.substr(order.skip, order.size);
    answer.size = content->size();
  }
  return answer;
}

}  // namespace hubstash::test
