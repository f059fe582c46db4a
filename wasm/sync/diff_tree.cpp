#include "sync/diff_tree.h"

#include <algorithm>

namespace hubstash {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<ShardPath> parse_shard_path(std::string_view collection_path, std::string_view path) {
  if (path.substr(0, collection_path.size()) != collection_path) return std::nullopt;
  std::string_view rest = path.substr(collection_path.size());
  if (rest.size() < 3 || rest[0] != '/' || !is_hex_digit(rest[1]) || !is_hex_digit(rest[2])) return std::nullopt;
  ShardPath parsed{std::string(rest.substr(1, 2)), ""};
  rest = rest.substr(3);
  if (rest.empty()) return parsed;
  if (rest[0] != '/' || rest.size() == 1 || rest.find('/', 1) != std::string_view::npos) return std::nullopt;
  parsed.file = std::string(rest.substr(1));
  return parsed;
}

Folder make_folder(const std::vector<TreeEntry>& entries, const Folder& known, TimeMs now) {
  Folder folder;
  for (const TreeEntry& entry : entries) {
    if (entry.is_folder) continue;
    std::string name(file_name(entry.path));
    ListedFile file{entry.oid, entry.lfs_sha256, entry.size, now};
    const auto before = known.files.find(name);
    if (before != known.files.end() && before->second.oid == file.oid) file.seen_at = before->second.seen_at;
    folder.files.emplace(std::move(name), std::move(file));
  }
  return folder;
}

FolderDiff diff_folder(const Folder& before, const Folder& after) {
  FolderDiff diff;
  for (const auto& [name, file] : after.files) {
    const auto known = before.files.find(name);
    if (known == before.files.end()) {
      diff.added.push_back(name);
    } else if (known->second.oid != file.oid) {
      diff.changed.push_back(name);
    }
  }
  for (const auto& [name, file] : before.files) {
    if (after.files.count(name) == 0) diff.removed.push_back(name);
  }
  return diff;
}

std::vector<std::string> changed_shards(const FolderIndex& before, const FolderIndex& after) {
  std::vector<std::string> changed;
  for (const auto& [shard, oid] : after.shards) {
    const auto known = before.shards.find(shard);
    if (known == before.shards.end() || known->second != oid) changed.push_back(shard);
  }
  for (const auto& [shard, oid] : before.shards) {
    if (after.shards.count(shard) == 0) changed.push_back(shard);
  }
  return changed;
}

}  // namespace hubstash
