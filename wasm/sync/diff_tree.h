#pragma once
// What a walk of the dataset's tree found, against what this device knew. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/replies.h"
#include "store/remote.h"

namespace hubstash {

/// A path below a collection's folder, taken apart: "<shard>/<file>" or "<shard>".
struct ShardPath {
  std::string shard;  ///< Two lower-case hex digits.
  std::string file;   ///< Empty for the shard's own folder.
};
/// Nothing for anything else: other tools may keep what they like there.
std::optional<ShardPath> parse_shard_path(std::string_view collection_path, std::string_view path);

/// The files of a folder that a listing's entries describe. A file whose version was known keeps its time.
Folder make_folder(const std::vector<TreeEntry>& entries, const Folder& known, TimeMs now);

struct FolderDiff {
  std::vector<std::string> added, changed, removed;  ///< File names.
  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};
FolderDiff diff_folder(const Folder& before, const Folder& after);

/// The shards whose tree ids differ from those known, and those that are gone.
std::vector<std::string> changed_shards(const FolderIndex& before, const FolderIndex& after);

/// Above this many changed folders one recursive listing costs less than a request for each.
inline constexpr size_t kMostFoldersToWalk = 8;

}  // namespace hubstash
