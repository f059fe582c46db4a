#pragma once
// The local store of a fuzzed device, which its tabs share and which outlives them.

#include <functional>
#include <map>

#include "hubstash/messages.h"

namespace hubstash::fuzz {

struct Disk {
  std::map<Bytes, Bytes> records;

  using ReadBlob = std::function<const Bytes*(BlobRef)>;
  /// As messages.h says. A transaction that no host could carry out ends the process.
  StoreAnswer run(const StoreTx& tx, const ReadBlob& read_blob);
  BlobAnswer open_body(const OpenBody& order, Bytes* content) const;
  BlobAnswer read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const;
};

BlobAnswer hash_content(const Bytes& content);

}  // namespace hubstash::fuzz
