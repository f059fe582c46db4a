#include "sync/known_records.h"

#include "store/keys.h"

namespace hubstash {
namespace {

/// Some thousand records of documents. Beyond it everything is forgotten: that costs a few saves a second transaction,
/// and keeping track of which were used last would cost all of them something.
constexpr size_t kMostBytes = 1 << 20;

}  // namespace

std::optional<Bytes> KnownRecords::guess(const Bytes& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? std::nullopt : std::optional(found->second);
}

void KnownRecords::learn(const Bytes& key, const std::optional<Bytes>& record) {
  if (const auto before = records_.find(key); before != records_.end()) {
    bytes_ -= key.size() + before->second.size();
    records_.erase(before);
  }
  if (!record) return;
  if (bytes_ + key.size() + record->size() > kMostBytes) clear();
  bytes_ += key.size() + record->size();
  records_.emplace(key, *record);
}

void KnownRecords::expect(const StoreTx& tx) {
  if (!tx.delete_prefixes.empty()) clear();
  for (const Bytes& key : tx.deletes) learn(key, std::nullopt);
  for (const Put& put : tx.puts) {
    const Bytes* record = std::get_if<Bytes>(&put.value);
    if (record != nullptr && put.key.starts_with(kItemPrefix)) learn(put.key, *record);
  }
}

void KnownRecords::clear() {
  records_.clear();
  bytes_ = 0;
}

}  // namespace hubstash
