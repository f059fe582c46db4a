#pragma once
// Item records as this engine last read or wrote them, so that a save need not read one before it writes. A guess and
// no more: another tab may have changed the record since, or a write may have failed. Whoever uses one expects it in
// the transaction that writes, and plans anew when the store says that it is stale.

#include <map>
#include <optional>

#include "hubstash/messages.h"

namespace hubstash {

class KnownRecords {
 public:
  /// The record under the key, as far as is known; nothing where there may be none.
  std::optional<Bytes> guess(const Bytes& key) const;
  void learn(const Bytes& key, const std::optional<Bytes>& record);
  /// Takes what a transaction is about to do for done.
  void expect(const StoreTx& tx);
  void clear();

 private:
  std::map<Bytes, Bytes> records_;
  size_t bytes_ = 0;
};

}  // namespace hubstash
