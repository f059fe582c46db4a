#include "common/disk.h"

#include "hubstash/hash.h"
#include "support/cut_range.h"

namespace hubstash::fuzz {
namespace {

Sha256 digest_of(std::string_view bytes) {
  BodyHasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

/// A path below the mount point: IDBFS has no others.
void check_key(const Bytes& key) {
  const std::string bounded = "/" + key + "/";
  for (const char* bad : {"//", "/./", "/../"}) HS_CHECK(bounded.find(bad) == bounded.npos);
}

std::vector<Record> below(const std::map<Bytes, Bytes>& records, const Bytes& prefix) {
  HS_CHECK(prefix.size() > 1 && prefix.back() == '/');
  check_key(prefix.substr(0, prefix.size() - 1));
  std::vector<Record> rows;
  for (auto at = records.lower_bound(prefix); at != records.end() && at->first.starts_with(prefix); ++at) {
    rows.push_back({at->first, at->second});
  }
  return rows;
}

bool holds(const std::map<Bytes, Bytes>& records, const Expectation& expectation) {
  if (expectation.key.ends_with('/')) return expectation.head.empty() && below(records, expectation.key).empty();
  const auto found = records.find(expectation.key);
  const bool has_bytes = found != records.end() && !found->second.empty();
  if (!has_bytes || expectation.head.empty()) return !has_bytes && expectation.head.empty();
  return found->second.substr(0, kRecordHeadBytes) == expectation.head;
}

std::optional<Bytes> content_of(const Put& put, const Disk::ReadBlob& read_blob) {
  if (const Bytes* bytes = std::get_if<Bytes>(&put.value)) return *bytes;
  const BlobSlice& slice = std::get<BlobSlice>(put.value);
  const Bytes* blob = read_blob(slice.blob);
  if (blob == nullptr) return std::nullopt;
  HS_CHECK(slice.offset + slice.size <= blob->size());
  return blob->substr(slice.offset, slice.size);
}

}  // namespace

StoreAnswer Disk::run(const StoreTx& tx, const ReadBlob& read_blob) {
  StoreAnswer answer;
  for (const Bytes& key : tx.gets) {
    check_key(key);
    const auto found = records.find(key);
    answer.values.push_back(found == records.end() ? std::nullopt : std::optional<Bytes>(found->second));
  }
  for (const Bytes& prefix : tx.scans) answer.scanned.push_back(below(records, prefix));
  for (const Expectation& expectation : tx.expects) answer.stale = answer.stale || !holds(records, expectation);
  if (answer.stale) return answer;
  std::map<Bytes, Bytes> puts;
  for (const Put& put : tx.puts) {
    check_key(put.key);
    std::optional<Bytes> content = content_of(put, read_blob);
    if (!content) {
      answer.status = Status(ErrorCode::INVALID_ARGUMENT, "A blob cannot be read.");
      return answer;
    }
    HS_CHECK(puts.emplace(put.key, std::move(*content)).second);
  }
  for (const Bytes& key : tx.deletes) records.erase(key);
  for (const Bytes& prefix : tx.delete_prefixes) {
    for (const Record& record : below(records, prefix)) records.erase(record.key);
  }
  for (auto& [key, value] : puts) records[key] = std::move(value);
  return answer;
}

BlobAnswer Disk::open_body(const OpenBody& order, Bytes* content) const {
  BlobAnswer answer;
  for (const ChunkRef& chunk : order.chunks) {
    const auto found = records.find(chunk.key);
    if (found == records.end() || found->second.size() != chunk.size || digest_of(found->second) != chunk.sha256) {
      answer.status = Status(ErrorCode::STORAGE_CORRUPT, "A chunk is missing or differs.");
      return answer;
    }
    content->append(found->second);
  }
  answer.size = content->size();
  return answer;
}

BlobAnswer Disk::read_range(const ReadRange& order, const ReadBlob& read_blob, Bytes* content) const {
  const auto find = [this](const Bytes& key) {
    const auto found = records.find(key);
    return found == records.end() ? nullptr : &found->second;
  };
  return test::cut_range(
      order, find, [](const Bytes& bytes) { return digest_of(bytes); }, read_blob, content);
}

BlobAnswer hash_content(const Bytes& content) {
  BlobAnswer answer;
  answer.size = content.size();
  answer.sha256 = digest_of(content);
  for (size_t at = 0; at < content.size(); at += kChunkBytes) {
    answer.chunk_sha256.push_back(digest_of(std::string_view(content).substr(at, kChunkBytes)));
  }
  return answer;
}

}  // namespace hubstash::fuzz
