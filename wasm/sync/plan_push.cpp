#include "sync/plan_push.h"

#include "base/gzip.h"
#include "base/sha1.h"
#include "base/sha256.h"
#include "base/sorting.h"
#include "base/text.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

RemoteFile lfs_file(Bytes content, std::string sha256_hex, uint64_t size, bool gzipped) {
  RemoteFile file;
  file.version.oid = git_blob_oid(lfs_pointer(sha256_hex, size));
  file.version.lfs_sha256 = std::move(sha256_hex);
  file.version.size = size;
  file.version.gzipped = gzipped;
  file.content = std::move(content);
  return file;
}

}  // namespace

PushAction plan_item(const Item& item, const std::optional<ListedVersion>& listed, const std::string& content_oid) {
  HS_CHECK(item.state != ChangeState::kSynced);
  const bool contested = in_conflict(item, listed);
  if (item.state == ChangeState::kDeleted) {
    return !listed || contested ? PushAction::kForget : PushAction::kDelete;
  }
  if (listed && listed->version.oid == content_oid) return PushAction::kConfirm;
  return contested ? PushAction::kConflict : PushAction::kUpload;
}

std::vector<OutboxRow> next_rows(std::vector<OutboxRow> pending, const CommitLimits& limits) {
  sort_stably(&pending, [](const OutboxRow& a, const OutboxRow& b) { return a.queued_at < b.queued_at; });
  std::vector<OutboxRow> rows;
  uint64_t document_bytes = 0, blob_bytes = 0;
  for (OutboxRow& row : pending) {
    (row.kind == Kind::kJson ? document_bytes : blob_bytes) += row.size;
    const bool full = rows.size() == limits.max_items || document_bytes > limits.max_document_bytes ||
                      blob_bytes > limits.max_blob_bytes;
    if (full && !rows.empty()) break;
    rows.push_back(std::move(row));
  }
  return rows;
}

RemoteFile encode_document(Bytes body) {
  if (body.size() <= kMaxPlainDocumentBytes) {
    RemoteFile file;
    file.version.oid = git_blob_oid(body);
    file.version.size = body.size();
    file.content = std::move(body);
    return file;
  }
  Bytes packed = gzip(body, effort_for(body));
  std::string digest = to_hex(sha256(packed));
  const uint64_t size = packed.size();
  return lfs_file(std::move(packed), std::move(digest), size, true);
}

RemoteFile encode_blob(const Item& item) {
  // The store of large objects refuses empty ones; git keeps them.
  if (item.size == 0) {
    RemoteFile file;
    file.version.oid = git_blob_oid("");
    return file;
  }
  return lfs_file({}, to_hex(item.sha256), item.size, false);
}

}  // namespace hubstash
