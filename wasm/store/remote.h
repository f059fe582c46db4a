#pragma once
// What this device knows of the dataset: the head commit, the tree ids of its folders, and the files of each folder.
// One record a folder, so that 100,000 items on the Hub are not 100,000 records here. Items derive from these and from
// their own records, so a pull rewrites only the folders that changed.

#include <map>
#include <optional>
#include <string>

#include "hubstash/messages.h"
#include "store/item.h"

namespace hubstash {

/// The record under kHeadKey.
struct RemoteHead {
  std::string commit;  ///< 40 hex digits.
  bool is_private = false;
  /// Tree id of `.hubstash`; empty when the dataset has none yet.
  std::string hubstash_oid;
  bool has_format = false;
  /// Tree id of each collection's folder at `commit`. An empty id means "changed by our own commit since": its tree is
  /// walked when the head moves next.
  std::map<std::string, std::string> collections;
};
Bytes seal_head(const RemoteHead& head, uint64_t stamp);
Result<RemoteHead> open_head(std::string_view record);

/// The record under kDatasetKey. It is written before the first listing is asked for, and anew with that listing: a
/// first pull that finds another one in its place, or none, began before the device was cleared.
struct RemoteDataset {
  std::string id;  ///< As in HeadReply: a dataset that was deleted and made again has the name of the old one only.
};
Bytes seal_dataset(const RemoteDataset& dataset, uint64_t stamp);
Result<RemoteDataset> open_dataset(std::string_view record);

/// The record under folder_index_key(): tree id of each shard, with the same meaning of an empty id.
struct FolderIndex {
  std::map<std::string, std::string> shards;
};
Bytes seal_folder_index(const FolderIndex& index, uint64_t stamp);
Result<FolderIndex> open_folder_index(std::string_view record);

struct ListedFile {
  std::string oid;  ///< As in RemoteVersion.
  std::string lfs_sha256;
  uint64_t size = 0;
  TimeMs seen_at = 0;  ///< When this device learnt of this version.
  bool operator==(const ListedFile&) const = default;
};
/// The record under folder_key(): the files of one shard by name. What a name means depends on the collection's kind,
/// which only the app knows, so names are kept as the Hub has them.
struct Folder {
  std::map<std::string, ListedFile> files;
};
Bytes seal_folder(const Folder& folder, uint64_t stamp);
Result<Folder> open_folder(std::string_view record);

/// Whether what this device stores of a folder's listing can be believed: it is there and undamaged, unless the
/// collection is known to have no such folder. `folder` and `index` are the records, as read.
bool is_listing_whole(const RemoteHead& head, const std::string& collection, const std::string& shard,
                      const std::optional<Bytes>& folder, const std::optional<Bytes>& index);

/// Opens what a transaction read, if it read anything. A damaged record of this kind is only a copy of what the Hub
/// has: it counts as absent, and the next pull writes it anew.
template <typename T>
std::optional<T> open_or_forget(Result<T> (*open)(std::string_view), const std::optional<Bytes>& record) {
  if (!record) return std::nullopt;
  Result<T> result = open(*record);
  if (!result) return std::nullopt;
  return std::move(*result);
}

}  // namespace hubstash
