#pragma once
// The local store of a device, as messages.h describes it: what IndexedDB does, and what it may do. All tabs of the
// device share it, and it outlives them.

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash::sim {

using SharedBytes = std::shared_ptr<const Bytes>;
/// The bytes of a blob that a tab keeps; null when there is none.
using ReadBlob = std::function<SharedBytes(BlobRef)>;

class ModelStore {
 public:
  /// Carries out a transaction, wholly or not at all.
  StoreAnswer run(const StoreTx& tx, const ReadBlob& read_blob);
  BlobAnswer open_body(const OpenBody& order, Bytes* content) const;
  BlobAnswer read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const;

  /// The machine goes down: of the transactions since the last strict one all but the first `kept` are lost.
  void lose_unflushed(size_t kept);
  size_t unflushed() const { return undo_.size(); }
  /// How many transactions have been applied; each has the number that this shows after it.
  uint64_t applied() const { return applied_; }
  /// Whether anything was written since position `at` that a crash of the machine could take.
  uint64_t flushed() const { return applied_ - undo_.size(); }

  /// Another number whenever a record may have changed, in whatever way.
  uint64_t changes() const { return changes_; }

  /// The browser throws everything away.
  void evict();
  /// Drops what a canary wants dropped.
  void remove_below(const Bytes& prefix);

  size_t count(const Bytes& prefix) const;
  std::vector<Bytes> keys(const Bytes& prefix) const;
  /// The value under the key; null when there is none.
  SharedBytes find(const Bytes& key) const;
  uint64_t bytes() const { return bytes_; }
  uint64_t quota_bytes = UINT64_MAX;

 private:
  using Undo = std::vector<std::pair<Bytes, SharedBytes>>;
  bool holds(const Expectation& expectation) const;
  void set(const Bytes& key, SharedBytes value, Undo* undo);

  std::map<Bytes, SharedBytes> records_;
  std::vector<Undo> undo_;  ///< One for each transaction since the last strict one.
  uint64_t applied_ = 0;
  uint64_t changes_ = 0;
  uint64_t bytes_ = 0;
};

/// The whole's hash and each chunk's.
BlobAnswer hash_content(const Bytes& content);

}  // namespace hubstash::sim
