#include "sim/store.h"

#include <algorithm>

#include "support/cut_range.h"
#include "support/remembered_hash.h"

namespace hubstash::sim {
namespace {

/// The bytes that a put stores; null when its blob cannot be read.
SharedBytes content_of(const Put& put, const ReadBlob& read_blob) {
  if (const Bytes* bytes = std::get_if<Bytes>(&put.value)) return std::make_shared<Bytes>(*bytes);
  const BlobSlice& slice = std::get<BlobSlice>(put.value);
  const SharedBytes blob = read_blob(slice.blob);
  if (blob == nullptr || slice.offset + slice.size > blob->size()) return nullptr;
  return std::make_shared<Bytes>(blob->substr(slice.offset, slice.size));
}

}  // namespace

std::vector<Bytes> ModelStore::keys(const Bytes& prefix) const {
  std::vector<Bytes> found;
  for (auto at = records_.lower_bound(prefix); at != records_.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->first);
  }
  return found;
}

SharedBytes ModelStore::find(const Bytes& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : found->second;
}

size_t ModelStore::count(const Bytes& prefix) const { return keys(prefix).size(); }

bool ModelStore::holds(const Expectation& expectation) const {
  if (expectation.key.ends_with('/')) return keys(expectation.key).empty();
  const auto found = records_.find(expectation.key);
  const bool has_bytes = found != records_.end() && !found->second->empty();
  if (!has_bytes || expectation.head.empty()) return !has_bytes && expectation.head.empty();
  return std::string_view(*found->second).substr(0, kRecordHeadBytes) == expectation.head;
}

void ModelStore::set(const Bytes& key, SharedBytes value, Undo* undo) {
  const auto found = records_.find(key);
  SharedBytes before = found == records_.end() ? nullptr : found->second;
  if (before == nullptr && value == nullptr) return;
  if (before != nullptr) bytes_ -= before->size() + key.size();
  if (value != nullptr) bytes_ += value->size() + key.size();
  if (value == nullptr) {
    records_.erase(key);
  } else {
    records_[key] = std::move(value);
  }
  undo->push_back({key, std::move(before)});
  ++changes_;
}

StoreAnswer ModelStore::run(const StoreTx& tx, const ReadBlob& read_blob) {
  StoreAnswer answer;
  for (const Bytes& key : tx.gets) {
    const auto found = records_.find(key);
    answer.values.push_back(found == records_.end() ? std::nullopt : std::optional<Bytes>(*found->second));
  }
  for (const Bytes& prefix : tx.scans) {
    std::vector<Record>& rows = answer.scanned.emplace_back();
    for (const Bytes& key : keys(prefix)) rows.push_back({key, *records_.at(key)});
  }
  const auto is_met = [this](const Expectation& expectation) { return holds(expectation); };
  answer.stale = !std::all_of(tx.expects.begin(), tx.expects.end(), is_met);
  const bool writes = !tx.deletes.empty() || !tx.delete_prefixes.empty() || !tx.puts.empty();
  if (answer.stale || !writes) return answer;

  Undo undo;
  for (const Bytes& key : tx.deletes) set(key, nullptr, &undo);
  for (const Bytes& prefix : tx.delete_prefixes) {
    for (const Bytes& key : keys(prefix)) set(key, nullptr, &undo);
  }
  for (const Put& put : tx.puts) {
    SharedBytes content = content_of(put, read_blob);
    if (content == nullptr) answer.status = Status(ErrorCode::INVALID_ARGUMENT, "A blob cannot be read.");
    if (content == nullptr) break;
    set(put.key, std::move(content), &undo);
  }
  if (answer.status.ok() && bytes_ > quota_bytes && !tx.puts.empty()) {
    answer.status = Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.");
  }
  undo_.push_back(std::move(undo));
  ++applied_;
  if (!answer.status.ok()) {
    lose_unflushed(undo_.size() - 1);
  } else if (tx.durability == Durability::kStrict) {
    undo_.clear();
  }
  return answer;
}

void ModelStore::lose_unflushed(size_t kept) {
  while (undo_.size() > kept) {
    const Undo undo = std::move(undo_.back());
    undo_.pop_back();
    --applied_;
    Undo ignored;
    for (auto change = undo.rbegin(); change != undo.rend(); ++change) set(change->first, change->second, &ignored);
  }
}

void ModelStore::evict() {
  records_.clear();
  undo_.clear();
  ++changes_;
  bytes_ = 0;
}

void ModelStore::remove_below(const Bytes& prefix) {
  Undo ignored;
  for (const Bytes& key : keys(prefix)) set(key, nullptr, &ignored);
}

BlobAnswer ModelStore::open_body(const OpenBody& order, Bytes* content) const {
  BlobAnswer answer;
  for (const ChunkRef& chunk : order.chunks) {
    const auto found = records_.find(chunk.key);
    const bool whole = found != records_.end() && found->second->size() == chunk.size &&
                       test::remembered_sha256(*found->second) == chunk.sha256;
    if (!whole) {
      answer.status = Status(ErrorCode::STORAGE_CORRUPT, "A chunk is missing or differs.");
      return answer;
    }
    content->append(*found->second);
  }
  answer.size = content->size();
  return answer;
}

BlobAnswer ModelStore::read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const {
  const auto find = [this](const Bytes& key) -> const Bytes* {
    const auto found = records_.find(key);
    return found == records_.end() ? nullptr : found->second.get();
  };
  return test::cut_range(
      order, find, [](const Bytes& bytes) { return test::remembered_sha256(bytes); }, read_blob, content);
}

BlobAnswer hash_content(const Bytes& content) {
  BlobAnswer answer;
  answer.size = content.size();
  answer.sha256 = test::remembered_sha256(content);
  for (size_t at = 0; at < content.size(); at += kChunkBytes) {
    answer.chunk_sha256.push_back(test::remembered_sha256(std::string_view(content).substr(at, kChunkBytes)));
  }
  return answer;
}

}  // namespace hubstash::sim
