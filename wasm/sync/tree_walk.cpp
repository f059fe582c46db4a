#include "sync/tree_walk.h"

#include "sync/diff_tree.h"

namespace hubstash {
namespace {

FolderIndex index_of(const std::string& path, const std::vector<TreeEntry>& entries) {
  FolderIndex index;
  for (const TreeEntry& entry : entries) {
    const auto parsed = parse_shard_path(path, entry.path);
    if (parsed && parsed->file.empty() && entry.is_folder) index.shards[parsed->shard] = entry.oid;
  }
  return index;
}

}  // namespace

void TreeWalk::add_collection(std::string name, std::string path, std::optional<FolderIndex> known) {
  // Nothing known means that everything is new: one recursive listing brings it all.
  tasks_.push_back({name, std::move(path), "", !known.has_value()});
  known_[std::move(name)] = known.value_or(FolderIndex());
}

void TreeWalk::drop_collection(const std::string& name, const FolderIndex& known) {
  indexes_[name] = FolderIndex();
  for (const auto& [shard, oid] : known.shards) folders_[{name, shard}];
}

std::optional<TreeWalk::Step> TreeWalk::next() const {
  if (tasks_.empty()) return std::nullopt;
  const Task& task = tasks_.front();
  return Step{task.shard.empty() ? task.path : task.path + "/" + task.shard, task.recursive};
}

void TreeWalk::take(const std::vector<TreeEntry>& entries) {
  HS_CHECK(!tasks_.empty());
  const Task task = std::move(tasks_.front());
  tasks_.pop_front();
  if (!task.shard.empty()) {
    folders_[{task.collection, task.shard}] = entries;
  } else if (task.recursive) {
    take_everything(task, entries);
  } else {
    take_collection(task, entries);
  }
}

void TreeWalk::take_collection(const Task& task, const std::vector<TreeEntry>& entries) {
  FolderIndex index = index_of(task.path, entries);
  const std::vector<std::string> changed = changed_shards(known_[task.collection], index);
  size_t to_list = 0;
  for (const std::string& shard : changed) {
    if (index.shards.count(shard) != 0) ++to_list;
  }
  if (to_list > kMostFoldersToWalk) {
    tasks_.push_front({task.collection, task.path, "", true});
    return;
  }
  for (const std::string& shard : changed) {
    if (index.shards.count(shard) != 0) {
      tasks_.push_front({task.collection, task.path, shard, false});
    } else {
      folders_[{task.collection, shard}];
    }
  }
  indexes_[task.collection] = std::move(index);
}

void TreeWalk::take_everything(const Task& task, const std::vector<TreeEntry>& entries) {
  FolderIndex index = index_of(task.path, entries);
  std::map<std::string, std::vector<TreeEntry>> files;
  for (const TreeEntry& entry : entries) {
    auto parsed = parse_shard_path(task.path, entry.path);
    if (parsed && !parsed->file.empty() && !entry.is_folder) files[parsed->shard].push_back(entry);
  }
  for (const std::string& shard : changed_shards(known_[task.collection], index)) {
    folders_[{task.collection, shard}] = std::move(files[shard]);
  }
  indexes_[task.collection] = std::move(index);
}

}  // namespace hubstash
