#pragma once
// The local store as messages.h describes it, on a map. It outlives the engines that use it, as a disk does.

#include <functional>
#include <map>

#include "hubstash/messages.h"

namespace hubstash::test {

struct TestStore {
  std::map<Bytes, Bytes> records;
  uint32_t transactions = 0;
  uint32_t stale = 0;
  /// The longest sum of bytes that one transaction put.
  uint64_t most_bytes = 0;
  /// Not OK: writing transactions fail with it, as when the disk is full.
  Status write_error;
  /// What the records may take; without it there is no limit. As in browsers, the room that a transaction frees is not
  /// there for its own writes, and one that only deletes always succeeds.
  std::optional<uint64_t> quota_bytes;
  uint64_t used_bytes() const;

  using ReadBlob = std::function<const Bytes*(BlobRef)>;
  StoreAnswer run(const StoreTx& tx, const ReadBlob& read_blob);
  BlobAnswer open_body(const OpenBody& order, Bytes* content) const;
  BlobAnswer read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const;
  /// Keys that begin with `prefix`.
  std::vector<Bytes> keys(const Bytes& prefix) const;
};

/// The whole's hash and each chunk's.
BlobAnswer hash_content(const Bytes& content);

}  // namespace hubstash::test
