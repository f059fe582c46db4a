#include "sync/plan_push.h"

#include <string>

#include "base/gzip.h"
#include "base/sha1.h"
#include "base/sha256.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

OutboxRow row_of(const std::string& id, uint64_t size, TimeMs queued_at) {
  OutboxRow row;
  row.collection = "projects";
  row.id = id;
  row.size = size;
  row.queued_at = queued_at;
  return row;
}

std::string ids(const std::vector<OutboxRow>& rows) {
  std::string text;
  for (const OutboxRow& row : rows) text += row.id;
  return text;
}

TEST_CASE("next_rows: oldest first, as many as fit") {
  // What waited longest goes first; the store's order of keys means nothing.
  CommitLimits limits;
  limits.max_items = 3;
  limits.max_document_bytes = 100;
  CHECK(next_rows({}, limits).empty());
  CHECK(ids(next_rows({row_of("a", 1, 4), row_of("b", 1, 2), row_of("c", 1, 3), row_of("d", 1, 1)}, limits)) == "dbc");
  CHECK(ids(next_rows({row_of("a", 60, 1), row_of("b", 40, 2), row_of("c", 1, 3)}, limits)) == "ab");
  CHECK(ids(next_rows({row_of("a", 1, 5), row_of("b", 1, 5)}, limits)) == "ab");
}

TEST_CASE("next_rows: one that is larger than the limit goes alone") {
  // It would else wait for ever.
  CommitLimits limits;
  limits.max_document_bytes = 100;
  CHECK(ids(next_rows({row_of("a", 1000, 1), row_of("b", 1, 2)}, limits)) == "a");
  CHECK(ids(next_rows({row_of("b", 1, 1), row_of("a", 1000, 2)}, limits)) == "b");
}

TEST_CASE("encode_document: plain up to one megabyte, then gzip in the large store") {
  // The id is git's, so that it can be compared with a listing.
  const RemoteFile small = encode_document("{}");
  CHECK_FALSE(small.is_lfs());
  CHECK_FALSE(small.version.gzipped);
  CHECK(small.content == "{}");
  CHECK(small.version.oid == git_blob_oid("{}"));
  CHECK_FALSE(encode_document(Bytes(1 << 20, 'x')).is_lfs());
  const Bytes body((1 << 20) + 1, 'x');
  const RemoteFile large = encode_document(body);
  CHECK(large.is_lfs());
  CHECK(large.version.gzipped);
  CHECK(*gunzip(large.content, 2 << 20) == body);
  CHECK(large.version.lfs_sha256 == to_hex(sha256(large.content)));
  CHECK(large.version.size == large.content.size());
  CHECK(large.version.oid == git_blob_oid(lfs_pointer(large.version.lfs_sha256, large.version.size)));
  CHECK(encode_document(body).version == large.version);
}

TEST_CASE("encode_blob: in the large store, unless it is empty") {
  // The large store refuses empty objects.
  Item item;
  item.kind = Kind::kBlob;
  item.size = 4;
  item.sha256 = sha256("%PDF");
  CHECK(encode_blob(item).version.lfs_sha256 == to_hex(sha256("%PDF")));
  CHECK_FALSE(encode_blob(item).version.gzipped);
  item.size = 0;
  CHECK_FALSE(encode_blob(item).is_lfs());
  CHECK(encode_blob(item).version.oid == git_blob_oid(""));
}

}  // namespace
}  // namespace hubstash
