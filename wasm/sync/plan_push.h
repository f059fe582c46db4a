#pragma once
// What a push does with each pending item, and which items go into one commit. Pure.

#include <optional>
#include <string>
#include <vector>

#include "hub/requests.h"
#include "store/item.h"
#include "sync/item_view.h"

namespace hubstash {

enum class PushAction : uint8_t {
  kUpload,    ///< Commit this device's version.
  kDelete,    ///< Commit the deletion.
  kConfirm,   ///< The Hub has this very content already.
  kForget,    ///< A deletion that has nothing left to do: the file is gone, or was edited, which beats a deletion.
  kConflict,  ///< Both sides changed: to be decided first.
};

/// `content_oid` is git's id of the file that the item would become; empty for a deletion.
PushAction plan_item(const Item& item, const std::optional<ListedVersion>& listed, const std::string& content_oid);

/// Bounds of one commit. The Hub advises small ones and processes a request for 60 s at most; its hard limits are
/// 25,000 LFS files and 1 GB of regular content.
struct CommitLimits {
  uint32_t max_items = 1'000;
  /// Documents travel inside the commit's request and are in memory for it.
  uint64_t max_document_bytes = 16u << 20;
  /// Blobs are uploaded one by one before; what has arrived is not sent again when the rest fails.
  uint64_t max_blob_bytes = 2ull << 30;
};

/// The rows of the next commit: oldest first, as many as the limits allow, at least one.
std::vector<OutboxRow> next_rows(std::vector<OutboxRow> pending, const CommitLimits& limits);

/// The file that an item becomes in the dataset.
struct RemoteFile {
  RemoteVersion version;
  Bytes content;  ///< What is sent: the document or its gzip. Empty for a blob, whose chunks are sent from the store.
  bool is_lfs() const { return !version.lfs_sha256.empty(); }
};
RemoteFile encode_document(Bytes body);
RemoteFile encode_blob(const Item& item);

}  // namespace hubstash
