#pragma once
// Decides which folders of the dataset to list, one after the other, and gathers what they hold. It makes no requests
// itself.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/replies.h"
#include "store/remote.h"

namespace hubstash {

class TreeWalk {
 public:
  struct Step {
    std::string path;
    bool recursive = false;
  };
  using FolderName = std::pair<std::string, std::string>;  ///< Collection and shard.

  /// Lines up a collection whose tree id changed. `known` is its index at the last pull, if there was one.
  void add_collection(std::string name, std::string path, std::optional<FolderIndex> known);
  /// Lines up a collection whose folder is gone.
  void drop_collection(const std::string& name, const FolderIndex& known);

  /// The listing to ask for next; nothing when the walk is complete.
  std::optional<Step> next() const;
  /// Takes all entries of that listing.
  void take(const std::vector<TreeEntry>& entries);

  /// The new index of each collection that was walked; gone collections have an empty one.
  const std::map<std::string, FolderIndex>& indexes() const { return indexes_; }
  /// The files of each folder that changed; none for a folder that is gone.
  const std::map<FolderName, std::vector<TreeEntry>>& folders() const { return folders_; }

 private:
  struct Task {
    std::string collection;
    std::string path;   ///< Of the collection's folder.
    std::string shard;  ///< Empty: the collection itself.
    bool recursive = false;
  };
  void take_collection(const Task& task, const std::vector<TreeEntry>& entries);
  void take_everything(const Task& task, const std::vector<TreeEntry>& entries);

  std::deque<Task> tasks_;
  std::map<std::string, FolderIndex> known_;
  std::map<std::string, FolderIndex> indexes_;
  std::map<FolderName, std::vector<TreeEntry>> folders_;
};

}  // namespace hubstash
