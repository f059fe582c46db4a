#include "support/test_store.h"

#include <algorithm>

#include "base/sha256.h"
#include "catch.h"
#include "support/cut_range.h"

namespace hubstash::test {
namespace {

/// The bytes that a put stores; nothing when its blob cannot be read.
std::optional<Bytes> content_of(const Put& put, const TestStore::ReadBlob& read_blob) {
  if (const Bytes* bytes = std::get_if<Bytes>(&put.value)) return *bytes;
  const BlobSlice& slice = std::get<BlobSlice>(put.value);
  const Bytes* blob = read_blob(slice.blob);
  if (blob == nullptr || slice.offset + slice.size > blob->size()) return std::nullopt;
  return blob->substr(slice.offset, slice.size);
}

bool holds(const std::map<Bytes, Bytes>& records, const Expectation& expectation) {
  if (expectation.key.ends_with('/')) {
    const auto first = records.lower_bound(expectation.key);
    return first == records.end() || !first->first.starts_with(expectation.key);
  }
  const auto found = records.find(expectation.key);
  const bool has_bytes = found != records.end() && !found->second.empty();
  if (!has_bytes || expectation.head.empty()) return !has_bytes && expectation.head.empty();
  return found->second.substr(0, kRecordHeadBytes) == expectation.head;
}

}  // namespace

std::vector<Bytes> TestStore::keys(const Bytes& prefix) const {
  std::vector<Bytes> found;
  for (auto at = records.lower_bound(prefix); at != records.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->first);
  }
  return found;
}

uint64_t TestStore::used_bytes() const {
  uint64_t bytes = 0;
  for (const auto& [key, value] : records) bytes += key.size() + value.size();
  return bytes;
}

StoreAnswer TestStore::run(const StoreTx& tx, const ReadBlob& read_blob) {
  StoreAnswer answer;
  ++transactions;
  const bool writes = !tx.deletes.empty() || !tx.delete_prefixes.empty() || !tx.puts.empty();
  if (writes && !write_error.ok()) {
    answer.status = write_error;
    return answer;
  }
  for (const Bytes& key : tx.gets) {
    const auto found = records.find(key);
    answer.values.push_back(found == records.end() ? std::nullopt : std::optional<Bytes>(found->second));
  }
  for (const Bytes& prefix : tx.scans) {
    REQUIRE(prefix.ends_with('/'));
    std::vector<Record>& rows = answer.scanned.emplace_back();
    for (const Bytes& key : keys(prefix)) rows.push_back({key, records.at(key)});
  }
  answer.stale = !std::all_of(tx.expects.begin(), tx.expects.end(),
                              [this](const Expectation& expectation) { return holds(records, expectation); });
  if (answer.stale) ++stale;
  if (answer.stale) return answer;
  std::map<Bytes, Bytes> puts;
  uint64_t bytes = 0;
  for (const Put& put : tx.puts) {
    std::optional<Bytes> content = content_of(put, read_blob);
    if (!content) {
      answer.status = Status(ErrorCode::INVALID_ARGUMENT, "A blob cannot be read.");
      return answer;
    }
    bytes += content->size();
    CHECK(puts.emplace(put.key, std::move(*content)).second);  // Twice the same key would be a mistake.
  }
  most_bytes = std::max(most_bytes, bytes);
  if (quota_bytes && !puts.empty() && used_bytes() + bytes > *quota_bytes) {
    answer.status = Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.");
    return answer;
  }
  for (const Bytes& key : tx.deletes) records.erase(key);
  for (const Bytes& prefix : tx.delete_prefixes) {
    REQUIRE(prefix.ends_with('/'));
    for (const Bytes& key : keys(prefix)) records.erase(key);
  }
  for (auto& [key, value] : puts) records[key] = std::move(value);
  return answer;
}

BlobAnswer TestStore::open_body(const OpenBody& order, Bytes* content) const {
  BlobAnswer answer;
  for (const ChunkRef& chunk : order.chunks) {
    const auto found = records.find(chunk.key);
    if (found == records.end() || found->second.size() != chunk.size || sha256(found->second) != chunk.sha256) {
      answer.status = Status(ErrorCode::STORAGE_CORRUPT, "A chunk is missing or differs.");
      return answer;
    }
    content->append(found->second);
  }
  answer.size = content->size();
  return answer;
}

BlobAnswer TestStore::read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const {
  const auto find = [this](const Bytes& key) {
    const auto found = records.find(key);
    return found == records.end() ? nullptr : &found->second;
  };
  return cut_range(
      order, find, [](const Bytes& bytes) { return sha256(bytes); }, read_blob, content);
}

BlobAnswer hash_content(const Bytes& content) {
  BlobAnswer answer;
  answer.size = content.size();
  answer.sha256 = sha256(content);
  for (size_t at = 0; at < content.size(); at += kChunkBytes) {
    answer.chunk_sha256.push_back(sha256(std::string_view(content).substr(at, kChunkBytes)));
  }
  return answer;
}

}  // namespace hubstash::test
